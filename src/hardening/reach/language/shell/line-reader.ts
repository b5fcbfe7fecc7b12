import type { ShellCursor, WordReader } from './word-reader.ts';

/** Text that follows the line of its redirection, up to its delimiter. */
export interface HereDocument {
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly isIndented: boolean;
}

const PLAIN_WORD_CHARS_MAX = 64;

/** Skips text between words: blanks, comments, line ends and here-documents. */
export class LineReader {
  readonly #cursor: ShellCursor;
  readonly #words: WordReader;
  #waiting: HereDocument[] = [];

  constructor(cursor: ShellCursor, words: WordReader) {
    this.#cursor = cursor;
    this.#words = words;
  }

  /** The text starts after the end of this line. */
  expectHereDocument(document: HereDocument): void {
    this.#waiting.push(document);
  }

  /** Skips blanks, comments and continued lines. */
  skipBlanks(): void {
    const cursor = this.#cursor;
    for (;;) {
      const char = cursor.text[cursor.at];
      if (char === ' ' || char === '\t' || char === '\r') {
        cursor.at += 1;
      } else if (char === '\\' && cursor.text[cursor.at + 1] === '\n') {
        cursor.at += 2;
        cursor.line += 1;
      } else if (char === '#') {
        const end = cursor.text.indexOf('\n', cursor.at);
        cursor.at = end < 0 ? cursor.text.length : end;
      } else {
        return;
      }
    }
  }

  #skipNewline(): void {
    const cursor = this.#cursor;
    cursor.at += 1;
    cursor.line += 1;
    for (const document of this.#waiting.splice(0)) {
      this.#readHereDocument(document);
    }
  }

  #readHereDocument({ delimiter, isQuoted, isIndented }: HereDocument): void {
    const cursor = this.#cursor;
    let start = cursor.at;
    for (;;) {
      const found = cursor.text.indexOf('\n', start);
      const end = found < 0 ? cursor.text.length : found;
      const text = cursor.text.slice(start, end);
      if (
        (isIndented ? text.replace(/^\t+/, '') : text) === delimiter ||
        start >= cursor.text.length
      ) {
        const lines = cursor.text.slice(cursor.at, start).split('\n').length - 1;
        const line = cursor.line;
        if (!isQuoted) {
          this.#words.readHereText(start);
        }
        cursor.at = Math.min(end + 1, cursor.text.length);
        cursor.line = line + lines + 1;
        return;
      }
      start = end + 1;
    }
  }

  /** Skips newlines and the blanks between them. */
  skipNewlines(): void {
    this.skipBlanks();
    while (this.#cursor.text[this.#cursor.at] === '\n') {
      this.#skipNewline();
      this.skipBlanks();
    }
  }

  /**
   * Returns the word at the position if it only has unquoted letters, without reading past it;
   * otherwise an empty string.
   */
  peekPlainWord(): string {
    const { text, at } = this.#cursor;
    let end = at;
    while (end < text.length && !' \t\r\n;&|<>()'.includes(text[end] ?? '')) {
      const char = text[end] ?? '';
      if ('\'"\\$`'.includes(char) || end - at > PLAIN_WORD_CHARS_MAX) {
        return '';
      }
      end += 1;
    }
    return text.slice(at, end);
  }
}
