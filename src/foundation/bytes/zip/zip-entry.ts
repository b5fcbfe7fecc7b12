import { inflateRawSync } from 'node:zlib';
import type { Budget } from '../../core/budget.ts';
import { type Bytes, toBytes, toDataView } from '../../core/bytes.ts';
import type { LimitName } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { ZipDirectory, ZipEntry } from './zip-directory.ts';

/** Remaining budget of one file and all archives in it; reading uses it up. */
export interface ZipBudget {
  expandedBytesLeft: number;
}

export interface ZipReadOptions {
  /** Budget of the target, shared by all of its archives. */
  readonly budget: Budget;
  readonly left: ZipBudget;
  /** Limit on this entry's size, in addition to the limit of every entry. */
  readonly maxBytes: LimitName;
}

/** The content of an entry, or the reason why it cannot be read. */
export type ZipContent =
  | { readonly content: Bytes; readonly problem?: undefined }
  | { readonly content?: undefined; readonly problem: ProblemNote };

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const CHUNK_BYTES_MAX = 1024 * 1024;

/** Returns whether the content is stored uncompressed. */
export function isStored({ method }: ZipEntry): boolean {
  return method === STORED;
}

/**
 * Reads one entry. A stored entry is a window into the archive, a deflated one is expanded into
 * memory. An entry that overlaps another one or differs from its recorded size is not read: such
 * archives expand to more than they hold, or look different to every reader. Checksums are not
 * verified, as in Java.
 */
export function readZipEntry(
  directory: ZipDirectory,
  entry: ZipEntry,
  options: ZipReadOptions,
): ZipContent {
  const refusal = findRefusal(entry, options);
  if (refusal !== undefined) {
    return { problem: createNote(refusal.code, entry, refusal.message) };
  }
  const dataOffset = findDataOffset(directory, entry);
  if (dataOffset === undefined) {
    return {
      problem: createNote(
        'P_MALFORMED',
        entry,
        'lies outside the archive or overlaps another entry',
      ),
    };
  }
  if (isStored(entry)) {
    return { content: openWindow(directory.content, dataOffset, entry.sizeBytes) };
  }
  if (!options.budget.takeExpanded(entry.sizeBytes)) {
    return { problem: createNote('P_LIMIT', entry, 'is not unpacked: see catalogerStepsMax') };
  }
  const compressed = directory.content.read(dataOffset, entry.compressedBytes);
  const content = inflate(compressed, entry.sizeBytes);
  options.left.expandedBytesLeft -= entry.sizeBytes;
  return content === undefined
    ? { problem: createNote('P_MALFORMED', entry, 'does not unpack to its declared size') }
    : { content: toBytes(content) };
}

interface Refusal {
  readonly code: ProblemNote['code'];
  readonly message: string;
}

function findRefusal(entry: ZipEntry, options: ZipReadOptions): Refusal | undefined {
  const {
    budget: { limits },
    left,
    maxBytes,
  } = options;
  if (entry.isEncrypted || (!isStored(entry) && entry.method !== DEFLATED)) {
    return {
      code: 'P_UNSUPPORTED',
      message: 'is encrypted, or compressed with an unsupported method',
    };
  }
  const largest = Math.max(entry.sizeBytes, entry.compressedBytes);
  if (largest > Math.min(limits.zipEntryBytesMax, limits[maxBytes])) {
    return {
      code: 'P_LIMIT',
      message: `has ${largest} bytes, more than ${maxBytes} or zipEntryBytesMax allow`,
    };
  }
  if (isStored(entry)) {
    return entry.sizeBytes === entry.compressedBytes
      ? undefined
      : { code: 'P_MALFORMED', message: 'is stored with two different sizes' };
  }
  return entry.sizeBytes > left.expandedBytesLeft
    ? {
        code: 'P_LIMIT',
        message: 'was not unpacked: all entries together exceed zipExpandedBytesMax',
      }
    : undefined;
}

/** Returns the start of the content; `undefined` if the range is not exclusive to this entry. */
function findDataOffset(directory: ZipDirectory, entry: ZipEntry): number | undefined {
  const { content, headerOffsets, endOffset } = directory;
  const { headerOffset, compressedBytes } = entry;
  const index = findFirstAtLeast(headerOffsets, headerOffset);
  const next = headerOffsets[index + 1] ?? endOffset;
  const header = content.read(headerOffset, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES) {
    return undefined;
  }
  const view = toDataView(header);
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) {
    return undefined;
  }
  const dataOffset =
    headerOffset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  return dataOffset + compressedBytes <= Math.min(next, endOffset) ? dataOffset : undefined;
}

/** Returns the index of the first value that is not less; values are ascending. */
function findFirstAtLeast(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function openWindow(content: Bytes, start: number, sizeBytes: number): Bytes {
  return {
    sizeBytes,
    read: (offset, length) => {
      const from = Math.min(offset, sizeBytes);
      return content.read(start + from, Math.min(length, sizeBytes - from));
    },
  };
}

function inflate(compressed: Uint8Array, sizeBytes: number): Uint8Array | undefined {
  try {
    const unpacked = inflateRawSync(compressed, {
      chunkSize: Math.max(64, Math.min(sizeBytes + 1, CHUNK_BYTES_MAX)),
      // One byte more than recorded, to detect a longer entry.
      maxOutputLength: sizeBytes + 1,
    });
    return unpacked.length === sizeBytes ? unpacked : undefined;
  } catch {
    // The library throws for every damage of the stream; the caller reports a problem.
    return undefined;
  }
}

function createNote(code: ProblemNote['code'], entry: ZipEntry, what: string): ProblemNote {
  return { code, message: `the entry ${entry.name} ${what}` };
}
