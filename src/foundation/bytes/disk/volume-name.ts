/** Formats the 16 bytes of a UUID. */
export function formatUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

/** Reads a label that may end with NUL. */
export function readLabel(bytes: Buffer): string {
  const [label = ''] = bytes.toString('utf8').split('\0', 1);
  return label;
}
