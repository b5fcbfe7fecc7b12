import { toBuffer, toDataView } from '../../core/bytes.ts';

const LANE_BYTES = 8;
const STRIPE_BYTES = 32;
const HASH_DIGITS = 16;
const MASK = 0xffff_ffff_ffff_ffffn;
const PRIME_1 = 0x9e37_79b1_85eb_ca87n;
const PRIME_2 = 0xc2b2_ae3d_27d4_eb4fn;
const PRIME_3 = 0x1656_67b1_9e37_79f9n;
const PRIME_4 = 0x85eb_ca77_c2b2_ae63n;
const PRIME_5 = 0x27d4_eb2f_1656_67c5n;

const PRIME_1_LOW = Number(PRIME_1 & 0xffff_ffffn) | 0;
const PRIME_1_HIGH = Number(PRIME_1 >> 32n) | 0;
const PRIME_2_LOW = Number(PRIME_2 & 0xffff_ffffn) | 0;
const PRIME_2_HIGH = Number(PRIME_2 >> 32n) | 0;

/**
 * XXH64 with seed 0 by the xxHash specification ("XXH64 Algorithm Description"). Stripes, which are
 * all but the last bytes, use pairs of 32-bit words; only the end uses big integers.
 */
export class Xxh64 {
  /** Low and high words of the four accumulators. */
  readonly #lanes = new Int32Array(8);
  readonly #carry = Buffer.alloc(STRIPE_BYTES);
  #carried = 0;
  #totalBytes = 0;

  constructor() {
    const seeds = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
    for (const [index, seed] of seeds.entries()) {
      this.#lanes[index * 2] = Number(BigInt.asIntN(32, seed));
      this.#lanes[index * 2 + 1] = Number(BigInt.asIntN(32, seed >> 32n));
    }
  }

  update(bytes: Uint8Array): void {
    const chunk = toBuffer(bytes);
    this.#totalBytes += chunk.length;
    let at = 0;
    if (this.#carried > 0) {
      at = Math.min(STRIPE_BYTES - this.#carried, chunk.length);
      chunk.copy(this.#carry, this.#carried, 0, at);
      this.#carried += at;
      if (this.#carried < STRIPE_BYTES) {
        return;
      }
      this.#readStripes(this.#carry, 0, STRIPE_BYTES);
      this.#carried = 0;
    }
    const wholeEnd = chunk.length - ((chunk.length - at) % STRIPE_BYTES);
    this.#readStripes(chunk, at, wholeEnd);
    this.#carried = chunk.copy(this.#carry, 0, wholeEnd);
  }

  /** Returns the hash in hexadecimal without leading zeros, as Go's `%x` prints it. */
  digest(): string {
    return finishHash(this.#mergeAccumulators(), this.#carry.subarray(0, this.#carried)).toString(
      16,
    );
  }

  #mergeAccumulators(): bigint {
    const total = BigInt(this.#totalBytes);
    if (this.#totalBytes < STRIPE_BYTES) {
      return (PRIME_5 + total) & MASK;
    }
    const lanes = [0, 1, 2, 3].map((index) => {
      const low = BigInt((this.#lanes[index * 2] ?? 0) >>> 0);
      return (BigInt((this.#lanes[index * 2 + 1] ?? 0) >>> 0) << 32n) | low;
    });
    const turns = [1n, 7n, 12n, 18n];
    let hash =
      lanes.reduce((sum, lane, index) => sum + rotate(lane, turns[index] ?? 0n), 0n) & MASK;
    for (const lane of lanes) {
      hash = ((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4) & MASK;
    }
    return (hash + total) & MASK;
  }

  /**
   * accumulator = rotate(accumulator + input × PRIME_2, 31) × PRIME_1, for each of the four lanes.
   */
  #readStripes(bytes: Buffer, start: number, end: number): void {
    const view = toDataView(bytes);
    const lanes = this.#lanes;
    for (let lane = 0; lane < 4; lane++) {
      let low = lanes[lane * 2] ?? 0;
      let high = lanes[lane * 2 + 1] ?? 0;
      for (let at = start + lane * LANE_BYTES; at < end; at += STRIPE_BYTES) {
        const inputLow = view.getInt32(at, true);
        const inputHigh = view.getInt32(at + 4, true);
        let carryHigh = multiplyHigh(inputLow, PRIME_2_LOW);
        carryHigh += Math.imul(inputLow, PRIME_2_HIGH) + Math.imul(inputHigh, PRIME_2_LOW);
        const sumLow = (low >>> 0) + (Math.imul(inputLow, PRIME_2_LOW) >>> 0);
        const sumHigh = (high + carryHigh + (sumLow > 0xffff_ffff ? 1 : 0)) | 0;
        const addedLow = sumLow | 0;
        const turnedLow = (addedLow << 31) | (sumHigh >>> 1);
        const turnedHigh = (sumHigh << 31) | (addedLow >>> 1);
        low = Math.imul(turnedLow, PRIME_1_LOW);
        high =
          (multiplyHigh(turnedLow, PRIME_1_LOW) +
            Math.imul(turnedLow, PRIME_1_HIGH) +
            Math.imul(turnedHigh, PRIME_1_LOW)) |
          0;
      }
      lanes[lane * 2] = low;
      lanes[lane * 2 + 1] = high;
    }
  }
}

/** Returns the hash of bytes as 16 hexadecimal digits. */
export function computeXxh64(content: Uint8Array): string {
  const hash = new Xxh64();
  hash.update(content);
  return hash.digest().padStart(HASH_DIGITS, '0');
}

/** Returns the upper 32 bits of the product of two unsigned 32-bit words. */
function multiplyHigh(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const cross = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const crossLow = (cross & 0xffff) + leftLow * rightHigh;
  return (leftHigh * rightHigh + Math.floor(cross / 0x1_0000) + (crossLow >>> 16)) | 0;
}

function finishHash(converged: bigint, rest: Buffer): bigint {
  let hash = converged;
  let at = 0;
  for (; at + LANE_BYTES <= rest.length; at += LANE_BYTES) {
    const lane = round(0n, rest.readBigUInt64LE(at));
    hash = (rotate(hash ^ lane, 27n) * PRIME_1 + PRIME_4) & MASK;
  }
  if (at + 4 <= rest.length) {
    const word = BigInt(rest.readUInt32LE(at));
    hash = (rotate(hash ^ ((word * PRIME_1) & MASK), 23n) * PRIME_2 + PRIME_3) & MASK;
    at += 4;
  }
  for (; at < rest.length; at++) {
    const byte = BigInt(rest[at] ?? 0);
    hash = (rotate(hash ^ ((byte * PRIME_5) & MASK), 11n) * PRIME_1) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * PRIME_2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME_3) & MASK;
  return hash ^ (hash >> 32n);
}

function round(accumulator: bigint, input: bigint): bigint {
  return (rotate((accumulator + input * PRIME_2) & MASK, 31n) * PRIME_1) & MASK;
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
