import { findClosingQuote } from './closing-quote.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

/**
 * Returns the first member that an object of a JSON text has twice, or `undefined`. Readers differ
 * in the value that they use: the last one, the first one, or both merged.
 *
 * @param text well-formed JSON
 */
export function findRepeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let key: string | undefined;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE: {
        const end = findClosingQuote(text, index) ?? text.length;
        key = text.slice(index, end + 1);
        index = end;
        break;
      }
      case COLON: {
        const name: unknown = JSON.parse(key ?? '""');
        const names = open.at(-1);
        if (names?.has(String(name)) === true) {
          return String(name);
        }
        names?.add(String(name));
        break;
      }
      case BRACE_OPEN:
        open.push(new Set());
        break;
      case BRACKET_OPEN:
        open.push(undefined);
        break;
      case BRACE_CLOSE:
      case BRACKET_CLOSE:
        open.pop();
        break;
      case COMMA:
        key = undefined;
        break;
    }
  }
  return undefined;
}
