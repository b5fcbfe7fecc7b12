import { assert } from '../../core/assert.ts';
import type { FileType } from '../../core/file-table.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { CAPABILITY_KEY, type PaxRecords, parsePaxRecords, paxNumber } from './pax-records.ts';
import {
  BLOCK_BYTES,
  decodeHeader,
  decodeText,
  isSparseMapContinued,
  sparseSizeBytes,
  type TarHeader,
} from './tar-header.ts';

/** One entry with its extended headers applied; names are as written. */
export interface TarEntry {
  readonly name: string;
  readonly linkName: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Size of the file. For all but sparse files also the bytes of content that follow. */
  readonly sizeBytes: number;
  /** Holes are left out of the content, which is therefore not handed on. */
  readonly isSparse: boolean;
  /** Where the content begins, counted from the first byte of the archive. */
  readonly contentOffset: number;
  /** The attribute `security.capability` as hexadecimal digits; most entries have none. */
  readonly capabilities: string | undefined;
}

/** Hears what a {@link TarParser} meets, in order. */
export interface TarVisitor {
  entry(entry: TarEntry): void;
  /** A piece of the last entry's content: a window into the chunk that was pushed. */
  content(piece: Uint8Array): void;
  /** The last entry is over; `isComplete` is false where the archive ends within its content. */
  entryEnd(isComplete: boolean): void;
  /** `name` is that of the entry concerned, empty where it is the archive itself. */
  problem(note: ProblemNote, name: string): void;
}

type Sink = 'entry' | 'skip' | 'extended' | 'long-name' | 'long-link' | 'sparse-map';

const EMPTY = new Uint8Array(0);

const TYPES: ReadonlyMap<string, FileType> = new Map(
  Object.entries({
    '0': 'regular',
    '7': 'regular',
    S: 'regular',
    '1': 'hardlink',
    '2': 'symlink',
    '3': 'character-device',
    '4': 'block-device',
    '5': 'directory',
    '6': 'fifo',
  }),
);

/** Types whose size field says nothing of content, as container runtimes read it. */
const HEADER_ONLY = new Set(['1', '2', '3', '4', '5', '6']);

