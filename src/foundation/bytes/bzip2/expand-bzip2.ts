const STREAM_MAGIC = 0x42_5a_68;
const BLOCK_MAGIC = [0x31_41_59, 0x26_53_59] as const;
const END_MAGIC = [0x17_72_45, 0x38_50_90] as const;
const LEVEL_BYTES = 100_000;
/** A block of 900,000 symbols with codes of 20 bits, and its tables. */
const BLOCK_STORED_BYTES_MAX = 2_500_000;
const GROUP_SYMBOLS = 50;
const CODE_BITS_MAX = 20;
const TABLES_MAX = 6;
const SELECTORS_MAX = 18_002;
const OUTPUT_BYTES = 256 * 1024;
const POLYNOMIAL = 0x04_c1_1d_b7;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) {
    value = value < 0 ? (value << 1) ^ POLYNOMIAL : value << 1;
  }
  return value >>> 0;
});

/** The content is not what the compression produces, such as an error of zlib. */
class Bzip2Error extends Error {
  override readonly name = 'Bzip2Error';
  readonly code = 'Z_DATA_ERROR';
}

/**
 * Expands one or more bzip2 streams, block by block.
 *
 * @throws Bzip2Error if the content is malformed, truncated, or fails its checksum
 */
export async function* expandBzip2(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new StoredBits(stored[Symbol.asyncIterator]());
  await input.fill();
  for (let isFirst = true; isFirst || !input.isAtEnd; isFirst = false) {
    if (input.readBits(24) !== STREAM_MAGIC) {
      throw new Bzip2Error('not a bzip2 stream');
    }
    const level = input.readBits(8) - 0x30;
    if (level < 1 || level > 9) {
      throw new Bzip2Error('invalid block size of bzip2');
    }
    let combined = 0;
    for (;;) {
      await input.fill();
      const magic = [input.readBits(24), input.readBits(24)];
      const checksum = (input.readBits(16) * 0x1_00_00 + input.readBits(16)) >>> 0;
      if (isMagic(magic, END_MAGIC)) {
        if (checksum !== combined) {
          throw new Bzip2Error('the checksum of a bzip2 stream differs');
        }
        break;
      }
      if (!isMagic(magic, BLOCK_MAGIC)) {
        throw new Bzip2Error('malformed bzip2 block');
      }
      const block = new BlockOutput(decodeBlock(input, level * LEVEL_BYTES));
      yield* block.expandRuns();
      if (block.checksum !== checksum) {
        throw new Bzip2Error('the checksum of a bzip2 block differs');
      }
      combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
    }
    input.skipToByte();
    await input.fill();
  }
}

function isMagic(left: readonly number[], right: readonly number[]): boolean {
  return left[0] === right[0] && left[1] === right[1];
}

/** Reads bits, the highest of a byte first. */
class StoredBits {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #hasMore = true;
  #buffer = 0;
  #count = 0;

  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.#pieces = pieces;
  }

  get isAtEnd(): boolean {
    return !this.#hasMore && this.#at >= this.#bytes.length;
  }

  /** Makes at least one block available, so that it can be decoded without waiting. */
  async fill(): Promise<void> {
    const collected = [this.#bytes.subarray(this.#at)];
    let length = collected[0]?.length ?? 0;
    while (this.#hasMore && length < BLOCK_STORED_BYTES_MAX) {
      const next = await this.#pieces.next();
      if (next.done === true) {
        this.#hasMore = false;
      } else {
        collected.push(next.value);
        length += next.value.length;
      }
    }
    this.#bytes = collected.length === 1 ? (collected[0] ?? this.#bytes) : Buffer.concat(collected);
    this.#at = 0;
  }

  /** At most 24 bits. */
  readBits(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) {
        throw new Bzip2Error('truncated bzip2 stream');
      }
      this.#buffer = ((this.#buffer << 8) | byte) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    const value = (this.#buffer >>> this.#count) & (2 ** count - 1);
    this.#buffer &= 2 ** this.#count - 1;
    return value;
  }

  skipToByte(): void {
    this.#count = 0;
    this.#buffer = 0;
  }
}

