import type * as SmolToml from 'smol-toml';
import type { Budget } from '../../core/budget.ts';
import { loadPackage } from '../load-package.ts';

/** The parser takes that much longer for a character than plain text does. */
const CHAR_STEPS = 50;
/** Names joined by dots, each of which is a table in the one before. */
const DOTTED_NAMES_MAX = 64;

/**
 * The value of a TOML document; `undefined` where it is not well formed, is nested too deep, or the
 * budget has no steps left for it.
 */
export function parseToml(
  text: string,
  budget: Budget,
): Readonly<Record<string, unknown>> | undefined {
  if (!budget.takeSteps(text.length * CHAR_STEPS) || hasDeepNames(text)) {
    return undefined;
  }
  const { parse } = loadPackage('smol-toml') as typeof SmolToml;
  try {
    return parse(text, { maxDepth: budget.limits.documentDepthMax });
  } catch {
    return undefined;
  }
}

/**
 * Whether more names may be joined by dots than any list of packages has: the parser bounds lists
 * and inline tables in each other, and not these.
 */
function hasDeepNames(text: string): boolean {
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '.') {
      dots++;
      if (dots > DOTTED_NAMES_MAX) {
        return true;
      }
    } else if (character === '"' || character === "'") {
      at = closingPlace(text, at, character);
    } else if (!NAME_CHARACTER.test(character)) {
      dots = 0;
    }
  }
  return false;
}

const NAME_CHARACTER = /[\w \t-]/;

/** Where a quoted text ends, or where it begins if it does not end in its line. */
function closingPlace(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === quote) {
      return at;
    }
    if (text[at] === '\\' && quote === '"') {
      at++;
    }
  }
  return start;
}
