import { randomBytes } from 'node:crypto';
import type { LayerStack } from './layer-stack.ts';

/** Path → number of the row that is visible there; a map does, where memory is no matter. */
export interface PathNumbers {
  get(path: string): number | undefined;
  has(path: string): boolean;
  set(path: string, number: number): unknown;
  delete(path: string): boolean;
  keys(): Iterable<string>;
  [Symbol.iterator](): Iterator<readonly [string, number]>;
}

const FREE = 0;
const REMOVED = 0xffffffff;
/** Slots for one row at least, so that looking one up passes few others. */
const SLOTS_EACH = 1.6;

/**
 * Finds numbers of rows by path without keeping paths: a table of numbers, addressed by a hash
 * whose seed nobody outside knows, and the rows themselves say which path they have. Takes eight to
 * sixteen bytes a row. Paths that differ from those of their rows are kept.
 */
export class CompactPathNumbers implements PathNumbers {
  readonly #stack: LayerStack;
  readonly #seed = (randomBytes(4).readUInt32LE() | 1) >>> 0;
  /** Number + 1, {@link FREE}, or {@link REMOVED}. */
  readonly #slots: Uint32Array;
  /** Part of the hash that does not decide on the slot: most others need not be looked at. */
  readonly #tags: Uint8Array;
  /** Rows that lie elsewhere than their own path says. */
  readonly #moved = new Map<string, number>();

  constructor(stack: LayerStack) {
    this.#stack = stack;
    const slots = 2 ** Math.ceil(Math.log2(stack.size * SLOTS_EACH + 1));
    this.#slots = new Uint32Array(slots);
    this.#tags = new Uint8Array(slots);
  }

  get(path: string): number | undefined {
    const slot = this.#slotOf(path);
    return slot === undefined ? this.#moved.get(path) : (this.#slots[slot] ?? 0) - 1;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  set(path: string, number: number): void {
    const slot = this.#slotOf(path);
    if (this.#pathOf(number) !== path) {
      this.delete(path);
      this.#moved.set(path, number);
    } else if (slot === undefined) {
      this.#moved.delete(path);
      this.#put(path, number);
    } else {
      this.#slots[slot] = number + 1;
    }
  }

  delete(path: string): boolean {
    const slot = this.#slotOf(path);
    if (slot === undefined) {
      return this.#moved.delete(path);
    }
    this.#slots[slot] = REMOVED;
    return true;
  }

  *keys(): Generator<string> {
    for (const [path] of this) {
      yield path;
    }
  }

  /**
   * In an order that does not depend on the seed: from the last row to the first, moved ones last.
   */
  *[Symbol.iterator](): Generator<readonly [string, number]> {
    for (let number = this.#stack.size - 1; number >= 0; number--) {
      const path = this.#pathOf(number);
      const slot = this.#slotOf(path);
      if (slot !== undefined && this.#slots[slot] === number + 1) {
        yield [path, number];
      }
    }
    yield* this.#moved;
  }

  #pathOf(number: number): string {
    const { layer, row } = this.#stack.refOf(number);
    return this.#stack.layer(layer).files.path(row);
  }

  #slotOf(path: string): number | undefined {
    const mask = this.#slots.length - 1;
    const hash = this.#hash(path);
    const tag = hash >>> 24;
    let slot = hash & mask;
    for (let passed = 0; passed <= mask; passed++, slot = (slot + 1) & mask) {
      const value = this.#slots[slot] ?? FREE;
      if (value === FREE) {
        return undefined;
      }
      if (value !== REMOVED && this.#tags[slot] === tag && this.#pathOf(value - 1) === path) {
        return slot;
      }
    }
    return undefined;
  }

  #put(path: string, number: number): void {
    const mask = this.#slots.length - 1;
    const hash = this.#hash(path);
    let slot = hash & mask;
    while (this.#slots[slot] !== FREE && this.#slots[slot] !== REMOVED) {
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = number + 1;
    this.#tags[slot] = hash >>> 24;
  }

  /** Multiplies by an odd number that is chosen anew for each view, and mixes what comes out. */
  #hash(path: string): number {
    let value = this.#seed;
    for (let index = 0; index < path.length; index++) {
      value = Math.imul(value ^ path.charCodeAt(index), this.#seed);
      value ^= value >>> 15;
    }
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    return (value ^ (value >>> 13)) >>> 0;
  }
}
