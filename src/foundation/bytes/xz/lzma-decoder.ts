/** Parameters of a stream's model: literal context, literal position and position bits. */
export interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

/**
 * Decodes the properties from one byte; `undefined` if it is invalid. LZMA SDK,
 * "lzma-specification".
 */
export function parseLzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) {
    return undefined;
  }
  const literalContextBits = byte % 9;
  const rest = Math.floor(byte / 9);
  return {
    literalContextBits,
    literalPositionBits: rest % 5,
    positionBits: Math.floor(rest / 5),
  };
}

const PROBABILITY_BITS = 11;
const PROBABILITY_START = 1 << (PROBABILITY_BITS - 1);
const MOVE_BITS = 5;
const TOP = 2 ** 24;
const STATES = 12;
const POSITION_STATES_MAX = 16;
const LITERAL_STATES = 7;
const MATCH_LENGTH_MIN = 2;
const LENGTH_STATES = 4;
const DISTANCE_SLOT_BITS = 6;
const SLOTS_WITH_MODEL_END = 14;
const SLOTS_FULL_MODEL_START = 4;
const DISTANCES_MODELLED = 128;
const ALIGN_BITS = 4;
const LITERAL_CODER = 0x300;

/** Lengths of matches: three ranges, each with its own tree. */
interface LengthModel {
  readonly choice: Uint16Array;
  readonly low: readonly Uint16Array[];
  readonly middle: readonly Uint16Array[];
  readonly high: Uint16Array;
}

/** The window of recent output, from which matches are copied. */
export interface LzmaWindow {
  /** Returns the byte at a distance back, 1 for the last one; `undefined` beyond the window. */
  peek(distance: number): number | undefined;
  put(byte: number): void;
  /** Copies from a distance; returns false beyond the window. */
  copy(distance: number, length: number): boolean;
  /** Bytes expanded since the last reset of the model. */
  position: number;
}

/**
 * Expands LZMA: a bit model with a range decoder. Input comes in runs, as LZMA2 splits it; a
 * damaged run returns false and is never read beyond its bytes.
 */
