import { type Bytes, toBuffer } from '../../core/bytes.ts';

export interface DirectoryEnd {
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  readonly entryCount: number;
  /** Length of a prefix such as a start script; offsets in the archive start after it. */
  readonly baseOffset: number;
}

const SIGNATURE = 0x06054b50;
const RECORD_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const WIDE_LOCATOR_SIGNATURE = 0x07064b50;
const WIDE_LOCATOR_BYTES = 20;
const WIDE_SIGNATURE = 0x06064b50;
const WIDE_BYTES = 56;
const LOCAL_SIGNATURE = 0x04034b50;
const DIRECTORY_SIGNATURE = 0x02014b50;

/**
 * Finds the record that ends a zip archive. The last one counts, even if other data than its
 * comment follows, as long as the directory is at its recorded place. APPNOTE.TXT 6.3.10, 4.3.14 to
 * 4.3.16.
 */
export function findDirectoryEnd(content: Bytes): DirectoryEnd | undefined {
  const { sizeBytes } = content;
  const tailBytes = Math.min(sizeBytes, RECORD_BYTES + COMMENT_BYTES_MAX);
  const tailOffset = sizeBytes - tailBytes;
  const tail = toBuffer(content.read(tailOffset, tailBytes));
  for (let at = tail.length - RECORD_BYTES; at >= 0; at--) {
    if (tail[at] === 0x50 && tail.readUInt32LE(at) === SIGNATURE) {
      const record = tail.subarray(at, at + RECORD_BYTES);
      const isLast = at + RECORD_BYTES + record.readUInt16LE(20) === tail.length;
      const end = parseDirectoryEnd(content, record, tailOffset + at);
      if (end !== undefined && (isLast || hasDirectory(content, end))) {
        return end;
      }
    }
  }
  return undefined;
}

function parseDirectoryEnd(
  content: Bytes,
  record: Buffer,
  recordOffset: number,
): DirectoryEnd | undefined {
  const wide = readWideRecord(content, recordOffset);
  const stated =
    wide === undefined
      ? {
          entryCount: record.readUInt16LE(10),
          directoryBytes: record.readUInt32LE(12),
          directoryOffset: record.readUInt32LE(16),
          endOffset: recordOffset,
        }
      : {
          entryCount: Number(wide.record.readBigUInt64LE(32)),
          directoryBytes: Number(wide.record.readBigUInt64LE(40)),
          directoryOffset: Number(wide.record.readBigUInt64LE(48)),
          endOffset: wide.offset,
        };
  const { entryCount, directoryBytes, endOffset } = stated;
  const directoryOffset = endOffset - directoryBytes;
  if (directoryBytes > endOffset || stated.directoryOffset > directoryOffset) {
    return undefined;
  }
  const isWhereStated =
    directoryBytes > 0 && readSignature(content, stated.directoryOffset) === DIRECTORY_SIGNATURE;
  return isWhereStated
    ? { entryCount, directoryBytes, directoryOffset: stated.directoryOffset, baseOffset: 0 }
    : {
        entryCount,
        directoryBytes,
        directoryOffset,
        baseOffset: directoryOffset - stated.directoryOffset,
      };
}

function hasDirectory(content: Bytes, { directoryOffset }: DirectoryEnd): boolean {
  return readSignature(content, directoryOffset) === DIRECTORY_SIGNATURE;
}

interface WideRecord {
  readonly record: Buffer;
  readonly offset: number;
}

function readWideRecord(content: Bytes, recordOffset: number): WideRecord | undefined {
  const locator = readRange(content, recordOffset - WIDE_LOCATOR_BYTES, WIDE_LOCATOR_BYTES);
  if (locator === undefined || locator.readUInt32LE(0) !== WIDE_LOCATOR_SIGNATURE) {
    return undefined;
  }
  // If a prefix precedes the archive, the record may be directly before the locator.
  const stated = Number(locator.readBigUInt64LE(8));
  for (const offset of [stated, recordOffset - WIDE_LOCATOR_BYTES - WIDE_BYTES]) {
    const record = readRange(content, offset, WIDE_BYTES);
    if (record?.readUInt32LE(0) === WIDE_SIGNATURE) {
      return { record, offset };
    }
  }
  return undefined;
}

function readSignature(content: Bytes, offset: number): number | undefined {
  return readRange(content, offset, 4)?.readUInt32LE(0);
}

function readRange(content: Bytes, offset: number, length: number): Buffer | undefined {
  if (offset < 0 || offset + length > content.sizeBytes) {
    return undefined;
  }
  const bytes = content.read(offset, length);
  return bytes.length === length ? toBuffer(bytes) : undefined;
}

/** Returns whether content starts like a zip archive without a prefix. */
export function isZip(content: Bytes): boolean {
  return readSignature(content, 0) === LOCAL_SIGNATURE;
}
