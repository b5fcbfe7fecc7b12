/** Limits of {@link splitJson}. */
export interface SplitOptions {
  /** Parts have about this size, unless a single element is larger. */
  readonly partBytes: number;
  /** Maximum size of a part. */
  readonly partBytesMax: number;
}

const [QUOTE, ESCAPE, COMMA] = [0x22, 0x5c, 0x2c];
const OPENERS: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSERS: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** Distance from `{` to `}` and from `[` to `]`. */
const CLOSER_DISTANCE = 2;

/**
 * Splits a JSON array or object that is too large for memory into documents of the same form, each
 * with some of its elements or members. Only the nesting is checked: parsing the parts finds other
 * errors.
 *
 * @throws SyntaxError if the document has another form or ends early; RangeError if an element is
 *   larger than `partBytesMax`
 */
export async function* splitJson(
  pieces: AsyncIterable<Uint8Array>,
  options: SplitOptions,
): AsyncGenerator<Uint8Array> {
  const splitter = new JsonSplitter(options);
  for await (const piece of pieces) {
    yield* splitter.push(piece);
  }
  splitter.finish();
}

class JsonSplitter {
  readonly #options: SplitOptions;
  #opener = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isClosed = false;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  constructor(options: SplitOptions) {
    this.#options = options;
  }

  *push(piece: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.#depth === 0) {
        this.#readOutside(byte);
        start = at + 1;
      } else if (this.#isInString) {
        this.#readInString(byte);
      } else if (byte === QUOTE) {
        this.#isInString = true;
      } else if (OPENERS.has(byte)) {
        this.#depth++;
      } else if (CLOSERS.has(byte)) {
        this.#depth--;
        if (this.#depth === 0) {
          this.#finishList(byte);
          yield this.#takePart(piece.subarray(start, at));
          start = at + 1;
        }
      } else if (byte === COMMA && this.#depth === 1) {
        if (this.#keptBytes + at - start >= this.#options.partBytes) {
          yield this.#takePart(piece.subarray(start, at));
          start = at + 1;
        }
      }
    }
    this.#keep(piece.subarray(start));
  }

  finish(): void {
    if (!this.#isClosed) {
      throw new SyntaxError('unexpected end of JSON');
    }
  }

  /** Before the first and after the last bracket. */
  #readOutside(byte: number): void {
    if (SPACES.has(byte)) {
      return;
    }
    if (this.#isClosed || !OPENERS.has(byte)) {
      throw new SyntaxError(this.#isClosed ? 'content after the end of JSON' : 'not a JSON list');
    }
    this.#opener = byte;
    this.#depth = 1;
  }

  #readInString(byte: number): void {
    if (this.#isEscaped) {
      this.#isEscaped = false;
    } else if (byte === ESCAPE) {
      this.#isEscaped = true;
    } else if (byte === QUOTE) {
      this.#isInString = false;
    }
  }

  #finishList(byte: number): void {
    if (byte !== this.#opener + CLOSER_DISTANCE) {
      throw new SyntaxError('the brackets of JSON do not match');
    }
    this.#isClosed = true;
  }

  #takePart(rest: Uint8Array): Uint8Array {
    const opener = Uint8Array.of(this.#opener);
    const closer = Uint8Array.of(this.#opener + CLOSER_DISTANCE);
    const part = Buffer.concat([opener, ...this.#kept, rest, closer]);
    this.#kept = [];
    this.#keptBytes = 0;
    return part;
  }

  /** Copies the rest of a piece, whose memory may be reused. */
  #keep(rest: Uint8Array): void {
    if (this.#depth === 0 || rest.length === 0) {
      return;
    }
    this.#keptBytes += rest.length;
    if (this.#keptBytes > this.#options.partBytesMax) {
      throw new RangeError(`an element of JSON has more than ${this.#options.partBytesMax} bytes`);
    }
    this.#kept.push(Uint8Array.from(rest));
  }
}