export class LzmaDecoder {
  readonly #window: LzmaWindow;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #range = 0;
  #code = 0;
  #isOverrun = false;
  #state = 0;
  readonly #distances = new Uint32Array(4);
  #properties: LzmaProperties = {
    literalContextBits: 0,
    literalPositionBits: 0,
    positionBits: 0,
  };
  #literals = createProbabilities(0);
  readonly #isMatch = createProbabilities(STATES * POSITION_STATES_MAX);
  readonly #isRepeat = createProbabilities(STATES);
  readonly #isRepeat0 = createProbabilities(STATES);
  readonly #isRepeat1 = createProbabilities(STATES);
  readonly #isRepeat2 = createProbabilities(STATES);
  readonly #isRepeat0Long = createProbabilities(STATES * POSITION_STATES_MAX);
  readonly #slots = createTrees(LENGTH_STATES, 1 << DISTANCE_SLOT_BITS);
  readonly #special = createProbabilities(DISTANCES_MODELLED);
  readonly #align = createProbabilities(1 << ALIGN_BITS);
  readonly #matchLength = createLengthModel();
  readonly #repeatLength = createLengthModel();

  constructor(window: LzmaWindow) {
    this.#window = window;
  }

  /** Resets the model, with new properties if given. */
  reset(properties: LzmaProperties | undefined): void {
    if (properties !== undefined) {
      this.#properties = properties;
      const { literalContextBits, literalPositionBits } = properties;
      this.#literals = createProbabilities(
        LITERAL_CODER << (literalContextBits + literalPositionBits),
      );
    }
    this.#state = 0;
    this.#distances.fill(0);
    const flat = [
      this.#literals,
      this.#isMatch,
      this.#isRepeat,
      this.#isRepeat0,
      this.#isRepeat1,
      this.#isRepeat2,
      this.#isRepeat0Long,
      this.#special,
      this.#align,
      ...this.#slots,
      ...listModels(this.#matchLength),
      ...listModels(this.#repeatLength),
    ];
    for (const model of flat) {
      model.fill(PROBABILITY_START);
    }
  }

  /** Expands one run to exactly `length` bytes; returns false if that is not possible. */
  expandRun(input: Uint8Array, length: number): boolean {
    if (input.length < 5) {
      return false;
    }
    this.#input = input;
    this.#at = 1;
    this.#isOverrun = false;
    this.#range = 0xffffffff;
    this.#code = 0;
    for (let count = 0; count < 4; count++) {
      this.#code = ((this.#code << 8) | this.#readByte()) >>> 0;
    }
    let left = length;
    while (left > 0) {
      const taken = this.#readSymbol(left);
      if (taken === 0 || this.#isOverrun) {
        return false;
      }
      left -= taken;
    }
    return true;
  }

  /**
   * Decodes one literal, match or repeated match. Returns the number of bytes, 0 if the stream is
   * damaged.
   */
  #readSymbol(left: number): number {
    const window = this.#window;
    const positionState = window.position & ((1 << this.#properties.positionBits) - 1);
    const at = this.#state * POSITION_STATES_MAX + positionState;
    if (this.#readBit(this.#isMatch, at) === 0) {
      return this.#readLiteral() ? 1 : 0;
    }
    let length: number;
    if (this.#readBit(this.#isRepeat, this.#state) === 0) {
      this.#distances.copyWithin(1, 0, 3);
      length = this.#readLength(this.#matchLength, positionState);
      this.#state = this.#state < LITERAL_STATES ? 7 : 10;
      this.#distances[0] = this.#readDistance(length - MATCH_LENGTH_MIN);
    } else {
      if (this.#isShortRepeat(at)) {
        this.#state = this.#state < LITERAL_STATES ? 9 : 11;
        return window.copy((this.#distances[0] ?? 0) + 1, 1) ? 1 : 0;
      }
      length = this.#readLength(this.#repeatLength, positionState);
      this.#state = this.#state < LITERAL_STATES ? 8 : 11;
    }
    // A match must not exceed its run: LZMA2 splits runs between symbols.
    const distance = (this.#distances[0] ?? 0) + 1;
    return length <= left && window.copy(distance, length) ? length : 0;
  }

  /** Selects the repeated distance; returns true if it is one byte of the last one. */
  #isShortRepeat(at: number): boolean {
    const distances = this.#distances;
    if (this.#readBit(this.#isRepeat0, this.#state) === 0) {
      return this.#readBit(this.#isRepeat0Long, at) === 0;
    }
    let place = 3;
    if (this.#readBit(this.#isRepeat1, this.#state) === 0) {
      place = 1;
    } else if (this.#readBit(this.#isRepeat2, this.#state) === 0) {
      place = 2;
    }
    const distance = distances[place] ?? 0;
    distances.copyWithin(1, 0, place);
    distances[0] = distance;
    return false;
  }

  #readLiteral(): boolean {
    const window = this.#window;
    const { literalContextBits, literalPositionBits } = this.#properties;
    const before = window.position === 0 ? 0 : (window.peek(1) ?? 0);
    const low = window.position & ((1 << literalPositionBits) - 1);
    const context = (low << literalContextBits) + (before >> (8 - literalContextBits));
    const base = LITERAL_CODER * context;
    const literals = this.#literals;
    let symbol = 1;
    if (this.#state >= LITERAL_STATES) {
      const matched = window.peek((this.#distances[0] ?? 0) + 1);
      if (matched === undefined) {
        return false;
      }
      let match = matched;
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = this.#readBit(literals, base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) {
          break;
        }
      }
    }
    while (symbol < 0x100) {
      symbol = (symbol << 1) | this.#readBit(literals, base + symbol);
    }
    window.put(symbol & 0xff);
    this.#state = getStateAfterLiteral(this.#state);
    return true;
  }

  #readLength(model: LengthModel, positionState: number): number {
    if (this.#readBit(model.choice, 0) === 0) {
      return MATCH_LENGTH_MIN + this.#readTree(model.low[positionState], 3);
    }
    if (this.#readBit(model.choice, 1) === 0) {
      return MATCH_LENGTH_MIN + 8 + this.#readTree(model.middle[positionState], 3);
    }
    return MATCH_LENGTH_MIN + 16 + this.#readTree(model.high, 8);
  }

  #readDistance(length: number): number {
    const slot = this.#readTree(
      this.#slots[Math.min(length, LENGTH_STATES - 1)],
      DISTANCE_SLOT_BITS,
    );
    if (slot < SLOTS_FULL_MODEL_START) {
      return slot;
    }
    const directBits = (slot >> 1) - 1;
    const distance = ((2 | (slot & 1)) << directBits) >>> 0;
    if (slot < SLOTS_WITH_MODEL_END) {
      return distance + this.#reverseTree(this.#special, distance - slot, directBits);
    }
    const middle = this.#readDirectBits(directBits - ALIGN_BITS) * 2 ** ALIGN_BITS;
    return distance + middle + this.#reverseTree(this.#align, 0, ALIGN_BITS);
  }

  #readTree(model: Uint16Array | undefined, bits: number): number {
    if (model === undefined) {
      this.#isOverrun = true;
      return 0;
    }
    let symbol = 1;
    for (let count = 0; count < bits; count++) {
      symbol = (symbol << 1) | this.#readBit(model, symbol);
    }
    return symbol - (1 << bits);
  }

  #reverseTree(model: Uint16Array, offset: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let count = 0; count < bits; count++) {
      const bit = this.#readBit(model, offset + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << count;
    }
    return value;
  }

  #readDirectBits(bits: number): number {
    let value = 0;
    for (let count = 0; count < bits; count++) {
      this.#range = this.#range >>> 1;
      const isOne = this.#code >= this.#range;
      if (isOne) {
        this.#code = (this.#code - this.#range) >>> 0;
      }
      value = value * 2 + (isOne ? 1 : 0);
      this.#normalize();
    }
    return value;
  }

  #readBit(model: Uint16Array, index: number): 0 | 1 {
    const probability = model[index] ?? 0;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      model[index] = probability + (((1 << PROBABILITY_BITS) - probability) >> MOVE_BITS);
      this.#normalize();
      return 0;
    }
    this.#range = (this.#range - bound) >>> 0;
    this.#code = (this.#code - bound) >>> 0;
    model[index] = probability - (probability >> MOVE_BITS);
    this.#normalize();
    return 1;
  }

  #normalize(): void {
    if (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) | this.#readByte()) >>> 0;
    }
  }

  #readByte(): number {
    const byte = this.#input[this.#at++];
    if (byte === undefined) {
      this.#isOverrun = true;
      return 0;
    }
    return byte;
  }
}

function getStateAfterLiteral(state: number): number {
  if (state < 4) {
    return 0;
  }
  return state < 10 ? state - 3 : state - 6;
}

function createProbabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(PROBABILITY_START);
}

function createTrees(count: number, size: number): readonly Uint16Array[] {
  return Array.from({ length: count }, () => createProbabilities(size));
}

function createLengthModel(): LengthModel {
  return {
    choice: createProbabilities(2),
    low: createTrees(POSITION_STATES_MAX, 8),
    middle: createTrees(POSITION_STATES_MAX, 8),
    high: createProbabilities(256),
  };
}

function listModels({ choice, low, middle, high }: LengthModel): readonly Uint16Array[] {
  return [choice, ...low, ...middle, high];
}
