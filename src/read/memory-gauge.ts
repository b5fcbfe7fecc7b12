import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';

const MIB = 1024 * 1024;
/** From this part of the bound on, what is not needed any more is given back at once. */
const TIGHT_SHARE = 0.6;
/** What may come on top between two looks. */
const RESERVE_SHARE = 0.05;
/**
 * Below it, what V8 sets aside for young objects counts, though collecting them early takes time.
 */
const SMALL_BYTES = 384 * MIB;
/** Growth after which giving back is tried again. */
const STEP_BYTES = 8 * MIB;
/** Collections in a row after which what is left is taken for held. */
const COLLECTIONS = 4;
const PAUSE_MS = 20;
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

/**
 * Keeps the process below `bytesMax`: the garbage collector is made to prefer memory to time, and
 * is called when memory becomes tight. Once made, that holds for the process.
 */
export function createMemoryGauge(bytesMax: number): MemoryGauge {
  setFlagsFromString('--expose-gc');
  // Read by V8 each time a heap grows, so that they count also after its start.
  setFlagsFromString('--heap-growing-percent=20');
  if (bytesMax < SMALL_BYTES) {
    setFlagsFromString('--semi-space-growth-factor=1');
  }
  const collect: unknown = runInNewContext('gc');
  assert(typeof collect === 'function', 'a way to call the garbage collector');
  return new BoundGauge(bytesMax, () => void collect());
}

class BoundGauge implements MemoryGauge {
  readonly #bytesMax: number;
  readonly #collect: () => void;
  #nextBytes: number;

  constructor(bytesMax: number, collect: () => void) {
    this.#bytesMax = bytesMax;
    this.#collect = collect;
    this.#nextBytes = bytesMax * TIGHT_SHARE;
  }

  look(): void {
    const heldBytes = memoryUsage.rss();
    if (heldBytes < this.#nextBytes) {
      return;
    }
    const most = this.#bytesMax * (1 - RESERVE_SHARE);
    let leftBytes = heldBytes;
    for (let round = 0; round < COLLECTIONS && (round === 0 || leftBytes > most); round++) {
      this.#collect();
      if (round > 0) {
        // Other threads give the memory of buffers back.
        Atomics.wait(NOBODY_WAKES, 0, 0, PAUSE_MS);
      }
      leftBytes = memoryUsage.rss();
    }
    if (leftBytes > most) {
      throw new UserError(
        'E_MEMORY',
        `the scan needs more than the ${Math.floor(this.#bytesMax / MIB)} MiB that --max-memory allows`,
        {
          hint: 'raise --max-memory, or scan less: --exclude, --select-catalogers, --file-selection',
        },
      );
    }
    this.#nextBytes = Math.min(
      most,
      Math.max(this.#bytesMax * TIGHT_SHARE, leftBytes + STEP_BYTES),
    );
  }
}
