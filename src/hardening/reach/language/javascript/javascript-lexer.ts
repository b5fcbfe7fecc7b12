import { isWordByte, markTable } from '../program-use.ts';

const NEWLINE = 10;
const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const BACKTICK = 96;
const OPEN = 123;
const CLOSE = 125;
const MARKS = markTable('"\'`/{}');

/** After these words, a slash starts a regular expression. */
const BEFORE_EXPRESSION: ReadonlySet<string> = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'throw',
  'new',
  'instanceof',
  'yield',
  'await',
]);

/**
 * Scans JavaScript and separates code from comments, strings, regular expressions and template
 * text. One pass; a line is read at most twice.
 */
export class JavascriptLexer {
  readonly #bytes: Buffer;
  at = 0;
  /** Number of open braces. */
  depth = 0;
  /** Brace depth at which each open template continues. */
  readonly #templates: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    if (bytes[0] === 35 && bytes[1] === 33) {
      this.at = this.#endOfLine(0);
    }
  }

  /**
   * Advances to an offset. Returns false if the offset is not in code; the position is then after
   * it.
   */
  seek(target: number): boolean {
    const bytes = this.#bytes;
    let at = this.at;
    while (at < target) {
      const byte = bytes[at] as number;
      at = MARKS[byte] === 0 ? at + 1 : this.#pass(byte, at);
    }
    this.at = at;
    return at === target;
  }

  #pass(byte: number, at: number): number {
    switch (byte) {
      case OPEN:
        this.depth += 1;
        return at + 1;
      case CLOSE:
        return this.#closeBrace(at);
      case SLASH:
        return this.#readSlash(at);
      case BACKTICK:
        return this.#readTemplate(at + 1);
      default:
        return this.#readString(byte, at);
    }
  }

  #closeBrace(at: number): number {
    this.depth = Math.max(0, this.depth - 1);
    if (this.#templates.at(-1) === this.depth) {
      this.#templates.pop();
      return this.#readTemplate(at + 1);
    }
    return at + 1;
  }

  #endOfLine(at: number): number {
    const end = this.#bytes.indexOf(NEWLINE, at);
    return end === -1 ? this.#bytes.length : end;
  }

  #readSlash(at: number): number {
    const bytes = this.#bytes;
    const next = bytes[at + 1];
    if (next === SLASH) {
      return this.#endOfLine(at);
    }
    if (next === STAR) {
      const end = bytes.indexOf('*/', at + 2, 'latin1');
      return end === -1 ? bytes.length : end + 2;
    }
    return this.#isExpression(at) ? this.#endOfExpression(at) : at + 1;
  }

  /** Returns whether a slash starts a regular expression, that is, if a value may start there. */
  #isExpression(at: number): boolean {
    const bytes = this.#bytes;
    let last = at - 1;
    while (last >= 0 && (bytes[last] as number) <= 32) {
      last -= 1;
    }
    const byte = bytes[last];
    if (byte === undefined || !isWordByte(byte)) {
      const isValue = byte === 41 || byte === 93 || byte === 34 || byte === 39 || byte === BACKTICK;
      return !isValue;
    }
    let first = last;
    while (first > 0 && last - first < 12 && isWordByte(bytes[first - 1])) {
      first -= 1;
    }
    return BEFORE_EXPRESSION.has(bytes.toString('latin1', first, last + 1));
  }

  /** A regular expression ends on its line; otherwise the slash is a division. */
  #endOfExpression(start: number): number {
    const bytes = this.#bytes;
    let isInClass = false;
    for (let at = start + 1; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === NEWLINE) {
        break;
      } else if (byte === 91) {
        isInClass = true;
      } else if (byte === 93) {
        isInClass = false;
      } else if (byte === SLASH && !isInClass) {
        return at + 1;
      }
    }
    return start + 1;
  }

  #readString(quote: number, start: number): number {
    const bytes = this.#bytes;
    for (let at = start + 1; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === quote) {
        return at + 1;
      }
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === NEWLINE) {
        return at;
      }
    }
    return bytes.length;
  }

  /** Reads to the end of a template, or to the code of its next value. */
  #readTemplate(start: number): number {
    const bytes = this.#bytes;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === BACKTICK) {
        return at + 1;
      }
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === 36 && bytes[at + 1] === OPEN) {
        this.#templates.push(this.depth);
        this.depth += 1;
        return at + 2;
      }
    }
    return bytes.length;
  }
}
