const KIB = 1_024;
const POOL_BYTES = 8 * 1_024 * KIB;
const SYLLABLES =
  'an bar cor del em fol gar hul in jib keel lor mast net or pin quay rud sail tar un ver win yar'.split(
    ' ',
  );

/** Pseudo-random numbers, words and contents that are the same on every run. */
export class Chance {
  #state: number;

  constructor(seed: string) {
    let state = 0x811c9dc5;
    for (const character of seed) {
      state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
    }
    this.#state = state >>> 0;
  }

  /** Returns a non-negative integer below `end`. */
  nextInteger(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /**
   * Returns sizes distributed like those of files: many small ones and few large ones, with an
   * average of about `mean`.
   */
  nextSize(mean: number, most: number): number {
    const share = -Math.log(1 - this.nextInteger(2 ** 24) / 2 ** 24);
    return Math.min(most, Math.ceil(mean * share * share * 0.5) + 64);
  }

  nextWord(): string {
    return Array.from(
      { length: 2 + this.nextInteger(2) },
      () => SYLLABLES[this.nextInteger(SYLLABLES.length)] ?? '',
    ).join('');
  }

  nextVersion(): string {
    return `${this.nextInteger(9)}.${this.nextInteger(30)}.${this.nextInteger(12)}`;
  }

  nextHex(length: number): string {
    return Array.from({ length }, () => this.nextInteger(16).toString(16)).join('');
  }

  /** Returns lines of words after a unique start; they compress to about a third. */
  createText(sizeBytes: number, beginning: string): Buffer {
    textPool ??= createTextPool();
    return this.#from(textPool, sizeBytes, Buffer.from(beginning));
  }

  /** Returns bytes that compress to about a half, like those of programs. */
  createMachineCode(sizeBytes: number): Buffer {
    codePool ??= createCodePool();
    return this.#from(codePool, sizeBytes, Buffer.from(this.nextHex(16)));
  }

  #from(pool: Buffer, sizeBytes: number, beginning: Buffer): Buffer {
    const pieces = [beginning];
    for (let left = sizeBytes - beginning.length; left > 0; ) {
      const start = this.nextInteger(pool.length - 64 * KIB);
      const piece = pool.subarray(start, start + Math.min(left, pool.length - start));
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }
}

let textPool: Buffer | undefined;
let codePool: Buffer | undefined;

function createTextPool(): Buffer {
  const chance = new Chance('text');
  const words = Array.from({ length: 3_000 }, () => chance.nextWord());
  const pool = Buffer.alloc(POOL_BYTES);
  for (let at = 0; at < pool.length; ) {
    const end = chance.nextInteger(9) === 0 ? ';\n' : ' ';
    at += pool.write(
      `${words[Math.floor(chance.nextInteger(3_000) ** 2 / 3_000)] ?? ''}${end}`,
      at,
    );
  }
  return pool;
}

function createCodePool(): Buffer {
  const chance = new Chance('code');
  return Buffer.from(
    Uint8Array.from({ length: POOL_BYTES }, () =>
      chance.nextInteger(2) === 0 ? chance.nextInteger(256) : chance.nextInteger(6),
    ),
  );
}
