const PROBE_BYTES = 4_096;

/**
 * Returns whether content has an early NUL and no byte order mark: an archive, which no document
 * reader accepts.
 */
export function isBinary(content: Uint8Array): boolean {
  const hasMark = content[0] === 0xff && content[1] === 0xfe;
  return !hasMark && content.subarray(0, PROBE_BYTES).includes(0);
}
