/**
 * Random access to the content of one file, wherever it lies: in memory or spilled.
 * All reads are bounded by `sizeBytes`; reading past the end gives fewer bytes, never an error.
 */
export interface Bytes {
  readonly sizeBytes: number;
  /**
   * Up to `length` bytes from `offset`. The array may be a window into a larger buffer: do not
   * write.
   */
  read(offset: number, length: number): Uint8Array;
}

/** Content that lies in memory. */
export function bytesOf(content: Uint8Array): Bytes {
  return {
    sizeBytes: content.length,
    read: (offset, length) =>
      content.subarray(Math.min(offset, content.length), Math.min(offset + length, content.length)),
  };
}

/** The whole content as one array. The caller has bounded it by the `maxBytes` of what it wants. */
export function wholeOf(bytes: Bytes): Uint8Array {
  return bytes.read(0, bytes.sizeBytes);
}

/** The same bytes with what Node adds to them; none where there are none. */
export function bufferOf(bytes: Uint8Array = NOTHING): Buffer {
  return bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const NOTHING = new Uint8Array(0);

/** The whole content as UTF-8 text; invalid sequences become U+FFFD. */
export function textOf(bytes: Bytes): string {
  return bufferOf(wholeOf(bytes)).toString('utf8');
}

/** The same bytes for reading numbers of either byte order. */
export function dataViewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Gives memory back at once that nobody will look at again: the garbage collector takes its time
 * over megabytes that hang on small objects. Does nothing for a window that is not the end of its
 * buffer.
 */
export function releaseMemory({ buffer, byteOffset, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) {
    buffer.transfer(0);
  }
}

/** The same for what has a buffer of its own; does nothing for any window into a larger one. */
export function releaseWhole(bytes: Uint8Array): void {
  if (bytes.byteOffset === 0) {
    releaseMemory(bytes);
  }
}