/** Codes of one table: the values in code order, and the limits of each length. */
interface CodeTable {
  readonly symbols: Uint16Array;
  /** First code of each length, and the position of its symbol. */
  readonly firstCodes: Int32Array;
  readonly firstPositions: Int32Array;
  readonly counts: Int32Array;
}

interface DecodedBlock {
  /** Next position and byte of each position of the transformed block. */
  readonly links: Uint32Array;
  readonly origin: number;
  readonly length: number;
}

function decodeBlock(input: StoredBits, lengthMax: number): DecodedBlock {
  if (input.readBits(1) !== 0) {
    throw new Bzip2Error('unsupported bzip2 block: randomized');
  }
  const origin = input.readBits(24);
  const bytes = readUsedBytes(input);
  const tableCount = input.readBits(3);
  const selectors = readSelectors(input, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(input, bytes.length + 2));
  const links = new Uint32Array(lengthMax);
  const length = readSymbols(input, { bytes, selectors, tables }, links);
  if (origin >= length) {
    throw new Bzip2Error('malformed bzip2 block: origin');
  }
  linkPositions(links, length);
  return { links, origin, length };
}

function readUsedBytes(input: StoredBits): Uint8Array {
  const groups = input.readBits(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    const bits = (groups & (0x80_00 >>> group)) === 0 ? 0 : input.readBits(16);
    for (let bit = 0; bit < 16; bit++) {
      if ((bits & (0x80_00 >>> bit)) !== 0) {
        used.push(group * 16 + bit);
      }
    }
  }
  if (used.length === 0) {
    throw new Bzip2Error('malformed bzip2 block: no bytes');
  }
  return Uint8Array.from(used);
}

function readSelectors(input: StoredBits, tableCount: number): Uint8Array {
  const count = input.readBits(15);
  if (tableCount < 2 || tableCount > TABLES_MAX || count === 0 || count > SELECTORS_MAX) {
    throw new Bzip2Error('malformed bzip2 block: tables');
  }
  const order = Uint8Array.from({ length: tableCount }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    let position = 0;
    while (input.readBits(1) === 1) {
      position++;
      if (position >= tableCount) {
        throw new Bzip2Error('malformed bzip2 block: selector');
      }
    }
    selectors[index] = moveToFront(order, position);
  }
  return selectors;
}

function moveToFront(order: Uint8Array, position: number): number {
  const value = order[position] ?? 0;
  order.copyWithin(1, 0, position);
  order[0] = value;
  return value;
}

function readTable(input: StoredBits, symbolCount: number): CodeTable {
  const lengths = new Uint8Array(symbolCount);
  let length = input.readBits(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (input.readBits(1) === 1) {
      length += input.readBits(1) === 0 ? 1 : -1;
    }
    if (length < 1 || length > CODE_BITS_MAX) {
      throw new Bzip2Error('malformed bzip2 block: code length');
    }
    lengths[symbol] = length;
  }
  return createTable(lengths);
}

function createTable(lengths: Uint8Array): CodeTable {
  const symbols = new Uint16Array(lengths.length);
  const firstCodes = new Int32Array(CODE_BITS_MAX + 1);
  const firstPositions = new Int32Array(CODE_BITS_MAX + 1);
  const counts = new Int32Array(CODE_BITS_MAX + 1);
  let position = 0;
  let code = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
    firstCodes[bits] = code;
    firstPositions[bits] = position;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === bits) {
        symbols[position++] = symbol;
      }
    }
    const count = position - (firstPositions[bits] ?? 0);
    counts[bits] = count;
    code = (code + count) * 2;
  }
  return { symbols, firstCodes, firstPositions, counts };
}

