import { setFlagsFromString } from 'node:v8';

/**
 * Limits of the memory of threads. With the usual size for new values, each idle thread would keep
 * tens of megabytes that nothing uses any more, and a server has several.
 */
export const THREAD_MEMORY = { maxYoungGenerationSizeMb: 8 } as const;

/**
 * Collects garbage when a heap has grown by half, until the process ends. By default, V8 lets heaps
 * grow to four times the memory in use, and each thread has a heap.
 */
export function limitHeapGrowth(): void {
  // V8 reads the flag each time that a heap grows.
  setFlagsFromString('--heap-growing-percent=50');
}
