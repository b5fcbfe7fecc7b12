const BACKSLASH = 0x5c;

/**
 * Returns the end of the JSON string that begins with the quotation mark at `start`; `undefined` if
 * it has none. Uses the engine's own search, because most of a document consists of strings.
 */
export function findClosingQuote(text: string, start: number): number | undefined {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (end - 1 - escapes > start && text.charCodeAt(end - 1 - escapes) === BACKSLASH) {
      escapes++;
    }
    if (escapes % 2 === 0) {
      return end;
    }
  }
  return undefined;
}
