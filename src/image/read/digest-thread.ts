import { Worker } from 'node:worker_threads';
import { assert } from '../../foundation/core/assert.ts';
import {
  DIGEST_BYTES,
  HEAD,
  JOB,
  JOBS_MAX,
  KIND,
  LAYOUT,
  PLACE,
  SHA256_BYTES,
  type SharedMemory,
  SLOT_BYTES,
  SLOT_NUMBERS,
  SLOTS,
  STATE,
} from './digest-memory.ts';
import { takeDigests } from './take-digests.ts';

/** Computes the digests of files while the pieces of an archive are read. */
export interface FileDigester {
  /**
   * The callback receives SHA-256 and SHA-1 of each file, one character a byte, some time after its
   * last piece.
   */
  begin(onDigests: (row: number, sha256: string, sha1: string) => void): void;
  /** Adds a piece of a file: a window into the open content. */
  add(row: number, piece: Uint8Array, place: PiecePlace): void;
}

export interface PiecePlace {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The thread counts as dead if it does not finish a slot within this time. */
const ANSWER_MILLISECONDS_MAX = 600_000;

/** The arguments of the thread, as source code. */
const GIVEN = "require('node:crypto'), require('node:worker_threads').workerData";

/** Digests as hexadecimal digits. */
export interface LayerDigests {
  readonly content: string;
  readonly blob: string;
}

/** A thread that waits for the next layer. */
let idle: DigestThread | undefined;

/**
 * Computes the digests of a layer on a thread of its own: SHA-256 of blob and content, SHA-256 and
 * SHA-1 of each file. Content is passed slot by slot through shared memory; if no slot is free, the
 * reading thread waits. It sends no messages, because receiving them requires turns of the event
 * loop.
 */
export class DigestThread implements FileDigester {
  readonly #memory: SharedMemory = {
    numbers: new Int32Array(new SharedArrayBuffer(SLOTS * SLOT_NUMBERS * 4)),
    content: new Uint8Array(new SharedArrayBuffer(SLOTS * SLOT_BYTES)),
    results: new Uint8Array(new SharedArrayBuffer(SLOTS * JOBS_MAX * DIGEST_BYTES)),
    layout: LAYOUT,
  };
  readonly #results = Buffer.from(this.#memory.results.buffer);
  readonly #worker: Worker;
  /** For each slot the rows of the files that end in it, in order. */
  readonly #rows: number[][] = Array.from({ length: SLOTS }, () => []);
  #slot = 0;
  /** The open content. */
  #open: Uint8Array = new Uint8Array(0);
  #onDigests: ((row: number, sha256: string, sha1: string) => void) | undefined;

  private constructor() {
    // Passed as source code, so that it works the same in a bundle, in a library and from sources.
    this.#worker = new Worker(`(${takeDigests.toString()})(${GIVEN})`, {
      eval: true,
      workerData: this.#memory,
      env: {},
      execArgv: [],
    });
    this.#worker.unref();
  }

  /**
   * Returns the idle thread or a new one, to be given back; `undefined` if the machine allows none.
   */
  static takeThread(): DigestThread | undefined {
    const waiting = idle;
    idle = undefined;
    if (waiting !== undefined) {
      return waiting;
    }
    try {
      return new DigestThread();
    } catch {
      return undefined;
    }
  }

  /** Takes a thread back; terminates one whose layer was not finished. */
  static returnThread(thread: DigestThread): void {
    const isFinished = thread.#onDigests === undefined;
    if (isFinished && idle === undefined) {
      idle = thread;
    } else {
      void thread.#worker.terminate();
    }
  }

  begin(onDigests: (row: number, sha256: string, sha1: string) => void): void {
    this.#onDigests = onDigests;
  }

  /** Adds content of the blob as it is stored, in order. */
  addBlob(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.length; start += SLOT_BYTES) {
      this.#fill(chunk.subarray(start, start + SLOT_BYTES), KIND.blob);
      this.#send();
    }
  }

  /**
   * Opens the next content of the layer, at most {@link SLOT_BYTES}: `add` registers the files in
   * it. Its memory may be overwritten after `endContent`.
   */
  open(chunk: Uint8Array): void {
    this.#fill(chunk, KIND.content);
    this.#open = chunk;
  }

  add(row: number, piece: Uint8Array, { isFirst, isLast }: PiecePlace): void {
    const { numbers } = this.#memory;
    const head = this.#slot * SLOT_NUMBERS;
    const jobs = numbers[head + HEAD.jobs] ?? 0;
    assert(jobs < JOBS_MAX, 'no more files than there is room for');
    const start = piece.byteOffset - this.#open.byteOffset;
    const isWithin = start >= 0 && start + piece.length <= this.#open.length;
    assert(isWithin && piece.buffer === this.#open.buffer, 'a window into what is open');
    const job = head + HEAD.length + jobs * JOB.length;
    numbers[job + JOB.start] = start;
    numbers[job + JOB.bytes] = piece.length;
    numbers[job + JOB.place] = (isFirst ? PLACE.first : 0) | (isLast ? PLACE.last : 0);
    numbers[head + HEAD.jobs] = jobs + 1;
    if (isLast) {
      this.#rows[this.#slot]?.push(row);
    }
  }

  endContent(): void {
    this.#send();
  }

  /** Waits for all added content and returns the digests of the layer. */
  finish(): LayerDigests {
    const last = this.#slot;
    this.#fill(new Uint8Array(0), KIND.end);
    this.#send();
    for (let count = 0; count < SLOTS; count++) {
      this.#collect((this.#slot + count) % SLOTS);
    }
    this.#onDigests = undefined;
    const at = last * JOBS_MAX * DIGEST_BYTES;
    return {
      content: this.#results.toString('hex', at, at + SHA256_BYTES),
      blob: this.#results.toString('hex', at + SHA256_BYTES, at + 2 * SHA256_BYTES),
    };
  }

  #fill(chunk: Uint8Array, kind: number): void {
    assert(chunk.length <= SLOT_BYTES, 'no more content than there is room for');
    const { numbers, content } = this.#memory;
    this.#collect(this.#slot);
    content.set(chunk, this.#slot * SLOT_BYTES);
    const head = this.#slot * SLOT_NUMBERS;
    numbers[head + HEAD.kind] = kind;
    numbers[head + HEAD.bytes] = chunk.length;
    numbers[head + HEAD.jobs] = 0;
  }

  #send(): void {
    const { numbers } = this.#memory;
    const state = this.#slot * SLOT_NUMBERS + HEAD.state;
    Atomics.store(numbers, state, STATE.full);
    Atomics.notify(numbers, state);
    this.#slot = (this.#slot + 1) % SLOTS;
  }

  /** Waits until a slot is free, and passes on its results. */
  #collect(slot: number): void {
    const { numbers } = this.#memory;
    const state = slot * SLOT_NUMBERS + HEAD.state;
    const answer = Atomics.wait(numbers, state, STATE.full, ANSWER_MILLISECONDS_MAX);
    assert(answer !== 'timed-out', 'a thread for digests that is alive');
    let at = slot * JOBS_MAX * DIGEST_BYTES;
    for (const row of this.#rows[slot] ?? []) {
      const sha256 = this.#results.toString('latin1', at, at + SHA256_BYTES);
      this.#onDigests?.(
        row,
        sha256,
        this.#results.toString('latin1', at + SHA256_BYTES, at + DIGEST_BYTES),
      );
      at += DIGEST_BYTES;
    }
    this.#rows[slot] = [];
  }
}
