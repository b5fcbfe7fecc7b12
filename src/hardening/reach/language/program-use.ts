/** A place in a program file that names another file, module or class. */
export interface ProgramUse<Kind extends string = string> {
  /** Defined by each language. */
  readonly kind: Kind;
  /** Starts at 1. */
  readonly line: number;
  /** In the notation of the language, without quotes. */
  readonly text: string;
}

const TEXT_CHARS_MAX = 1_024;

/** Collects the uses of one file, each once, with the line of its first occurrence. */
export class UseCollector<Kind extends string> {
  readonly #bytes: Buffer;
  readonly #usesMax: number;
  readonly #uses: ProgramUse<Kind>[] = [];
  readonly #known = new Set<string>();
  #line = 1;
  #counted = 0;

  constructor(bytes: Buffer, usesMax: number) {
    this.#bytes = bytes;
    this.#usesMax = usesMax;
  }

  get uses(): readonly ProgramUse<Kind>[] {
    return this.#uses;
  }

  /**
   * @param offset must not precede the offset of the last use by more than a few lines, or line
   *   numbers are too high
   */
  add(kind: Kind, offset: number, text: string): void {
    const key = `${kind} ${text}`;
    const isFit = text !== '' && text.length <= TEXT_CHARS_MAX && !/[\n\0]/.test(text);
    if (isFit && this.#uses.length < this.#usesMax && !this.#known.has(key)) {
      this.#known.add(key);
      this.#uses.push({ kind, line: this.#getLine(offset), text });
    }
  }

  /** Counts newlines in a string; reading the bytes takes several times as long. */
  #getLine(offset: number): number {
    if (offset > this.#counted) {
      const passed = this.#bytes.toString('latin1', this.#counted, offset);
      for (let at = passed.indexOf('\n'); at !== -1; at = passed.indexOf('\n', at + 1)) {
        this.#line += 1;
      }
      this.#counted = offset;
    }
    return this.#line;
  }
}

/** A file with more occurrences of a word is not a program; the rest is left open. */
const OFFSETS_MAX = 20_000;

/** Returns the sorted offsets of the words; only the first ones if there are too many. */
export function findOffsets(bytes: Buffer, words: readonly string[]): readonly number[] {
  const lists = words.map((word) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(word, 0, 'latin1'); at !== -1 && found.length < OFFSETS_MAX; ) {
      found.push(at);
      at = bytes.indexOf(word, at + word.length, 'latin1');
    }
    return found;
  });
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort((left, right) => left - right);
}

/** Returns whether {@link findOffsets} left out offsets. */
export function isCutOff(offsets: readonly number[]): boolean {
  return offsets.length >= OFFSETS_MAX;
}

const NEWLINE = 10;

/** Returns the start of the line of an offset; `undefined` if the line is longer than the limit. */
export function findLineStart(bytes: Buffer, at: number, bytesMax: number): number | undefined {
  const first = Math.max(0, at - bytesMax);
  const newline = bytes.subarray(first, at).lastIndexOf(NEWLINE);
  if (newline >= 0) {
    return first + newline + 1;
  }
  return first === 0 ? 0 : undefined;
}

/** Creates a table that marks the given characters, which a lexer must not skip. */
export function markTable(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) {
    table[character.charCodeAt(0)] = 1;
  }
  return table;
}

/** Letters, digits, underscore, dollar sign and all bytes beyond ASCII. */
export function isWordByte(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 97 && byte <= 122) ||
      (byte >= 65 && byte <= 90) ||
      (byte >= 48 && byte <= 57) ||
      byte === 95 ||
      byte === 36 ||
      byte >= 128)
  );
}
