/**
 * Tokens of an Elixir program without blanks and comments, as detailed as a project file requires:
 * words, keys (`only:`), atoms (`:dev`), quoted strings, sigils (`~s(…)`) and marks.
 */
export function readMixTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = findTokenEnd(text, at);
    const token = text.slice(at, end);
    if (token.trim() !== '' && !token.startsWith('#')) {
      tokens.push(token);
    }
    at = end;
  }
  return tokens;
}

const TOKEN =
  /\s+|#[^\n]*|\?(?:\\[^]|[^\s])|:(?:[A-Za-z_]\w*[?!]?)|[A-Za-z_]\w*[?!]?:(?!:)|[A-Za-z_]\w*[?!]?|\+\+|->|=>|\|>|<>|<-|==|::|[^]/y;
/** `"`, `"""`, `:"` and sigils such as `~s(`. An uppercase sigil has no interpolation. */
const QUOTE = /~(?<sigil>[a-z]|[A-Z][A-Z0-9]*)(?<open>"""|'''|[/|"'([{<])|:?(?<quote>"""|'''|"|')/y;
const CLOSING: ReadonlyMap<string, string> = new Map(
  Object.entries({ '(': ')', '[': ']', '{': '}', '<': '>' }),
);
/** Letters behind a sigil, as in `~w(a b)a`. */
const MODIFIERS = /[a-zA-Z]*/y;
/** Maximum depth of strings in interpolations; deeper ones are not distinguished. */
const NESTED_MAX = 20;

function findTokenEnd(text: string, at: number): number {
  const quoted = findQuotedEnd(text, at, 0);
  if (quoted !== undefined) {
    return quoted;
  }
  TOKEN.lastIndex = at;
  TOKEN.exec(text);
  return TOKEN.lastIndex;
}

/** Returns the end of a string or sigil, also if it is not closed; `undefined` if none begins. */
function findQuotedEnd(text: string, at: number, depth: number): number | undefined {
  QUOTE.lastIndex = at;
  const { sigil = '', open, quote } = QUOTE.exec(text)?.groups ?? {};
  const begin = open ?? quote;
  if (begin === undefined) {
    return undefined;
  }
  const close = CLOSING.get(begin) ?? begin;
  const isInterpolated = sigil === sigil.toLowerCase();
  let end = QUOTE.lastIndex;
  while (end < text.length && !text.startsWith(close, end)) {
    if (text[end] === '\\') {
      end += 2;
    } else if (isInterpolated && text.startsWith('#{', end)) {
      end = depth < NESTED_MAX ? findInterpolationEnd(text, end + 2, depth) : text.length;
    } else {
      end++;
    }
  }
  MODIFIERS.lastIndex = Math.min(end + close.length, text.length);
  if (sigil !== '') {
    MODIFIERS.exec(text);
  }
  return MODIFIERS.lastIndex;
}

function findInterpolationEnd(text: string, start: number, depth: number): number {
  let open = 1;
  let at = start;
  while (at < text.length && open > 0) {
    open += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
    at = findQuotedEnd(text, at, depth + 1) ?? at + 1;
  }
  return at;
}
