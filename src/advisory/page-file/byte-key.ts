const ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the key of a text in a page file: a string with one character per byte of its UTF-8 form.
 * Comparing such strings compares the bytes.
 */
export function toByteKey(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Returns the text of a result of {@link toByteKey}. */
export function fromByteKey(key: string): string {
  return ASCII.test(key) ? key : Buffer.from(key, 'latin1').toString('utf8');
}

/** Returns how many characters two keys have in common at their beginning. */
export function countShared(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  let at = 0;
  while (at < end && left.charCodeAt(at) === right.charCodeAt(at)) {
    at++;
  }
  return at;
}
