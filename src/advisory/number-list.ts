/** A list of non-negative integers that takes 4 or 8 bytes each. */
export class NumberList {
  #values: Uint32Array | Float64Array;
  #length = 0;

  /** `isLarge`: whether numbers can be 2^32 or more. */
  constructor({ isLarge = false }: { readonly isLarge?: boolean } = {}) {
    this.#values = isLarge ? new Float64Array(64) : new Uint32Array(64);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a number and returns its index. */
  append(value: number): number {
    if (this.#length === this.#values.length) {
      const grown = new (this.#values.constructor as Uint32ArrayConstructor)(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    return this.#length++;
  }

  /** Returns 0 beyond the end. */
  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
