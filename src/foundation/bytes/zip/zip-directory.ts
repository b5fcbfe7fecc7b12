import { appendAll } from '../../core/append-all.ts';
import type { Budget } from '../../core/budget.ts';
import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { findDirectoryEnd } from './directory-end.ts';

/** One file of a zip archive by its central directory. */
export interface ZipEntry {
  /** As stored, possibly absolute or with `..`. It is a label, never a path. */
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Date and time of MS-DOS, in 32 bits. */
  readonly dosTime: number;
  /** Offset of the local header in the content. */
  readonly headerOffset: number;
}

/** Contents of a zip archive: the requested entries in order. */
export interface ZipDirectory {
  readonly content: Bytes;
  readonly entries: readonly ZipEntry[];
  /** Offsets of all local headers in ascending order, whether requested or not. */
  readonly headerOffsets: Float64Array;
  /** Offset of the directory, which is the limit of the entries. */
  readonly endOffset: number;
  readonly problems: readonly ProblemNote[];
}

const SIGNATURE = 0x02014b50;
const HEADER_BYTES = 46;
const ENCRYPTED = 0x1;
const SIZE_MISSING = 0xffffffff;
const ZIP64_EXTRA = 0x0001;

/**
 * Reads the central directory of a zip archive, which alone defines its contents: local headers are
 * only used to find content. Names are decoded as UTF-8. Directories are left out. `undefined` if
 * the content does not end with a directory, and so is not a zip archive. If the budget has too few
 * steps left for all entries, the archive is treated as empty. APPNOTE.TXT 6.3.10, 4.3 and 4.4.
 */
export function readZipDirectory(
  content: Bytes,
  budget: Budget,
  isWanted: (name: string) => boolean,
): ZipDirectory | undefined {
  const end = findDirectoryEnd(content);
  if (end === undefined) {
    return undefined;
  }
  const { limits } = budget;
  const problems: ProblemNote[] = [];
  const directoryBytes = Math.min(end.directoryBytes, limits.zipDirectoryBytesMax);
  const isAffordable = budget.takeSteps(directoryBytes);
  const bytes = content.read(end.directoryOffset, isAffordable ? directoryBytes : 0);
  const reader = new DirectoryReader(bytes, end.baseOffset, limits);
  const entries: ZipEntry[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    if (!entry.name.endsWith('/') && isWanted(entry.name)) {
      entries.push(entry);
    }
  }
  appendAll(problems, reader.listProblems());
  if (directoryBytes < end.directoryBytes) {
    problems.push({
      code: 'P_LIMIT',
      message: 'the directory of the archive is larger than zipDirectoryBytesMax allows',
    });
  } else if (isAffordable && reader.count < end.entryCount && reader.count < limits.zipEntriesMax) {
    const message = `the directory of the archive has ${reader.count} of ${end.entryCount} entries`;
    problems.push({ code: 'P_TRUNCATED', message });
  }
  const headerOffsets = reader.sortHeaderOffsets();
  return { content, entries, headerOffsets, endOffset: end.directoryOffset, problems };
}

/** Iterates over the records of a central directory. */
class DirectoryReader {
  readonly #buffer: Buffer;
  readonly #baseOffset: number;
  readonly #limits: Limits;
  readonly #offsets: number[] = [];
  #at = 0;
  #badNames = 0;
  #isCutOff = false;

  constructor(bytes: Uint8Array, baseOffset: number, limits: Limits) {
    this.#buffer = toBuffer(bytes);
    this.#baseOffset = baseOffset;
    this.#limits = limits;
  }

  get count(): number {
    return this.#offsets.length + this.#badNames;
  }

  sortHeaderOffsets(): Float64Array {
    return Float64Array.from(this.#offsets).sort((left, right) => left - right);
  }

  listProblems(): ProblemNote[] {
    const problems: ProblemNote[] = [];
    if (this.#isCutOff) {
      problems.push({
        code: 'P_LIMIT',
        message: 'the archive has more entries than zipEntriesMax allows',
      });
    }
    if (this.#badNames > 0) {
      const message = `${this.#badNames} entries of the archive have a name that is missing or too long`;
      problems.push({ code: 'P_NAME', message });
    }
    return problems;
  }

  next(): ZipEntry | undefined {
    for (;;) {
      const at = this.#at;
      const buffer = this.#buffer;
      if (at + HEADER_BYTES > buffer.length || buffer.readUInt32LE(at) !== SIGNATURE) {
        return undefined;
      }
      if (this.count >= this.#limits.zipEntriesMax) {
        this.#isCutOff = true;
        return undefined;
      }
      const nameBytes = buffer.readUInt16LE(at + 28);
      const extraBytes = buffer.readUInt16LE(at + 30);
      const nameEnd = at + HEADER_BYTES + nameBytes;
      const end = nameEnd + extraBytes + buffer.readUInt16LE(at + 32);
      if (end > buffer.length) {
        return undefined;
      }
      this.#at = end;
      if (nameBytes > 0 && nameBytes <= this.#limits.pathBytesMax) {
        return this.#readEntry(at, nameEnd, extraBytes);
      }
      this.#badNames++;
    }
  }

  #readEntry(at: number, nameEnd: number, extraBytes: number): ZipEntry {
    const buffer = this.#buffer;
    const wide = new WideFields(buffer.subarray(nameEnd, nameEnd + extraBytes));
    const sizeBytes = wide.resolveWide(buffer.readUInt32LE(at + 24));
    const compressedBytes = wide.resolveWide(buffer.readUInt32LE(at + 20));
    const headerOffset = this.#baseOffset + wide.resolveWide(buffer.readUInt32LE(at + 42));
    this.#offsets.push(headerOffset);
    return {
      name: buffer.toString('utf8', at + HEADER_BYTES, nameEnd),
      method: buffer.readUInt16LE(at + 10),
      isEncrypted: (buffer.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
      compressedBytes,
      sizeBytes,
      dosTime: buffer.readUInt32LE(at + 12),
      headerOffset,
    };
  }
}

/** An extra field holds the 64-bit values that did not fit, in order. APPNOTE.TXT 6.3.10, 4.5.3. */
class WideFields {
  readonly #extra: Buffer;
  #values: Buffer | undefined;

  constructor(extra: Buffer) {
    this.#extra = extra;
  }

  resolveWide(value: number): number {
    if (value !== SIZE_MISSING) {
      return value;
    }
    this.#values ??= findWideValues(this.#extra);
    if (this.#values.length < 8) {
      return value;
    }
    const wide = Number(this.#values.readBigUInt64LE(0));
    this.#values = this.#values.subarray(8);
    return wide;
  }
}

function findWideValues(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) {
      return extra.subarray(at + 4, end);
    }
    at = end;
  }
  return Buffer.alloc(0);
}
