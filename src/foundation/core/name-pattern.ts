/**
 * Patterns for names in which `*` matches any characters. All patterns of plimsoll use them: those
 * of catalogers (`read/path-pattern.ts`), of users (`syntax/path-glob/path-glob.ts`) and of shells
 * (`reach/shell-pattern.ts`).
 */
export type NamePattern =
  | { readonly kind: 'pieces'; readonly pieces: readonly string[] }
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] };

const ANY_RUN = Symbol('any run of characters');

/** A test of one character. */
type Token = typeof ANY_RUN | ((character: string) => boolean);

/** Differences between the syntaxes of patterns. */
export interface NameSyntax {
  /** Whether a backslash makes the next character literal. */
  readonly hasEscapes?: boolean;
  /** Called for an unclosed bracket, which is otherwise literal. */
  readonly rejectUnclosed?: () => never;
}

/** Parses a pattern in which only `*` has a meaning. */
export function parseStars(text: string): NamePattern {
  return { kind: 'pieces', pieces: text.split('*') };
}

/**
 * Parses a pattern with `*`, `?` for one character, and `[a-z]`, `[!a-z]` or `[^a-z]` for one of a
 * set.
 */
export function parseNamePattern(text: string, syntax: NameSyntax = {}): NamePattern {
  return /[?[\\]/.test(text)
    ? { kind: 'tokens', tokens: parseTokens(Array.from(text), syntax) }
    : parseStars(text);
}

function parseTokens(characters: readonly string[], syntax: NameSyntax): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const close = character === '[' ? characters.indexOf(']', at + 2) : -1;
    if (character === '*') {
      tokens.push(ANY_RUN);
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (close > 0) {
      tokens.push(parseSet(characters.slice(at + 1, close)));
      at = close;
    } else if (character === '[' && syntax.rejectUnclosed !== undefined) {
      syntax.rejectUnclosed();
    } else {
      const isEscape = character === '\\' && syntax.hasEscapes === true;
      const literal = isEscape ? (characters[++at] ?? character) : character;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

function parseSet(characters: readonly string[]): Token {
  const isNegated = characters[0] === '^' || characters[0] === '!';
  const members = isNegated ? characters.slice(1) : characters;
  const ranges: (readonly [low: string, high: string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const first = members[at] ?? '';
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    ranges.push([first, isRange ? (members[at + 2] ?? first) : first]);
    at += isRange ? 2 : 0;
  }
  return (character) =>
    ranges.some(([low, high]) => low <= character && character <= high) !== isNegated;
}

/** Returns whether a pattern matches the whole of a name. */
export function isNameMatch(pattern: NamePattern, name: string): boolean {
  return pattern.kind === 'pieces'
    ? isPieceMatch(pattern.pieces, name)
    : isSequenceMatch(pattern.tokens, Array.from(name), {
        isMany: (token) => token === ANY_RUN,
        isMatch: (token, character) => token !== ANY_RUN && token(character),
      });
}

/** Searches each piece after the one before it; the first and the last are at the ends. */
function isPieceMatch(pieces: readonly string[], name: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) {
    return first === name;
  }
  const last = pieces.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) {
    return false;
  }
  let at = first.length;
  const end = name.length - last.length;
  for (let index = 1; index < pieces.length - 1; index++) {
    const piece = pieces[index] ?? '';
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) {
      return false;
    }
    at = found + piece.length;
  }
  return true;
}

export interface SequenceMatch<Part, Item> {
  isMany(part: Part): boolean;
  isMatch(part: Part, item: Item): boolean;
}

/**
 * Matches tokens with all items from the left. Only the last token that matches many is ever
 * retried, so the work is at most the product of both lengths.
 */
export function isSequenceMatch<Part, Item>(
  tokens: readonly Part[],
  items: readonly Item[],
  { isMany, isMatch: matches }: SequenceMatch<Part, Item>,
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
    } else if (token !== undefined && matches(token, items[item] as Item)) {
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
