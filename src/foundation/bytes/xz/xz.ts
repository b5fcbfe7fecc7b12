import type { Budget } from '../../core/budget.ts';
import { toDataView } from '../../core/bytes.ts';
import type { LimitName } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { LzmaDecoder, parseLzmaProperties } from './lzma-decoder.ts';
import { SlidingWindow } from './sliding-window.ts';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const STREAM_HEADER_BYTES = 12;
const LZMA2_FILTER = 0x21;
/** Cost of a block's memory and of each compressed byte, in steps of the budget. */
const STEPS = { block: 16_384, packedByte: 3 } as const;
/**
 * Size in bytes of a block's checksum, by the ID of the check. xz file format, 2.1.1.2, "Stream
 * Flags".
 */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

interface XzLimits {
  readonly budget: Budget;
  /** Limit of the expanded bytes. */
  readonly maxBytes: LimitName;
}

export interface XzOptions extends XzLimits {
  /** Receives a piece, a window that is valid until the call returns; false ends the reading. */
  readonly onOutput: (piece: Uint8Array) => boolean;
}

export function isXz(content: Uint8Array): boolean {
  return MAGIC.every((byte, at) => content[at] === byte);
}

/**
 * Expands xz. Filters other than LZMA2, such as those for machine code, are unsupported. Checks of
 * the content are skipped, because the digest of the file covers it. A problem is reported after
 * all pieces that could be expanded.
 *
 * The .xz file format, version 1.2.1.
 */
export function unpackXz(content: Uint8Array, options: XzOptions): ProblemNote | undefined {
  const pieces = expandXz(content, options);
  for (let step = pieces.next(); ; step = pieces.next()) {
    if (step.done === true) {
      return step.value;
    }
    if (!options.onOutput(step.value)) {
      return undefined;
    }
  }
}

/**
 * Yields the same pieces one by one. Each is a window that is valid until the next one is taken.
 */
export function* expandXz(
  content: Uint8Array,
  options: XzLimits,
): Generator<Uint8Array, ProblemNote | undefined> {
  const reader = new XzReader(content, options);
  const outcome = yield* reader.readStreams();
  if (outcome === 'limit') {
    return {
      code: 'P_LIMIT',
      message: `content compressed with xz is beyond ${reader.passedLimit}`,
    };
  }
  return outcome === 'done' ? undefined : PROBLEMS[outcome];
}

type Pieces = Generator<Uint8Array, Outcome>;
type Outcome = 'done' | 'malformed' | 'truncated' | 'unsupported' | 'limit';

const PROBLEMS = {
  malformed: { code: 'P_MALFORMED', message: 'content compressed with xz is damaged' },
  truncated: { code: 'P_TRUNCATED', message: 'content compressed with xz is truncated' },
  unsupported: {
    code: 'P_UNSUPPORTED',
    message: 'content compressed with xz uses an unsupported filter or dictionary size',
  },
} as const satisfies Record<Exclude<Outcome, 'done' | 'limit'>, ProblemNote>;

class XzReader {
  passedLimit: LimitName = 'catalogerStepsMax';
  readonly #content: Uint8Array;
  readonly #options: XzLimits;
  #at = 0;
  #madeBytes = 0;

  constructor(content: Uint8Array, options: XzLimits) {
    this.#content = content;
    this.#options = options;
  }

