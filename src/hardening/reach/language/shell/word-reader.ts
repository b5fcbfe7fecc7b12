import type { ShellPart, ShellWord } from './shell-script.ts';

/** Position in a text, shared by the readers of words and of commands. */
export interface ShellCursor {
  readonly text: string;
  at: number;
  line: number;
}

/** Methods of the command reader that word reading needs. */
export interface NestedReader {
  /** Reads commands up to a closing parenthesis and consumes it. */
  readParenthesized(): void;
  /** Reads the commands of a nested text, such as a backquoted one. */
  readCommands(source: string): void;
  /** Returns false if words and commands are nested deeper than the limit. */
  enter(): boolean;
  leave(): void;
}

/** Characters that end a word outside of quotes. */
const ENDS: ReadonlySet<string> = new Set([
  ' ',
  '\t',
  '\n',
  '\r',
  ';',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
]);
const NAME = /[A-Za-z0-9_]/;
const NAME_START = /[A-Za-z_]/;
const SPECIAL: ReadonlySet<string> = new Set(['@', '*', '#', '?', '-', '$', '!']);
const OPERATORS = [
  ':-',
  ':=',
  ':+',
  ':?',
  '##',
  '%%',
  '//',
  '-',
  '=',
  '+',
  '?',
  '#',
  '%',
  '/',
  ':',
  '^',
  ',',
  '@',
  '[',
];
const SOURCE_CHARS_MAX = 512;

/** Between double quotes, an apostrophe in braces is an ordinary character. */
type Place = 'word' | 'braces' | 'quoted-braces';

/** Reads words: quotes, escapes, parameters, substitutions. POSIX.1-2024, Shell, 2.2 to 2.6. */
export class WordReader {
  readonly #cursor: ShellCursor;
  readonly #nested: NestedReader;

  constructor(cursor: ShellCursor, nested: NestedReader) {
    this.#cursor = cursor;
    this.#nested = nested;
  }

  /** Reads the word at the position; `undefined` if there is none. */
  readWord(): ShellWord | undefined {
    const start = this.#cursor.at;
    const parts = this.#readParts('word');
    return this.#cursor.at === start ? undefined : parts;
  }

  /** Reads substitutions in the text of a here-document. */
  readHereText(end: number): void {
    const cursor = this.#cursor;
    while (cursor.at < end) {
      const char = cursor.text[cursor.at];
      if (char === '\\') {
        cursor.at += 2;
      } else if (char === '$' || char === '`') {
        this.#readExpansion(char, true);
      } else {
        this.#pass(char);
      }
    }
    cursor.at = end;
  }

