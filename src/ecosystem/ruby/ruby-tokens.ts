/** A token of a Ruby program, as detailed as a Gemfile requires. */
export interface RubyToken {
  /**
   * `word`: a name or a keyword. `key`: a name with a colon behind it (`group:`). `text`: a string
   * or a symbol. `list`: strings or symbols in `%w[…]` or `%i[…]`. `mark`: any other character, or
   * `=>`. `line`: the end of a line.
   */
  readonly kind: 'word' | 'key' | 'text' | 'list' | 'mark' | 'line';
  /** For a list, its members separated by blanks. */
  readonly value: string;
  /** Whether the value is computed: it has an interpolation. */
  readonly isDynamic?: boolean;
}

const BRACKETS: ReadonlyMap<string, string> = new Map(
  Object.entries({ '(': ')', '[': ']', '{': '}', '<': '>' }),
);
const BLANKS = /[^\S\n]+/y;
const COMMENT = /#[^\n]*/y;
const BLOCK_COMMENT = /=begin\b[^]*?(?:\n=end[^\n]*|$)/y;
const WORD = /[A-Za-z_]\w*[?!]?/y;
const PERCENT = /%([qQwWiI]?)([^\w\s])/y;
const SYMBOL = /:([A-Za-z_]\w*[?!=]?)/y;

/** Cost of a character relative to one of plain text. */
export const RUBY_CHAR_STEPS = 10;

/** Reads a program from left to right. The part after `__END__` does not belong to it. */
export function readRubyTokens(text: string): RubyToken[] {
  const tokens: RubyToken[] = [];
  for (let at = 0; at < text.length; ) {
    const isLineStart = at === 0 || text[at - 1] === '\n';
    if (isLineStart && /__END__(?:\r?\n|$)/y.test(text.slice(at, at + 9))) {
      break;
    }
    const skipped =
      matchSticky(BLANKS, text, at) ??
      matchSticky(COMMENT, text, at) ??
      (isLineStart ? matchSticky(BLOCK_COMMENT, text, at) : undefined);
    if (skipped !== undefined) {
      at += skipped[0].length;
      continue;
    }
    const { token, end } = readToken(text, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

interface Read {
  readonly token: RubyToken;
  readonly end: number;
}

function readToken(text: string, at: number): Read {
  const first = text.charAt(at);
  if (first === '\n') {
    return { token: { kind: 'line', value: '' }, end: at + 1 };
  }
  if (first === '"' || first === "'") {
    return readQuotedText(text, at + 1, first, first === '"');
  }
  if (first === ':' && /["']/.test(text.charAt(at + 1))) {
    return readQuotedText(text, at + 2, text.charAt(at + 1), text.charAt(at + 1) === '"');
  }
  const [symbol, name = ''] = matchSticky(SYMBOL, text, at) ?? [];
  if (symbol !== undefined && text[at - 1] !== ':') {
    return { token: { kind: 'text', value: name }, end: at + symbol.length };
  }
  const [percent, form = '', open = ''] = matchSticky(PERCENT, text, at) ?? [];
  if (percent !== undefined && (form !== '' || BRACKETS.has(open))) {
    const close = BRACKETS.get(open) ?? open;
    const read = readQuotedText(text, at + percent.length, close, !/[qwi]/.test(form));
    return /[wWiI]/.test(form) ? { ...read, token: { ...read.token, kind: 'list' } } : read;
  }
  return readWord(text, at);
}

function readWord(text: string, at: number): Read {
  const [word] = matchSticky(WORD, text, at) ?? [];
  if (word !== undefined) {
    const end = at + word.length;
    const isKey = text[end] === ':' && text[end + 1] !== ':';
    return isKey
      ? { token: { kind: 'key', value: word }, end: end + 1 }
      : { token: { kind: 'word', value: word }, end };
  }
  const value = text.startsWith('=>', at) ? '=>' : text.charAt(at);
  return { token: { kind: 'mark', value }, end: at + value.length };
}

/** A string immediately followed by a colon is a key. */
function readQuotedText(text: string, start: number, close: string, canCompute: boolean): Read {
  let end = start;
  let value = '';
  let isDynamic = false;
  for (; end < text.length && text[end] !== close; end++) {
    end += text[end] === '\\' ? 1 : 0;
    isDynamic ||= canCompute && text.startsWith('#{', end);
    value += text[end] ?? '';
  }
  const isKey = text[end + 1] === ':' && text[end + 2] === ' ' && !isDynamic;
  return isKey
    ? { token: { kind: 'key', value }, end: end + 2 }
    : { token: { kind: 'text', value, ...(isDynamic ? { isDynamic } : {}) }, end: end + 1 };
}

function matchSticky(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
