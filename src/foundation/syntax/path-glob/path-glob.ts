import { appendAll } from '../../core/append-all.ts';
import { UserError } from '../../core/error.ts';
import {
  isNameMatch,
  isSequenceMatch,
  type NamePattern,
  parseNamePattern,
} from '../../core/name-pattern.ts';

/**
 * A pattern for paths. A double star as a whole name matches any number of names, `*` any run of
 * characters in one name, `?` one character, `[a-z]` and `[^a-z]` one of a set, `{a,b}` either
 * text; a backslash escapes the next character.
 */
export interface PathGlob {
  readonly source: string;
  /** Alternatives: the names from the root down. */
  readonly alternatives: readonly (readonly SegmentPattern[])[];
}

const ANY_NAMES = Symbol('any names');

type SegmentPattern = typeof ANY_NAMES | NamePattern;

const ALTERNATIVES_MAX = 256;

/** @throws UserError `E_USAGE` if a bracket or brace is not closed, or there are too many */
export function parsePathGlob(source: string): PathGlob {
  const rejectUnclosed = (): never => {
    throw createUnclosedError(source, '[');
  };
  const syntax = { hasEscapes: true, rejectUnclosed };
  const alternatives = expandBraces(source).map((text) =>
    text
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .map((name): SegmentPattern => (name === '**' ? ANY_NAMES : parseNamePattern(name, syntax))),
  );
  return { source, alternatives };
}

/** Returns whether the pattern matches the whole of an absolute path. */
export function isPathGlobMatch({ alternatives }: PathGlob, path: string): boolean {
  const names = path.split('/').filter((name) => name !== '');
  return alternatives.some((patterns) =>
    isSequenceMatch(patterns, names, {
      isMany: (pattern) => pattern === ANY_NAMES,
      isMatch: (pattern, name) => pattern !== ANY_NAMES && isNameMatch(pattern, name),
    }),
  );
}

/** `a{b,c}d` → `abd`, `acd`; braces may nest. */
function expandBraces(source: string): string[] {
  const done: string[] = [];
  const pending = [source];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    const group = findInnermostGroup(text, source);
    if (group === undefined) {
      done.push(text);
    } else {
      const { before, choices, after } = group;
      appendAll(
        pending,
        choices.toReversed().map((choice) => before + choice + after),
      );
    }
    if (done.length + pending.length > ALTERNATIVES_MAX) {
      throw new UserError('E_USAGE', `the pattern "${source}" has too many alternatives`, {
        hint: `use several patterns with at most ${ALTERNATIVES_MAX} alternatives each`,
      });
    }
  }
  return done;
}

interface BraceGroup {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

/** Returns the first group of braces that contains no other. */
function findInnermostGroup(text: string, source: string): BraceGroup | undefined {
  let open = -1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '{') {
      open = at;
    } else if (text[at] === '}' && open >= 0) {
      return {
        before: text.slice(0, open),
        choices: text.slice(open + 1, at).split(','),
        after: text.slice(at + 1),
      };
    }
  }
  if (open >= 0) {
    throw createUnclosedError(source, '{');
  }
  return undefined;
}

function createUnclosedError(source: string, bracket: string): UserError {
  return new UserError('E_USAGE', `the pattern "${source}" has an unclosed "${bracket}"`);
}
