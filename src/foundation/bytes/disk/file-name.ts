/** Names of the entries for a directory itself and its parent. */
export const SELF_AND_PARENT: ReadonlySet<string> = new Set(['.', '..']);

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns a name in a directory; `undefined` if it is not UTF-8, or cannot be part of a path. */
export function decodeFileName(bytes: Buffer): string | undefined {
  try {
    const name = DECODER.decode(bytes);
    return name === '' || name.includes('/') || name.includes('\0') ? undefined : name;
  } catch {
    return undefined;
  }
}
