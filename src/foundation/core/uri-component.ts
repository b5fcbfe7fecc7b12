/**
 * Escapes a text for one part of a URI. Foreign text may contain half of a surrogate pair, for
 * which `encodeURIComponent` throws; it becomes U+FFFD, as in every UTF-8 output.
 */
export function escapeUriComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Unescapes a part; returns it unchanged if its escapes are malformed. */
export function unescapeUriComponent(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
