import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { bufferOf } from '../core/bytes.ts';
import type { KeptReport, ReportKeeper, ReportSummary } from '../core/kept-report.ts';
import type { Limits } from '../core/limits.ts';
import type { CacheFolder, EntryDraft } from './cache-folder.ts';

/** Raised with every change of what is written below. */
const MAGIC = 'PLIMREP1';
const CHECKSUM_BYTES = 32;
const HEADER_BYTES = MAGIC.length + CHECKSUM_BYTES;
/** Each piece is compressed for itself, so that a report of any size is never held as a whole. */
const PIECE_BYTES = 256 * 1024;
/** Length when compressed, and when not. */
const LENGTHS_BYTES = 8;
const FAST = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Takes a report down while it is written, as an entry of the cache that appears once it is whole.
 * What the file system refuses ends the taking, not the run.
 */
export class ReportRecorder implements ReportKeeper {
  readonly #folder: CacheFolder;
  readonly #key: string;
  readonly #limits: Limits;
  readonly #checksum = createHash('sha256');
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #storedBytes = 0;
  #draft: EntryDraft | undefined;

  constructor(folder: CacheFolder, key: string, limits: Limits) {
    this.#folder = folder;
    this.#key = key;
    this.#limits = limits;
  }

  begin(summary: ReportSummary): void {
    this.#trying(() => {
      this.#draft = this.#folder.draft(this.#key, 'report');
      this.#draft.append(Buffer.alloc(HEADER_BYTES));
      this.#storePiece(Buffer.from(JSON.stringify(summary)));
    });
  }

  add(text: string): void {
    if (this.#draft === undefined) {
      return;
    }
    const bytes = Buffer.from(text);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= PIECE_BYTES) {
      this.#flush();
    }
  }

  /** Says that the report is whole, and that it may be taken for the next one. */
  finish(): void {
    this.#flush();
    this.#trying(() => {
      if (this.#draft !== undefined) {
        this.#draft.finish(Buffer.concat([Buffer.from(MAGIC), this.#checksum.digest()]));
        this.#draft = undefined;
        this.#folder.shrink(this.#limits.factCacheBytesMax);
      }
    });
  }

  [Symbol.dispose](): void {
    this.#draft?.discard();
    this.#draft = undefined;
  }

  #flush(): void {
    this.#trying(() => {
      const bytes = Buffer.concat(this.#waiting.splice(0));
      this.#waitingBytes = 0;
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        this.#storePiece(bytes.subarray(at, at + PIECE_BYTES));
      }
    });
  }

  #storePiece(bytes: Uint8Array): void {
    const compressed = zlib.zstdCompressSync(bytes, FAST);
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt32LE(compressed.length, 0);
    lengths.writeUInt32LE(bytes.length, 4);
    this.#storedBytes += LENGTHS_BYTES + compressed.length;
    if (this.#storedBytes > this.#limits.factEntryBytesMax) {
      this[Symbol.dispose]();
    }
    for (const part of [lengths, compressed]) {
      this.#checksum.update(part);
      this.#draft?.append(part);
    }
  }

  #trying(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) {
        throw error;
      }
      this[Symbol.dispose]();
    }
  }
}

/**
 * Takes back what a {@link ReportRecorder} took down. `undefined`, or an error, where it did not
 * come back whole or was written otherwise.
 */
export function recordedReport(entry: Uint8Array): KeptReport | undefined {
  const bytes = bufferOf(entry);
  const content = bytes.subarray(HEADER_BYTES);
  const isWhole =
    bytes.length > HEADER_BYTES &&
    bytes.toString('latin1', 0, MAGIC.length) === MAGIC &&
    createHash('sha256')
      .update(content)
      .digest()
      .equals(bytes.subarray(MAGIC.length, HEADER_BYTES));
  if (!isWhole) {
    return undefined;
  }
  const pieces = piecesOf(content);
  const first = pieces.next();
  if (first.done === true) {
    return undefined;
  }
  const summary = JSON.parse(Buffer.from(first.value).toString('utf8')) as ReportSummary;
  return { summary, pieces };
}

function* piecesOf(content: Buffer): Generator<Uint8Array, undefined> {
  for (let at = 0; at < content.length; ) {
    const end = at + LENGTHS_BYTES + content.readUInt32LE(at);
    const sizeBytes = content.readUInt32LE(at + 4);
    const piece = zlib.zstdDecompressSync(content.subarray(at + LENGTHS_BYTES, end), {
      maxOutputLength: sizeBytes + 1,
    });
    yield piece;
    at = end;
  }
}
