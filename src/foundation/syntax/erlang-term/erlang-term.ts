import type { Budget } from '../../core/budget.ts';
import type { LimitName } from '../../core/limits.ts';

/**
 * A term of Erlang or Elixir: strings, atoms and numbers are strings; tuples, lists and maps are
 * lists of their elements.
 */
export type Term = string | readonly Term[];

export interface TermSyntax {
  /** Start of a comment: `%` in Erlang, `#` in Elixir. */
  readonly comment: '%' | '#';
}

const OPENING = new Set(['{', '[', '(']);
const CLOSING = new Set(['}', ']', ')']);
const WORD = /[\w@]+(?:\.\w+)*/y;

/**
 * Parses terms as in lock files and resource files; punctuation between terms, such as that around
 * binaries and before atoms, is ignored. `undefined` if a bracket or a string is not closed, or if
 * brackets are nested too deeply or there are too many terms, which the budget then reports. Erlang
 * Reference Manual, "Data Types".
 */
export function parseTerms(
  text: string,
  budget: Budget,
  { comment }: TermSyntax,
): readonly Term[] | undefined {
  const open: Term[][] = [];
  const { documentDepthMax, jsonValuesMax } = budget.limits;
  let valuesLeft = jsonValuesMax;
  let inner: Term[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const passed = findExceededLimit(open.length <= documentDepthMax, valuesLeft >= 0);
    if (passed !== undefined) {
      budget.refuse(passed);
      return undefined;
    }
    if (OPENING.has(character)) {
      open.push(inner);
      inner = [];
      valuesLeft--;
    } else if (CLOSING.has(character)) {
      const outer = open.pop();
      if (outer !== undefined) {
        outer.push(inner);
        inner = outer;
      }
    } else if (character === comment) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === '"' || character === "'") {
      const end = endOfQuoted(text, at);
      if (end === undefined) {
        return undefined;
      }
      valuesLeft--;
      inner.push(text.slice(at + 1, end).replace(/\\(.)/gs, '$1'));
      at = end;
    } else if (character === '$') {
      at += text[at + 1] === '\\' ? 2 : 1;
    } else {
      WORD.lastIndex = at;
      const [word] = WORD.exec(text) ?? [];
      if (word !== undefined) {
        valuesLeft--;
        inner.push(word);
        at += word.length - 1;
      }
    }
  }
  return open.length > 0 ? undefined : inner;
}

function findExceededLimit(isShallow: boolean, isShort: boolean): LimitName | undefined {
  if (isShallow) {
    return isShort ? undefined : 'jsonValuesMax';
  }
  return 'documentDepthMax';
}

function endOfQuoted(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === quote) {
      return at;
    }
  }
  return undefined;
}

/** Returns the string at a position of a term; empty if there is none. */
export function getTermText(term: Term | undefined, place: number): string {
  const inner = typeof term === 'string' ? undefined : term?.[place];
  return typeof inner === 'string' ? inner : '';
}

/** Returns the list at a position of a term; empty if there is none. */
export function getTermList(term: Term | undefined, place: number): readonly Term[] {
  const inner = typeof term === 'string' ? undefined : term?.[place];
  return inner === undefined || typeof inner === 'string' ? [] : inner;
}
