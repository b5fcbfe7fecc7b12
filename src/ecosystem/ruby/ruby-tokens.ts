/** A piece of a Ruby program, as far as a Gemfile needs it told apart. */
export interface RubyToken {
  /**
   * `readWord`: a name or a keyword. `key`: a name with a colon behind it (`group:`). `text`: a string
   * or a symbol. `readList`: strings or symbols in `%w[…]` or `%i[…]`. `mark`: any other character, or
   * `=>`. `formatLine`: the end of a line.
   */
  readonly kind: 'word' | 'key' | 'text' | 'list' | 'mark' | 'line';
  /** Of a list, its members separated by blanks. */
  readonly value: string;
  /** The value is computed: it has an interpolation. */
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

/** A character takes that much longer to read than one of plain text. */
export const RUBY_CHAR_STEPS = 10;

/** Reads a program from left to right. What follows `__END__` is not part of it. */
export function readRubyTokens(text: string): RubyToken[] {
  const tokens: RubyToken[] = [];
  for (let at = 0; at < text.length; ) {
    const isLineStart = at === 0 || text[at - 1] === '\n';
    if (isLineStart && /__END__(?:\r?\n|$)/y.test(text.slice(at, at + 9))) {
      break;
    }
    const skipped =
      matchAt(BLANKS, text, at) ??
      matchAt(COMMENT, text, at) ??
      (isLineStart ? matchAt(BLOCK_COMMENT, text, at) : undefined);
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
    return readText(text, at + 1, first, first === '"');
  }
  if (first === ':' && /["']/.test(text.charAt(at + 1))) {
    return readText(text, at + 2, text.charAt(at + 1), text.charAt(at + 1) === '"');
  }
  const [symbol, name = ''] = matchAt(SYMBOL, text, at) ?? [];
  if (symbol !== undefined && text[at - 1] !== ':') {
    return { token: { kind: 'text', value: name }, end: at + symbol.length };
  }
  const [percent, form = '', open = ''] = matchAt(PERCENT, text, at) ?? [];
  if (percent !== undefined && (form !== '' || BRACKETS.has(open))) {
    const close = BRACKETS.get(open) ?? open;
    const read = readText(text, at + percent.length, close, !/[qwi]/.test(form));
    return /[wWiI]/.test(form) ? { ...read, token: { ...read.token, kind: 'list' } } : read;
  }
  return readWord(text, at);
}

function readWord(text: string, at: number): Read {
  const [word] = matchAt(WORD, text, at) ?? [];
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

/** A string with a colon right behind it is a key. */
function readText(text: string, start: number, close: string, canCompute: boolean): Read {
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

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