  /** Streams may follow each other, separated by zeros. */
  *readStreams(): Pieces {
    do {
      if (!isXz(this.#content.subarray(this.#at))) {
        return 'malformed';
      }
      const outcome = yield* this.#readStream();
      if (outcome !== 'done') {
        return outcome;
      }
      while (this.#content[this.#at] === 0) {
        this.#at++;
      }
    } while (this.#at < this.#content.length);
    return 'done';
  }

  *#readStream(): Pieces {
    const check = (this.#content[this.#at + 7] ?? 0) & 0x0f;
    this.#at += STREAM_HEADER_BYTES;
    for (;;) {
      const first = this.#content[this.#at];
      if (first === undefined) {
        return 'truncated';
      }
      if (first === 0) {
        return this.#skipIndex();
      }
      const outcome = yield* this.#readBlock((first + 1) * 4, CHECK_BYTES[check] ?? 0);
      if (outcome !== 'done') {
        return outcome;
      }
    }
  }

  *#readBlock(headerBytes: number, checkBytes: number): Pieces {
    const header = this.#content.subarray(this.#at, this.#at + headerBytes);
    if (header.length < headerBytes) {
      return 'truncated';
    }
    const dictionaryBytes = getDictionarySize(header);
    if (
      dictionaryBytes === undefined ||
      dictionaryBytes > this.#options.budget.limits.xzDictionaryBytesMax
    ) {
      return 'unsupported';
    }
    if (!this.#options.budget.takeSteps(STEPS.block)) {
      return 'limit';
    }
    this.#at += headerBytes;
    const start = this.#at;
    const outcome = yield* this.#readLzma2(new SlidingWindow(dictionaryBytes));
    this.#at += (4 - ((this.#at - start) % 4)) % 4;
    this.#at += checkBytes;
    return outcome;
  }

  /** Chunks of LZMA2, as described by the comments of XZ for Java, `LZMA2InputStream`. */
  *#readLzma2(window: SlidingWindow): Pieces {
    const decoder = new LzmaDecoder(window);
    let hasModel = false;
    for (;;) {
      const control = this.#content[this.#at++];
      if (control === undefined) {
        return 'truncated';
      }
      if (control === 0) {
        return 'done';
      }
      if (control >= 0xe0 || control === 1) {
        window.reset();
      }
      if (control > 2 && control < 0x80) {
        return 'malformed';
      }
      const chunk = control < 0x80 ? this.#readStoredChunk() : this.#readPackedChunk(control);
      if (chunk === undefined) {
        return 'truncated';
      }
      if (this.#isTooMuch(chunk)) {
        return 'limit';
      }
      if (control < 0x80) {
        window.append(chunk.input);
      } else {
        const properties =
          chunk.properties === undefined ? undefined : parseLzmaProperties(chunk.properties);
        if (control >= 0xa0) {
          hasModel ||= properties !== undefined;
          decoder.reset(properties);
        }
        if (!hasModel || !decoder.expandRun(chunk.input, chunk.length)) {
          return 'malformed';
        }
      }
      this.#madeBytes += chunk.length;
      yield window.takeNew();
    }
  }

  #isTooMuch({ input, length }: Chunk): boolean {
    const { budget, maxBytes } = this.#options;
    if (this.#madeBytes + length > budget.limits[maxBytes]) {
      this.passedLimit = maxBytes;
      return true;
    }
    return !(budget.takeSteps(input.length * STEPS.packedByte) && budget.takeExpanded(length));
  }

  #readStoredChunk(): Chunk | undefined {
    const length = this.#number16() + 1;
    return this.#chunk(length, length, undefined);
  }

  #readPackedChunk(control: number): Chunk | undefined {
    const length = ((control & 0x1f) << 16) + this.#number16() + 1;
    const packed = this.#number16() + 1;
    const properties = control >= 0xc0 ? (this.#content[this.#at++] ?? 0xff) : undefined;
    return this.#chunk(packed, length, properties);
  }

  #chunk(inputBytes: number, length: number, properties: number | undefined): Chunk | undefined {
    const input = this.#content.subarray(this.#at, this.#at + inputBytes);
    this.#at += inputBytes;
    return input.length < inputBytes ? undefined : { input, length, properties };
  }

  #number16(): number {
    const [high = 0, low = 0] = this.#content.subarray(this.#at, this.#at + 2);
    this.#at += 2;
    return (high << 8) | low;
  }

  /** The index repeats known sizes; the footer of the stream follows it. */
  #skipIndex(): Outcome {
    const start = this.#at;
    this.#at += 1;
    const records = this.#readVariable();
    for (let record = 0; record < records; record++) {
      this.#readVariable();
      this.#readVariable();
      if (this.#at > this.#content.length) {
        return 'truncated';
      }
    }
    this.#at += (4 - ((this.#at - start) % 4)) % 4;
    this.#at += 4 + STREAM_HEADER_BYTES;
    return this.#at > this.#content.length ? 'truncated' : 'done';
  }

  #readVariable(): number {
    const { value, end } = readVariableLength(this.#content, this.#at);
    this.#at = end;
    return value;
  }
}

interface Chunk {
  readonly input: Uint8Array;
  readonly length: number;
  readonly properties: number | undefined;
}

/** Reads a number in groups of seven bits, the lowest first. xz file format, 1.2. */
function readVariableLength(
  content: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let count = 0; count < 9; count++) {
    const byte = content[start + count] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * count);
    if (byte < 0x80) {
      return { value, end: start + count + 1 };
    }
  }
  return { value, end: start + 9 };
}

/** Returns the dictionary size if LZMA2 is the block's only filter. xz file format, 3.1, 5.3.1. */
function getDictionarySize(header: Uint8Array): number | undefined {
  const view = toDataView(header);
  const flags = view.getUint8(1);
  if ((flags & 0x3f) !== 0) {
    return undefined;
  }
  let at = 2;
  for (const hasSize of [(flags & 0x40) !== 0, (flags & 0x80) !== 0]) {
    at = hasSize ? readVariableLength(header, at).end : at;
  }
  const filter = readVariableLength(header, at);
  const propertyBytes = readVariableLength(header, filter.end);
  const bits = header[propertyBytes.end];
  if (filter.value !== LZMA2_FILTER || propertyBytes.value !== 1 || bits === undefined) {
    return undefined;
  }
  if (bits > 40) {
    return undefined;
  }
  return bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
}
