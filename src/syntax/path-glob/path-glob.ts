import { appendAll } from '../../core/append-all.ts';
import { UserError } from '../../core/error.ts';

/**
 * A pattern for paths. A double star as a whole name stands for any number of names, `*` for any
 * run of characters in one name, `?` for one character, `[a-z]` and `[^a-z]` for one of a set,
 * `{a,b}` for either text; a backslash takes the next character as it is.
 */
export interface PathGlob {
  readonly source: string;
  /** Alternatives: the names from the root down. */
  readonly alternatives: readonly (readonly NamePattern[])[];
}

const ANY_NAMES = Symbol('any names');
const ANY_CHARACTERS = Symbol('any characters');

/** What stands for one character of a name. */
type CharacterTest = (character: string) => boolean;
type NamePattern = typeof ANY_NAMES | readonly (CharacterTest | typeof ANY_CHARACTERS)[];

const ALTERNATIVES_MAX = 256;

/** @throws UserError `E_USAGE` where a bracket or brace is not closed, or there are too many */
export function parsePathGlob(source: string): PathGlob {
  const alternatives = expandBraces(source).map((text) =>
    text
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .map((name): NamePattern => (name === '**' ? ANY_NAMES : parseName(name, source))),
  );
  return { source, alternatives };
}

/** Whether the pattern fits an absolute path as a whole. */
export function fitsPathGlob({ alternatives }: PathGlob, path: string): boolean {
  const names = path.split('/').filter((name) => name !== '');
  return alternatives.some((patterns) =>
    fitsAll(patterns, names, {
      isMany: (pattern) => pattern === ANY_NAMES,
      fits: (pattern, name) => pattern !== ANY_NAMES && fitsName(pattern, name),
    }),
  );
}

function fitsName(
  pattern: readonly (CharacterTest | typeof ANY_CHARACTERS)[],
  name: string,
): boolean {
  return fitsAll(pattern, Array.from(name), {
    isMany: (token) => token === ANY_CHARACTERS,
    fits: (token, character) => token !== ANY_CHARACTERS && token(character),
  });
}

interface Fitting<Token, Item> {
  isMany(token: Token): boolean;
  fits(token: Token, item: Item): boolean;
}

/**
 * Fits tokens to items from the left. Only the last token that stands for many is ever tried again,
 * so that the work is at most the product of both lengths.
 */
function fitsAll<Token, Item>(
  tokens: readonly Token[],
  items: readonly Item[],
  { isMany, fits }: Fitting<Token, Item>,
): boolean {
  let at = 0;
  let lastMany = -1;
  let resumeAt = 0;
  let item = 0;
  while (item < items.length) {
    const token = tokens[at];
    if (token !== undefined && isMany(token)) {
      lastMany = at++;
      resumeAt = item;
    } else if (token !== undefined && fits(token, items[item] as Item)) {
      at++;
      item++;
    } else if (lastMany >= 0) {
      at = lastMany + 1;
      item = ++resumeAt;
    } else {
      return false;
    }
  }
  return tokens.slice(at).every(isMany);
}

function parseName(
  text: string,
  source: string,
): readonly (CharacterTest | typeof ANY_CHARACTERS)[] {
  const characters = Array.from(text);
  const tokens: (CharacterTest | typeof ANY_CHARACTERS)[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') {
      tokens.push(ANY_CHARACTERS);
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (character === '[') {
      const end = characters.indexOf(']', at + 2);
      if (end < 0) {
        throw unclosed(source, '[');
      }
      tokens.push(parseSet(characters.slice(at + 1, end)));
      at = end;
    } else {
      const literal = character === '\\' ? (characters[++at] ?? '\\') : character;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

function parseSet(characters: readonly string[]): CharacterTest {
  const isNegated = characters[0] === '^' || characters[0] === '!';
  const members = isNegated ? characters.slice(1) : characters;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members[at] ?? '';
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    ranges.push([first, isRange ? (members[at + 2] ?? first) : first]);
    at += isRange ? 2 : 0;
  }
  return (character) =>
    ranges.some(([low, high]) => low <= character && character <= high) !== isNegated;
}

/** `a{b,c}d` → `abd`, `acd`; braces may nest. */
function expandBraces(source: string): string[] {
  const done: string[] = [];
  const pending = [source];
  for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
    const group = innermostGroup(text, source);
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
      throw new UserError('E_USAGE', `The pattern "${source}" has too many alternatives.`, {
        hint: `at most ${ALTERNATIVES_MAX} are read; give several patterns instead`,
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

/** The first group of braces that holds no other. */
function innermostGroup(text: string, source: string): BraceGroup | undefined {
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
    throw unclosed(source, '{');
  }
  return undefined;
}

function unclosed(source: string, bracket: string): UserError {
  return new UserError('E_USAGE', `The pattern "${source}" has a "${bracket}" that is not closed.`);
}
