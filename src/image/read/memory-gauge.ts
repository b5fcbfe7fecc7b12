import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../../foundation/core/assert.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { MemoryGauge } from '../../foundation/core/memory-gauge.ts';

const MIB = 1024 * 1024;
/** From this share of the bound on, unused memory is released at once. */
const TIGHT_SHARE = 0.6;
/** Possible growth between two checks. */
const RESERVE_SHARE = 0.05;
/**
 * Below this bound, the space that V8 reserves for young objects matters, although collecting them
 * early takes time.
 */
const SMALL_BYTES = 384 * MIB;
/** Memory growth after which the run tries to release memory again. */
const STEP_BYTES = 8 * MIB;
/** After this many collections in a row, the remaining memory counts as in use. */
const COLLECTIONS = 4;
const PAUSE_MS = 20;
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

/**
 * Keeps the process below `bytesMax`: the garbage collector is configured to prefer memory to time,
 * and is called when memory becomes tight. The configuration applies until the process ends.
 */
export function createMemoryGauge(bytesMax: number): MemoryGauge {
  setFlagsFromString('--expose-gc');
  // V8 reads these flags each time that a heap grows, so they also take effect after its start.
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
    const heldBytes = process.memoryUsage.rss();
    if (heldBytes < this.#nextBytes) {
      return;
    }
    const most = this.#bytesMax * (1 - RESERVE_SHARE);
    let leftBytes = heldBytes;
    for (let round = 0; round < COLLECTIONS && (round === 0 || leftBytes > most); round++) {
      this.#collect();
      if (round > 0) {
        // Other threads release the memory of buffers.
        Atomics.wait(NOBODY_WAKES, 0, 0, PAUSE_MS);
      }
      leftBytes = process.memoryUsage.rss();
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
