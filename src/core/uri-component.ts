/**
 * A text for one part of an address. Texts from outside may hold half a pair of surrogates, of
 * which `encodeURIComponent` makes an exception; here it becomes U+FFFD, as in every UTF-8 output.
 */
export function uriComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The text that was escaped so; the part itself where its escapes are broken. */
export function textOfUriComponent(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
