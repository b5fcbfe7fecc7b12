/** A token of a Ruby program, as detailed as a Gemfile requires. */
export interface RubyToken {
  /**
   * `word`: a name or a keyword. `key`: a name with a colon behind it (`group:`). `text`: a string,
   * a symbol or a regular expression. `list`: strings or symbols in `%w[…]` or `%i[…]`. `mark`: any
   * other character, or `=>`. `line`: the end of a line.
   */
  readonly kind: 'word' | 'key' | 'text' | 'list' | 'mark' | 'line';
  /** For a list, its members separated by blanks. */
  readonly value: string;
  /** Whether the value is computed: it has an interpolation, or is not the text of a string. */
  readonly isDynamic?: boolean;
}

const BRACKETS: ReadonlyMap<string, string> = new Map(
  Object.entries({ '(': ')', '[': ']', '{': '}', '<': '>' }),
);
const SKIPPED = /[^\S\n]+|#[^\n]*/y;
const BLOCK_COMMENT = /=begin\b[^]*?(?:\n=end[^\n]*|$)/y;
const END_OF_PROGRAM = /__END__(?:\r?\n|$)/y;
const WORD = /[A-Za-z_]\w*[?!]?/y;
const PERCENT = /%([qQwWiIrsx]?)([^\w\s])/y;
const SYMBOL = /:([A-Za-z_]\w*[?!=]?)/y;
const CHARACTER = /\?(?:\\\S|\S)(?!\w)/y;
const HEREDOC = /<<([~-]?)(["'`]?)([A-Za-z_]\w*)\2/y;
const REGULAR_EXPRESSION_FLAGS = /[a-z]*/y;

/** Keywords after which a slash begins a regular expression, as it does after an operator. */
const BEFORE_EXPRESSIONS: ReadonlySet<string> = new Set(
  'and do else elsif if in not or puts return then unless until when while'.split(' '),
);
/** Maximum depth of strings in interpolations; deeper ones are not distinguished. */
const NESTED_MAX = 20;

/** Cost of a character relative to one of plain text. */
export const RUBY_CHAR_STEPS = 10;

/**
 * Reads a program from left to right. The part after `__END__` does not belong to it. Returns
 * `undefined` if a string is not closed: then it was misread.
 */
export function readRubyTokens(text: string): RubyToken[] | undefined {
  return new RubyTokenizer(text).read();
}

interface Heredoc {
  readonly end: string;
  readonly isIndented: boolean;
}

class RubyTokenizer {
  readonly #text: string;
  readonly #tokens: RubyToken[] = [];
  /** Begun on this line; their texts begin on the next one. */
  #heredocs: Heredoc[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): RubyToken[] | undefined {
    while (this.#at < this.#text.length && !this.#isAtEnd()) {
      if (this.#match(SKIPPED) === undefined && !this.#skipBlockComment() && !this.#readToken()) {
        return undefined;
      }
    }
    return this.#heredocs.length > 0 ? undefined : this.#tokens;
  }

  #isLineStart(): boolean {
    return this.#at === 0 || this.#text[this.#at - 1] === '\n';
  }

  #isAtEnd(): boolean {
    return this.#isLineStart() && this.#match(END_OF_PROGRAM) !== undefined;
  }

  #skipBlockComment(): boolean {
    return this.#isLineStart() && this.#match(BLOCK_COMMENT) !== undefined;
  }

  /** Returns false if the token does not end. */
  #readToken(): boolean {
    const first = this.#text.charAt(this.#at);
    if (first === '\n') {
      this.#at++;
      this.#tokens.push({ kind: 'line', value: '' });
      return this.#skipHeredocs();
    }
    const heredoc = this.#isAfterValue() ? undefined : this.#match(HEREDOC);
    if (heredoc !== undefined) {
      const [, dash = '', , end = ''] = heredoc;
      this.#heredocs.push({ end, isIndented: dash !== '' });
      this.#tokens.push({ kind: 'text', value: '', isDynamic: true });
      return true;
    }
    return this.#readLiteral(first) ?? this.#readWord();
  }

  /** Returns `undefined` if no literal begins here. */
  #readLiteral(first: string): boolean | undefined {
    if (first === '"' || first === "'" || first === '`') {
      return this.#readQuoted({ open: 1, close: first, form: first });
    }
    const second = this.#text.charAt(this.#at + 1);
    if (first === ':' && (second === '"' || second === "'")) {
      return this.#readQuoted({ open: 2, close: second, form: second });
    }
    const symbol = this.#text[this.#at - 1] === ':' ? undefined : this.#match(SYMBOL);
    if (symbol !== undefined) {
      this.#tokens.push({ kind: 'text', value: symbol[1] ?? '' });
      return true;
    }
    if (first === '/' && this.#isExpressionStart()) {
      return this.#readQuoted({ open: 1, close: '/', form: 'r' });
    }
    if (first === '?' && !this.#isAfterValue() && this.#match(CHARACTER) !== undefined) {
      this.#tokens.push({ kind: 'text', value: '', isDynamic: true });
      return true;
    }
    PERCENT.lastIndex = this.#at;
    const [percent = '', form = '', open = ''] = PERCENT.exec(this.#text) ?? [];
    const isLiteral = percent !== '' && (form !== '' || BRACKETS.has(open));
    return isLiteral && this.#isExpressionStart()
      ? this.#readQuoted({ open: percent.length, close: BRACKETS.get(open) ?? open, form })
      : undefined;
  }

  #readWord(): boolean {
    const [word] = this.#match(WORD) ?? [];
    if (word === undefined) {
      const value = this.#text.startsWith('=>', this.#at) ? '=>' : this.#text.charAt(this.#at);
      this.#at += value.length;
      this.#tokens.push({ kind: 'mark', value });
    } else if (this.#text[this.#at] === ':' && this.#text[this.#at + 1] !== ':') {
      this.#at++;
      this.#tokens.push({ kind: 'key', value: word });
    } else {
      this.#tokens.push({ kind: 'word', value: word });
    }
    return true;
  }

  /**
   * Reads a literal that begins with `open` characters. A string immediately followed by a colon is
   * a key.
   */
  #readQuoted({ open, close, form }: { open: number; close: string; form: string }): boolean {
    const start = this.#at + open;
    const canCompute = !/['qwis]/.test(form);
    const end = findQuotedEnd(this.#text, { start, close, canCompute, depth: 0 });
    if (end >= this.#text.length) {
      return false;
    }
    const source = this.#text.slice(start, end);
    const isDynamic = (canCompute && source.includes('#{')) || /[rx`]/.test(form);
    const value = isDynamic ? '' : source.replace(/\\([^])/g, '$1');
    const [, second, third] = this.#text.slice(end, end + 3);
    const isKey = /["']/.test(form) && second === ':' && third === ' ' && !isDynamic;
    this.#at = end + (isKey ? 2 : 1);
    if (form === 'r') {
      this.#match(REGULAR_EXPRESSION_FLAGS);
    }
    const kind = isKey ? 'key' : /[wWiI]/.test(form) ? 'list' : 'text';
    this.#tokens.push({ kind, value, ...(isDynamic ? { isDynamic } : {}) });
    return true;
  }

  #skipHeredocs(): boolean {
    for (const { end, isIndented } of this.#heredocs) {
      for (let line = ''; line !== end; ) {
        if (this.#at >= this.#text.length) {
          return false;
        }
        const found = this.#text.indexOf('\n', this.#at);
        const next = found < 0 ? this.#text.length : found + 1;
        const whole = this.#text.slice(this.#at, next).trimEnd();
        line = isIndented ? whole.trimStart() : whole;
        this.#at = next;
      }
    }
    this.#heredocs = [];
    return true;
  }

  /** Whether the character before is the end of a value, such as `x` in `x<<Y`. */
  #isAfterValue(): boolean {
    return /[\w)\]}"'?!]/.test(this.#text.charAt(this.#at - 1));
  }

  /** Whether a slash or percent sign begins a literal here rather than dividing two values. */
  #isExpressionStart(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined || last.kind === 'line' || last.kind === 'key') {
      return true;
    }
    if (last.kind === 'mark') {
      return !')]}'.includes(last.value) && !/\d/.test(last.value);
    }
    const isSpaced =
      /\s/.test(this.#text.charAt(this.#at - 1)) && !/\s/.test(this.#text.charAt(this.#at + 1));
    return last.kind === 'word' && (BEFORE_EXPRESSIONS.has(last.value) || isSpaced);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

interface Quoted {
  readonly start: number;
  readonly close: string;
  readonly canCompute: boolean;
  /** Number of strings around it. */
  readonly depth: number;
}

/** Returns the place of the closing character; the length of the text if there is none. */
function findQuotedEnd(text: string, { start, close, canCompute, depth }: Quoted): number {
  const open = [...BRACKETS].find(([, end]) => end === close)?.[0];
  let nested = 0;
  for (let at = start; at < text.length; ) {
    const character = text.charAt(at);
    if (character === close && nested === 0) {
      return at;
    }
    nested += character === open ? 1 : character === close ? -1 : 0;
    if (character === '\\') {
      at += 2;
    } else if (canCompute && text.startsWith('#{', at)) {
      at = depth < NESTED_MAX ? findInterpolationEnd(text, at + 2, depth) : text.length;
    } else {
      at++;
    }
  }
  return text.length;
}

function findInterpolationEnd(text: string, start: number, depth: number): number {
  let open = 1;
  let at = start;
  while (at < text.length && open > 0) {
    const character = text.charAt(at);
    open += character === '{' ? 1 : character === '}' ? -1 : 0;
    const isQuote = character === '"' || character === "'";
    at = isQuote
      ? findQuotedEnd(text, {
          start: at + 1,
          close: character,
          canCompute: character === '"',
          depth: depth + 1,
        }) + 1
      : at + 1;
  }
  return at;
}