  #pass(char: string | undefined): void {
    this.#cursor.line += char === '\n' ? 1 : 0;
    this.#cursor.at += 1;
  }

  #readParts(place: Place): ShellPart[] {
    const parts: ShellPart[] = [];
    const cursor = this.#cursor;
    while (cursor.at < cursor.text.length) {
      const char = cursor.text[cursor.at] ?? '';
      const isSubstitution = (char === '<' || char === '>') && cursor.text[cursor.at + 1] === '(';
      if (isSubstitution && place === 'word') {
        cursor.at += 2;
        this.#readParentheses();
        parts.push({ kind: 'other' });
      } else if (place === 'word' ? ENDS.has(char) : char === '}') {
        break;
      } else if (char === "'" && place === 'quoted-braces') {
        addText(parts, char, true);
        cursor.at += 1;
      } else {
        this.#readPart(char, parts);
      }
    }
    return parts;
  }

  #readPart(char: string, parts: ShellPart[]): void {
    const cursor = this.#cursor;
    switch (char) {
      case "'":
        cursor.at += 1;
        addText(parts, this.#readUntil("'"), true);
        return;
      case '"':
        cursor.at += 1;
        this.#readDoubleQuoted(parts);
        return;
      case '\\':
        if (cursor.text[cursor.at + 1] === '\n') {
          cursor.line += 1;
        } else {
          addText(parts, cursor.text[cursor.at + 1] ?? '', true);
        }
        cursor.at += 2;
        return;
      case '$':
      case '`': {
        const found = this.#readExpansion(char, false);
        if (found !== undefined) {
          parts.push(found);
        }
        return;
      }
      default:
        this.#readPlain(parts, false);
    }
  }

  /** Reads characters without meaning to the shell; at least one. */
  #readPlain(parts: ShellPart[], isQuoted: boolean): void {
    const cursor = this.#cursor;
    const { text, at } = cursor;
    let end = at;
    do {
      cursor.line += text[end] === '\n' ? 1 : 0;
      end += 1;
    } while (end < text.length && isPlain(text.charCodeAt(end), isQuoted));
    addText(parts, text.slice(at, end), isQuoted);
    cursor.at = end;
  }

  #readUntil(quote: string): string {
    const cursor = this.#cursor;
    const found = cursor.text.indexOf(quote, cursor.at);
    const end = found < 0 ? cursor.text.length : found;
    const text = cursor.text.slice(cursor.at, end);
    cursor.at = end + 1;
    cursor.line += countLines(text);
    return text;
  }

  #readDoubleQuoted(parts: ShellPart[]): void {
    const cursor = this.#cursor;
    addText(parts, '', true);
    while (cursor.at < cursor.text.length) {
      const char = cursor.text[cursor.at] ?? '';
      if (char === '"') {
        cursor.at += 1;
        return;
      }
      if (char === '\\') {
        const next = cursor.text[cursor.at + 1] ?? '';
        cursor.line += next === '\n' ? 1 : 0;
        const isEscape = '$`"\\\n'.includes(next) && next !== '';
        addText(parts, isEscape ? next.replace('\n', '') : `\\${next}`, true);
        cursor.at += 2;
      } else if (char === '$' || char === '`') {
        const found = this.#readExpansion(char, true);
        if (found !== undefined) {
          parts.push(found);
        }
      } else {
        this.#readPlain(parts, true);
      }
    }
  }

  #readExpansion(char: string, isQuoted: boolean): ShellPart | undefined {
    const cursor = this.#cursor;
    if (char === '`') {
      return this.#readBackquoted(isQuoted);
    }
    const next = cursor.text[cursor.at + 1] ?? '';
    if (next === '(') {
      return this.#readSubstitution(isQuoted);
    }
    if (next === '{') {
      return this.#readBraces(isQuoted);
    }
    if ((next === "'" || next === '"') && !isQuoted) {
      cursor.at += 1;
      const parts: ShellPart[] = [];
      this.#readPart(next, parts);
      const [only] = parts;
      return parts.length === 1 ? only : { kind: 'other' };
    }
    cursor.at += 1;
    if (SPECIAL.has(next) || /[0-9]/.test(next)) {
      cursor.at += 1;
      return { kind: 'variable', name: next, isQuoted };
    }
    const name = this.#name();
    return name === ''
      ? { kind: 'text', text: '$', isQuoted: true }
      : { kind: 'variable', name, isQuoted };
  }

  #name(): string {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (NAME_START.test(cursor.text[start] ?? '')) {
      while (NAME.test(cursor.text[cursor.at] ?? '')) {
        cursor.at += 1;
      }
    }
    return cursor.text.slice(start, cursor.at);
  }

  #readBackquoted(isQuoted: boolean): ShellPart {
    const cursor = this.#cursor;
    let source = '';
    let at = cursor.at + 1;
    while (at < cursor.text.length && cursor.text[at] !== '`') {
      const isEscape = cursor.text[at] === '\\' && '$`\\'.includes(cursor.text[at + 1] ?? ' ');
      at += isEscape ? 1 : 0;
      source += cursor.text[at] ?? '';
      at += 1;
    }
    cursor.at = at + 1;
    this.#nested.readCommands(source);
    cursor.line += countLines(source);
    return { kind: 'output', source: source.slice(0, SOURCE_CHARS_MAX), isQuoted };
  }

  /** `$(commands)` or `$((arithmetic))`. */
  #readSubstitution(isQuoted: boolean): ShellPart {
    const cursor = this.#cursor;
    if (cursor.text.startsWith('$((', cursor.at)) {
      cursor.at += 3;
      passArithmetic(cursor);
      return { kind: 'other' };
    }
    cursor.at += 2;
    const start = cursor.at;
    this.#readParentheses();
    const source = cursor.text.slice(start, Math.min(cursor.at - 1, start + SOURCE_CHARS_MAX));
    return { kind: 'output', source, isQuoted };
  }

  #readParentheses(): void {
    if (this.#nested.enter()) {
      this.#nested.readParenthesized();
      this.#nested.leave();
    } else {
      this.#cursor.at = this.#cursor.text.length;
    }
  }

  /** `${name}`, `${name:-word}`, `${#name}`, `${!name}`. */
  #readBraces(isQuoted: boolean): ShellPart {
    const cursor = this.#cursor;
    cursor.at += 2;
    const first = cursor.text[cursor.at] ?? '';
    const isPrefixed = (first === '#' || first === '!') && cursor.text[cursor.at + 1] !== '}';
    if (isPrefixed) {
      cursor.at += 1;
    }
    let name = this.#name();
    if (name === '') {
      name = cursor.text[cursor.at] ?? '';
      cursor.at += 1;
    }
    const operator = OPERATORS.find((one) => cursor.text.startsWith(one, cursor.at));
    cursor.at += operator?.length ?? 0;
    const word = this.#readBracedWord(isQuoted);
    if (isPrefixed) {
      return { kind: 'other' };
    }
    return {
      kind: 'variable',
      name,
      isQuoted,
      ...(operator === undefined ? {} : { operator, word }),
    };
  }

  #readBracedWord(isQuoted: boolean): ShellWord {
    if (!this.#nested.enter()) {
      this.#cursor.at = this.#cursor.text.length;
      return [];
    }
    const word = this.#readParts(isQuoted ? 'quoted-braces' : 'braces');
    this.#nested.leave();
    this.#cursor.at += 1;
    return word;
  }
}

/** Skips text up to two closing parentheses, counting inner ones. */
export function passArithmetic(cursor: ShellCursor): void {
  for (let depth = 0; cursor.at < cursor.text.length; cursor.at += 1) {
    const char = cursor.text[cursor.at];
    cursor.line += char === '\n' ? 1 : 0;
    if (char === '(') {
      depth += 1;
    } else if (char === ')' && depth === 0) {
      cursor.at += cursor.text[cursor.at + 1] === ')' ? 2 : 1;
      return;
    } else if (char === ')') {
      depth -= 1;
    }
  }
}

const SPECIAL_CODES = toCodes('\'"\\$`}{ \t\r\n;&|<>()');
const QUOTED_SPECIAL_CODES = toCodes('"\\$`}\'');

function toCodes(text: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const char of text) {
    codes[char.charCodeAt(0)] = 1;
  }
  return codes;
}

function isPlain(code: number, isQuoted: boolean): boolean {
  return code > 127 || (isQuoted ? QUOTED_SPECIAL_CODES : SPECIAL_CODES)[code] === 0;
}

function addText(parts: ShellPart[], text: string, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && last.isQuoted === isQuoted) {
    parts[parts.length - 1] = { kind: 'text', text: last.text + text, isQuoted };
  } else {
    parts.push({ kind: 'text', text, isQuoted });
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}