function readSymbol(input: StoredBits, table: CodeTable): number {
  const { symbols, firstCodes, firstPositions, counts } = table;
  let code = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++) {
    code = code * 2 + input.readBits(1);
    const index = code - (firstCodes[bits] ?? 0);
    if (index < (counts[bits] ?? 0)) {
      return symbols[(firstPositions[bits] ?? 0) + index] ?? 0;
    }
  }
  throw new Bzip2Error('malformed bzip2 block: code');
}

interface BlockTables {
  readonly bytes: Uint8Array;
  readonly selectors: Uint8Array;
  readonly tables: readonly CodeTable[];
}

/**
 * Writes the bytes of the transformed block. The symbols 0 and 1 are digits of the length of a run
 * of the latest byte; the last symbol is the end.
 */
function readSymbols(
  input: StoredBits,
  { bytes, selectors, tables }: BlockTables,
  output: Uint32Array,
): number {
  const order = Uint8Array.from(bytes);
  const end = bytes.length + 1;
  let length = 0;
  let run = 0;
  let digit = 1;
  for (const selector of selectors) {
    const table = tables[selector];
    for (let count = 0; table !== undefined && count < GROUP_SYMBOLS; count++) {
      const symbol = readSymbol(input, table);
      if (symbol < 2) {
        run += digit << symbol;
        digit *= 2;
        if (run > output.length) {
          throw new Bzip2Error('malformed bzip2 block: run');
        }
        continue;
      }
      if (length + run + (symbol === end ? 0 : 1) > output.length) {
        throw new Bzip2Error('malformed bzip2 block: too long');
      }
      output.fill(order[0] ?? 0, length, length + run);
      length += run;
      run = 0;
      digit = 1;
      if (symbol === end) {
        return length;
      }
      output[length++] = moveToFront(order, symbol - 1);
    }
  }
  throw new Bzip2Error('malformed bzip2 block: no end');
}

/** Adds to each byte the position of its successor, in the upper 24 bits. */
function linkPositions(links: Uint32Array, length: number): void {
  const starts = new Uint32Array(257);
  for (let position = 0; position < length; position++) {
    const next = (links[position] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let byte = 0; byte < 256; byte++) {
    starts[byte + 1] = (starts[byte + 1] ?? 0) + (starts[byte] ?? 0);
  }
  for (let position = 0; position < length; position++) {
    const byte = (links[position] ?? 0) & 0xff;
    const target = starts[byte] ?? 0;
    starts[byte] = target + 1;
    links[target] = ((links[target] ?? 0) | (position << 8)) >>> 0;
  }
}

/** The bytes of a block in their order, with runs expanded: four equal bytes have a count. */
class BlockOutput {
  readonly #block: DecodedBlock;
  #checksum = 0xff_ff_ff_ff;

  constructor(block: DecodedBlock) {
    this.#block = block;
  }

  get checksum(): number {
    return ~this.#checksum >>> 0;
  }

  *expandRuns(): Generator<Uint8Array> {
    const { links, origin, length } = this.#block;
    let output = Buffer.allocUnsafe(OUTPUT_BYTES);
    let at = 0;
    let equal = 0;
    let last = -1;
    let link = links[origin] ?? 0;
    for (let count = 0; count < length; count++) {
      link = links[link >>> 8] ?? 0;
      const byte = link & 0xff;
      const isCount = equal === 4;
      const repeats = isCount ? byte : 1;
      const written = isCount ? last : byte;
      if (at + repeats > output.length) {
        yield output.subarray(0, at);
        output = Buffer.allocUnsafe(OUTPUT_BYTES);
        at = 0;
      }
      for (let index = 0; index < repeats; index++) {
        output[at++] = written;
        this.#addToChecksum(written);
      }
      equal = isCount ? 0 : byte === last ? equal + 1 : 1;
      last = isCount ? -1 : byte;
    }
    yield output.subarray(0, at);
  }

  #addToChecksum(byte: number): void {
    const index = (this.#checksum >>> 24) ^ byte;
    this.#checksum = ((this.#checksum << 8) ^ (CRC_TABLE[index] ?? 0)) >>> 0;
  }
}
