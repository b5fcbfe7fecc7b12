export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** Number of bytes that {@link detectCompression} reads. */
export const COMPRESSION_HEAD_BYTES = 6;

/**
 * Detects the compression by the first bytes, regardless of media type or file name. RFC 1952,
 * 2.3.1; RFC 8878, 3.1.1 and 3.1.2 (a skippable frame may come first); the bzip2 and xz file
 * formats.
 */
export function detectCompression(head: Uint8Array): Compression {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = head;
  if (a === 0x1f && b === 0x8b && c === 0x08) {
    return 'gzip';
  }
  const isFrame = a === 0x28 && b === 0xb5;
  const isSkippableFrame = (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18;
  if ((isFrame && c === 0x2f && d === 0xfd) || isSkippableFrame) {
    return 'zstd';
  }
  if (a === 0x42 && b === 0x5a && c === 0x68 && d >= 0x31 && d <= 0x39) {
    return 'bzip2';
  }
  const isXz = a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58 && e === 0x5a && f === 0;
  return isXz ? 'xz' : 'none';
}
