import { setTimeout as pause } from 'node:timers/promises';

/** A thread that answers one call after the other. */
export interface CallThread<Name> extends AsyncDisposable {
  /** Rejects if the thread ends. */
  readonly failed: Promise<never>;
  call(name: Name, argument: unknown): Promise<unknown>;
}

export interface PoolOptions {
  /** Maximum number of threads. */
  readonly threadsMax: number;
  /** Milliseconds for which a call waits for a busy thread before another one is started. */
  readonly waitMs: number;
  /** Milliseconds without a call after which a thread ends, so that its memory is free. */
  readonly idleMs: number;
}

/** A start takes longer than most answers, and a thread needs 40 MB. */
const USUAL_OPTIONS: PoolOptions = { threadsMax: 2, waitMs: 100, idleMs: 30_000 };

interface Reader<Name> {
  readonly thread: Promise<CallThread<Name>>;
  /** Calls without an answer. */
  waiting: number;
  /** Settled when the last call was answered. */
  last: Promise<unknown>;
  timer?: NodeJS.Timeout;
}

/**
 * Threads that only read the store: a slow answer does not delay the others. The first one is
 * started for the first call, and stays.
 */
export class ReaderPool<Name> implements AsyncDisposable {
  readonly #start: () => Promise<CallThread<Name>>;
  readonly #onFailure: (error: unknown) => void;
  readonly #options: PoolOptions;
  readonly #readers = new Set<Reader<Name>>();
  #isDisposed = false;

  /** @param onFailure is called when a thread ends by itself */
  constructor(
    start: () => Promise<CallThread<Name>>,
    onFailure: (error: unknown) => void,
    options: Partial<PoolOptions> = {},
  ) {
    this.#start = start;
    this.#onFailure = onFailure;
    this.#options = { ...USUAL_OPTIONS, ...options };
  }

  /** Calls a thread that is free, or the one with the fewest calls. Rejects after the disposal. */
  async call(name: Name, argument: unknown): Promise<unknown> {
    const reader = await this.#take();
    const answer = reader.thread.then(async (thread) => await thread.call(name, argument));
    reader.last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      reader.waiting -= 1;
      // The first reader stays. One that could not be started is not in the pool any more.
      const [, ...others] = this.#readers;
      if (reader.waiting === 0 && others.includes(reader)) {
        reader.timer = setTimeout(() => void this.#end(reader), this.#options.idleMs).unref();
      }
    }
  }

  /** Chooses a reader, and counts the call, so that the next one finds it busy. */
  async #take(): Promise<Reader<Name>> {
    const end = performance.now() + this.#options.waitMs;
    for (;;) {
      // A thread that is started now would never end.
      if (this.#isDisposed) throw new Error('the readers of the store have ended');
      const [best] = [...this.#readers].sort((left, right) => left.waiting - right.waiting);
      const isFull = this.#readers.size === this.#options.threadsMax;
      const left = end - performance.now();
      if (best === undefined || best.waiting === 0 || isFull || left <= 0) {
        const isAdded = best === undefined || (best.waiting > 0 && !isFull);
        const reader = isAdded ? this.#startReader() : best;
        clearTimeout(reader.timer);
        reader.waiting += 1;
        return reader;
      }
      await this.#waitForAnswer(left);
    }
  }

  async #waitForAnswer(milliseconds: number): Promise<void> {
    const wait = new AbortController();
    const { signal } = wait;
    const paused = pause(milliseconds, undefined, { signal }).catch(() => undefined);
    await Promise.race([paused, ...[...this.#readers].map(({ last }) => last)]);
    wait.abort();
  }

  #startReader(): Reader<Name> {
    const thread = this.#start();
    const reader: Reader<Name> = { thread, waiting: 0, last: Promise.resolve() };
    this.#readers.add(reader);
    thread.then(
      ({ failed }) =>
        failed.catch((error: unknown) => {
          if (this.#readers.has(reader)) {
            this.#onFailure(error);
          }
        }),
      // The next call starts another one.
      () => this.#readers.delete(reader),
    );
    return reader;
  }

  async #end(reader: Reader<Name>): Promise<void> {
    this.#readers.delete(reader);
    clearTimeout(reader.timer);
    const thread = await reader.thread;
    await thread[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    // A thread that could not be started rejects, and needs no end.
    await Promise.allSettled([...this.#readers].map(async (reader) => await this.#end(reader)));
  }
}
