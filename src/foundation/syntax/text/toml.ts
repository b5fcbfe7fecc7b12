import type * as SmolToml from 'smol-toml';
import type { Budget } from '../../core/budget.ts';
import { loadPackage } from '../load-package.ts';

/** The cost of parsing a character, relative to plain text. */
const CHAR_STEPS = 50;

/**
 * Returns the value of a TOML document; `undefined` if it is malformed, or if it is nested too
 * deeply or the budget has no steps left for it, which the budget then reports.
 */
export function parseToml(
  text: string,
  budget: Budget,
): Readonly<Record<string, unknown>> | undefined {
  const { documentDepthMax } = budget.limits;
  if (!budget.takeSteps(text.length * CHAR_STEPS) || isTooDeep(text, budget)) {
    return undefined;
  }
  const { parse } = loadPackage('smol-toml') as typeof SmolToml;
  try {
    return parse(text, { maxDepth: documentDepthMax });
  } catch {
    return undefined;
  }
}

/**
 * Returns whether more names are joined by dots, each a table in the one before, than in any list
 * of packages: the parser limits nested lists and inline tables, but not these.
 */
function isTooDeep(text: string, budget: Budget): boolean {
  const { textDepthMax, documentDepthMax } = budget.limits;
  let dots = 0;
  let brackets = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '.') {
      dots++;
      if (dots > textDepthMax) {
        return !budget.refuse('textDepthMax');
      }
    } else if (character === '"' || character === "'") {
      at = findClosingQuotePlace(text, at, character);
    } else if (!NAME_CHARACTER.test(character)) {
      dots = 0;
      brackets = Math.max(0, brackets + (BRACKETS.get(character) ?? 0));
      if (brackets > documentDepthMax) {
        return !budget.refuse('documentDepthMax');
      }
    }
  }
  return false;
}

const BRACKETS: ReadonlyMap<string, number> = new Map([
  ['[', 1],
  ['{', 1],
  [']', -1],
  ['}', -1],
]);
const NAME_CHARACTER = /[\w \t-]/;

/** Returns the end of a quoted string, or its start if it does not end in its line. */
function findClosingQuotePlace(text: string, start: number, quote: string): number {
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