/**
 * Reads a tar archive as it arrives: POSIX ustar and pax, GNU and old V7 headers. Content is handed
 * on as windows into the chunks pushed, so an entry that lies in one chunk is never copied.
 *
 * Damage never throws. It is told to the visitor; where the next header cannot be found any more,
 * the rest of the archive is not looked at.
 */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #limits: Limits;
  readonly #carry = new Uint8Array(BLOCK_BYTES);
  #carried = 0;
  #offset = 0;
  #headers = 0;
  #zeroBlocks = 0;
  #isOver = false;
  #sink: Sink = 'skip';
  #remaining = 0;
  #padding = 0;
  #collected: Uint8Array = EMPTY;
  #collectedBytes = 0;
  #records: PaxRecords | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;
  #isNextDropped = false;
  #pendingSparse: TarHeader | undefined;
  #pendingSparseBytes = 0;
  #entryName = '';

  constructor(visitor: TarVisitor, limits: Limits) {
    this.#visitor = visitor;
    this.#limits = limits;
  }

  /** Whether the end of the archive was met, or damage that ends its reading. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Bytes from here on that hold nothing but content, for a caller that can leave them out by
   * {@link skip}.
   */
  get contentBytesAhead(): number {
    const isContent = this.#sink === 'entry' || this.#sink === 'skip';
    return isContent ? this.#remaining + this.#padding : this.#padding;
  }

  push(bytes: Uint8Array): void {
    // Windows into a plain array are made faster than those into a Buffer.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < chunk.length && !this.#isOver) {
      if (this.#remaining > 0) {
        at = this.#takeContent(chunk, at);
      } else if (this.#padding > 0) {
        const taken = Math.min(this.#padding, chunk.length - at);
        this.#padding -= taken;
        at += this.#advance(taken);
      } else {
        at = this.#takeHeader(chunk, at);
      }
    }
  }

  /** Passes over content without looking at it; at most {@link contentBytesAhead}. */
  skip(bytes: number): void {
    assert(bytes <= this.contentBytesAhead, 'only content is skipped');
    this.#offset += bytes;
    const ofContent = Math.min(bytes, this.#remaining);
    this.#remaining -= ofContent;
    this.#padding -= bytes - ofContent;
    if (ofContent > 0 && this.#remaining === 0) {
      this.#endContent();
    }
  }

  /** Says that no more bytes come. */
  end(): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (this.#headers === 0 && this.#carried > 0) {
      this.#problem('P_MALFORMED', this.#damage('bad-checksum'), '');
    } else if (this.#remaining > 0 || this.#carried > 0 || this.#pendingSparse !== undefined) {
      this.#problem('P_TRUNCATED', 'The archive ends in the middle of an entry.', this.#entryName);
      if (this.#remaining > 0 && this.#sink === 'entry') {
        this.#visitor.entryEnd(false);
      }
    }
  }

  #advance(bytes: number): number {
    this.#offset += bytes;
    return bytes;
  }

  #takeContent(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    const piece = chunk.subarray(at, at + taken);
    this.#remaining -= taken;
    this.#advance(taken);
    if (this.#sink === 'entry') {
      this.#visitor.content(piece);
    } else if (this.#sink !== 'skip') {
      this.#collected.set(piece, this.#collectedBytes);
      this.#collectedBytes += taken;
    }
    if (this.#remaining === 0) {
      this.#endContent();
    }
    return at + taken;
  }

  #takeHeader(chunk: Uint8Array, at: number): number {
    if (this.#carried === 0 && chunk.length - at >= BLOCK_BYTES) {
      this.#advance(BLOCK_BYTES);
      this.#block(chunk.subarray(at, at + BLOCK_BYTES));
      return at + BLOCK_BYTES;
    }
    const taken = Math.min(BLOCK_BYTES - this.#carried, chunk.length - at);
    this.#carry.set(chunk.subarray(at, at + taken), this.#carried);
    this.#carried += taken;
    this.#advance(taken);
    if (this.#carried === BLOCK_BYTES) {
      this.#carried = 0;
      this.#block(this.#carry);
    }
    return at + taken;
  }

  #block(block: Uint8Array): void {
    if (this.#pendingSparse !== undefined) {
      this.#sparseMap(this.#pendingSparse, isSparseMapContinued(block, false));
      return;
    }
    const header = decodeHeader(block);
    if (header === 'zero') {
      this.#isOver = ++this.#zeroBlocks === 2;
      return;
    }
    this.#zeroBlocks = 0;
    if (typeof header === 'string') {
      this.#giveUp('P_MALFORMED', this.#damage(header));
      return;
    }
    if (++this.#headers > this.#limits.entriesMax) {
      this.#giveUp('P_LIMIT', 'The archive has more entries than the limit entriesMax allows.');
      return;
    }
    this.#header(header, block);
  }

  #damage(outcome: 'bad-checksum' | 'bad-number'): string {
    if (this.#headers === 0) {
      return 'The content is not a tar archive.';
    }
    return outcome === 'bad-checksum'
      ? 'A header has a wrong checksum; the rest of the archive was not looked at.'
      : 'A header has a size that cannot be; the rest of the archive was not looked at.';
  }

  #header(header: TarHeader, block: Uint8Array): void {
    switch (header.typeFlag) {
      case 'x':
        this.#collect('extended', header);
        return;
      case 'L':
        this.#collect('long-name', header);
        return;
      case 'K':
        this.#collect('long-link', header);
        return;
      // Container runtimes pass over global headers and volume labels, so they give no names here
      // either.
      case 'g':
      case 'V':
        this.#expect('skip', header.sizeBytes);
        return;
      case 'S':
        if (header.isGnu) {
          this.#pendingSparseBytes = sparseSizeBytes(block);
          this.#sparseMap(header, isSparseMapContinued(block, true));
          return;
        }
    }
    this.#entry(header, undefined);
  }

  #sparseMap(header: TarHeader, isContinued: boolean): void {
    this.#pendingSparse = isContinued ? header : undefined;
    if (!isContinued) {
      this.#entry(header, this.#pendingSparseBytes);
    }
  }

  #entry(header: TarHeader, sparseBytes: number | undefined): void {
    const values = this.#records?.values;
    const fault = this.#records?.fault;
    const name =
      values?.get('GNU.sparse.name') ?? values?.get('path') ?? this.#longName ?? header.name;
    const linkName = values?.get('linkpath') ?? this.#longLink ?? header.linkName;
    const paxSize = values?.get('size');
    const capabilities = values?.get(CAPABILITY_KEY);
    const contentBytes = HEADER_ONLY.has(header.typeFlag)
      ? 0
      : (paxNumber(paxSize) ?? header.sizeBytes);
    const realBytes = sparseBytes ?? (values && paxSparseBytes(values));
    const isDropped = this.#isNextDropped;
    this.#records = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#isNextDropped = false;
    this.#entryName = name;
    const isSizeWrong = paxSize !== undefined && paxNumber(paxSize) === undefined;
    const wrong = isSizeWrong ? 'its size is not a number' : fault;
    if (wrong !== undefined) {
      const message = `The entry was read without a part of its extended header: ${wrong}.`;
      this.#problem('P_MALFORMED', message, name);
    }
    if (isDropped) {
      this.#expect('skip', contentBytes);
      return;
    }
    this.#visitor.entry({
      name,
      linkName,
      type: typeOf(header, name),
      mode: header.mode & 0o7777,
      uid: (paxNumber(values?.get('uid')) ?? header.uid) >>> 0,
      gid: (paxNumber(values?.get('gid')) ?? header.gid) >>> 0,
      sizeBytes: realBytes ?? contentBytes,
      isSparse: realBytes !== undefined,
      contentOffset: this.#offset,
      capabilities,
    });
    if (realBytes !== undefined || contentBytes === 0) {
      this.#visitor.entryEnd(realBytes === undefined);
      this.#expect('skip', contentBytes);
    } else {
      this.#expect('entry', contentBytes);
    }
  }

  #collect(sink: Sink, header: TarHeader): void {
    if (header.sizeBytes > this.#limits.paxBytesMax) {
      this.#isNextDropped = true;
      this.#problem(
        'P_LIMIT',
        'An extended header is longer than the limit paxBytesMax allows; its entry was left out.',
        '',
      );
      this.#expect('skip', header.sizeBytes);
      return;
    }
    this.#collected = new Uint8Array(header.sizeBytes);
    this.#collectedBytes = 0;
    this.#expect(sink, header.sizeBytes);
    if (header.sizeBytes === 0) {
      this.#endContent();
    }
  }

  #expect(sink: Sink, bytes: number): void {
    this.#sink = sink;
    this.#remaining = bytes;
    this.#padding = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
  }

  #endContent(): void {
    switch (this.#sink) {
      case 'entry':
        this.#visitor.entryEnd(true);
        break;
      case 'extended':
        this.#records = parsePaxRecords(this.#collected);
        break;
      case 'long-name':
        this.#longName = untilNul(this.#collected);
        break;
      case 'long-link':
        this.#longLink = untilNul(this.#collected);
        break;
    }
    this.#collected = EMPTY;
    this.#sink = 'skip';
  }

  #giveUp(code: ProblemNote['code'], message: string): void {
    this.#isOver = true;
    this.#problem(code, message, '');
  }

  #problem(code: ProblemNote['code'], message: string, name: string): void {
    this.#visitor.problem({ code, message }, name);
  }
}

function typeOf(header: TarHeader, name: string): FileType {
  const type = TYPES.get(header.typeFlag) ?? 'other';
  // V7 archives have no type for folders: their names end in a slash.
  return type === 'regular' && header.typeFlag === '0' && name.endsWith('/') ? 'directory' : type;
}

/**
 * Size with holes of a sparse file in one of the three pax forms. GNU tar manual, "Storing Sparse
 * Files".
 */
function paxSparseBytes(values: ReadonlyMap<string, string>): number | undefined {
  return paxNumber(values.get('GNU.sparse.realsize')) ?? paxNumber(values.get('GNU.sparse.size'));
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(bytes, 0, end < 0 ? bytes.length : end);
}
