/**
 * Random access to the content of one file, in memory or spilled. All reads are bounded by
 * `sizeBytes`; reading past the end returns fewer bytes, never an error.
 */
export interface Bytes {
  readonly sizeBytes: number;
  /**
   * Returns up to `length` bytes from `offset`. The array may be a window into a larger buffer and
   * must not be written.
   */
  read(offset: number, length: number): Uint8Array;
}

/** Wraps content in memory. */
export function toBytes(content: Uint8Array): Bytes {
  return {
    sizeBytes: content.length,
    read: (offset, length) =>
      content.subarray(Math.min(offset, content.length), Math.min(offset + length, content.length)),
  };
}

/** Returns the whole content as one array. The caller has bounded it by a `maxBytes` limit. */
export function readWhole(bytes: Bytes): Uint8Array {
  return bytes.read(0, bytes.sizeBytes);
}

/** Returns the same bytes as a Buffer; empty if absent. */
export function toBuffer(bytes: Uint8Array = NOTHING): Buffer {
  return bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const NOTHING = new Uint8Array(0);

/** Decodes the whole content as UTF-8; invalid sequences become U+FFFD. */
export function readText(bytes: Bytes): string {
  return toBuffer(readWhole(bytes)).toString('utf8');
}

/** Returns the same bytes for reading numbers in either byte order. */
export function toDataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Releases memory that is no longer used at once: the garbage collector is slow to free megabytes
 * behind small objects. Does nothing for a window that is not at the end of its buffer.
 */
export function releaseMemory({ buffer, byteOffset, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) {
    buffer.transfer(0);
  }
}

/** The same for an array with its own buffer; does nothing for a window into a larger one. */
export function releaseWhole(bytes: Uint8Array): void {
  if (bytes.byteOffset === 0) {
    releaseMemory(bytes);
  }
}
