const BACKSLASH = 0x5c;

/**
 * Where the text of JSON ends that begins with the quotation mark at `start`; `undefined` where it
 * does not. Marks are looked for by the engine's own search: most of a document is in texts.
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
