import { findClosingQuote } from './closing-quote.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;

/** Returns an upper bound for the number of values in a JSON text; stops counting beyond `most`. */
export function countJsonValues(text: string, most: number): number {
  let values = 1;
  for (let index = 0; index < text.length && values <= most; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = findClosingQuote(text, index) ?? text.length;
    } else if (code === COMMA || code === BRACKET_OPEN || code === BRACE_OPEN) {
      values++;
    }
  }
  return values;
}
