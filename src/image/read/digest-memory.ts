/** Layout of the memory through which content is passed to the thread that computes digests. */

/** Maximum content per slot: the size of a piece of a layer. */
export const SLOT_BYTES = 512 * 1024;
/** Several slots, so that the thread has work while one is being filled. */
export const SLOTS = 8;
/** Every file occupies at least 1,024 bytes: 512 for its header and 512 for its content. */
export const JOBS_MAX = SLOT_BYTES / 1024 + 2;
export const SHA256_BYTES = 32;
export const DIGEST_BYTES = SHA256_BYTES + 20;

/** Layout of the numbers before the jobs of a slot, and of those of a job. */
export const HEAD = { state: 0, kind: 1, bytes: 2, jobs: 3, length: 4 } as const;
export const JOB = { start: 0, bytes: 1, place: 2, length: 3 } as const;
export const SLOT_NUMBERS = HEAD.length + JOBS_MAX * JOB.length;
export const STATE = { free: 0, full: 1 } as const;
export const KIND = { content: 0, blob: 1, end: 2 } as const;
export const PLACE = { first: 1, last: 2 } as const;

export const LAYOUT = {
  SLOTS,
  SLOT_BYTES,
  JOBS_MAX,
  SHA256_BYTES,
  DIGEST_BYTES,
  HEAD,
  JOB,
  SLOT_NUMBERS,
  STATE,
  KIND,
  PLACE,
};

/** The memory that both threads share. */
export interface SharedMemory {
  readonly numbers: Int32Array<SharedArrayBuffer>;
  readonly content: Uint8Array<SharedArrayBuffer>;
  readonly results: Uint8Array<SharedArrayBuffer>;
  readonly layout: typeof LAYOUT;
}
