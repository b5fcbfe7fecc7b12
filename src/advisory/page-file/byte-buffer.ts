const GROUP_BITS = 7;
const GROUP_VALUES = 2 ** GROUP_BITS;
/** Longest number: 49 bits in groups of seven. */
const NUMBER_BYTES_MAX = 7;

/** A growing sequence of bytes. Numbers are stored in groups of seven bits, the lowest first. */
export class ByteBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  addByte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  addNumber(value: number): void {
    this.#reserve(NUMBER_BYTES_MAX);
    let rest = value;
    while (rest >= GROUP_VALUES) {
      this.#bytes[this.#length++] = (rest % GROUP_VALUES) + GROUP_VALUES;
      rest = Math.floor(rest / GROUP_VALUES);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Adds the part of a key from `start`, with one byte per character. */
  addKey(key: string, start: number): void {
    this.#reserve(key.length - start);
    this.#length += this.#bytes.write(start === 0 ? key : key.slice(start), this.#length, 'latin1');
  }

  addBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Returns the bytes so far, which are valid until the next change. */
  getBytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
  }
}

/** The bytes end within an item: more of a stream is needed, or the bytes are damaged. */
export class EndOfBytes extends RangeError {
  constructor() {
    super('the bytes end early');
  }
}

/** Reads what {@link ByteBuffer} wrote. Throws {@link EndOfBytes} at the end, or `RangeError`. */
export class ByteCursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  readByte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) {
      throw new EndOfBytes();
    }
    this.at++;
    return byte;
  }

  readNumber(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < NUMBER_BYTES_MAX; count++) {
      const byte = this.readByte();
      value += (byte % GROUP_VALUES) * factor;
      if (byte < GROUP_VALUES) {
        return value;
      }
      factor *= GROUP_VALUES;
    }
    throw new RangeError('a number is too long');
  }

  /** Returns a part of the bytes themselves. */
  readBytes(count: number): Buffer {
    const end = this.at + count;
    if (end > this.bytes.length) {
      throw new EndOfBytes();
    }
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  readKey(count: number): string {
    return this.readBytes(count).toString('latin1');
  }
}
