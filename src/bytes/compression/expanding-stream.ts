import type zlib from 'node:zlib';
import { releaseMemory } from '../../core/bytes.ts';

export type ExpandingStream = zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress;

/** Who hears of what is expanded. */
export interface Expansion {
  /** Hears every piece of output, in order. Its memory is gone after the call. */
  readonly giveOut: (chunk: Uint8Array) => void;
  /** Hears every piece of input that was expanded. */
  readonly releaseInput: (chunk: Uint8Array) => void;
}

/**
 * Large pieces of output: fewer files lie across two of them, and each turn of the event loop has
 * work enough. With larger ones the decompressor has less of its work done when it is waited for.
 * So much input may wait for the decompressor that it never waits for the disk.
 */
export const STREAM_OPTIONS = {
  chunkSize: 512 * 1024,
  highWaterMark: 2 * 1024 * 1024,
} as const satisfies zlib.ZlibOptions & { readonly highWaterMark: number };

/** Output that may wait for the caller: two pieces, so that neither waits for the other. */
const QUEUED_BYTES_MAX = 1024 * 1024;

/**
 * Expands all there is by one stream, which is destroyed at the end.
 *
 * @returns what the stream found wrong with the content. All of it was taken in nevertheless.
 */
export async function expandBy(
  stream: ExpandingStream,
  pieces: AsyncIterable<Uint8Array>,
  expansion: Expansion,
): Promise<Error | undefined> {
  const outlet = new Outlet(stream, expansion);
  try {
    for await (const piece of pieces) {
      await outlet.write(piece);
    }
    await outlet.end();
  } finally {
    stream.destroy();
  }
  return outlet.damage;
}

/**
 * Takes what a decompressing stream gives and hands it on piece by piece, one a turn of the event
 * loop, so that the thread pool works on the next piece meanwhile.
 */
export class Outlet {
  readonly #stream: ExpandingStream;
  readonly #expansion: Expansion;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isScheduled = false;
  #isEnded = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  /** What the stream found wrong with its content. What comes after it is only taken in. */
  damage: Error | undefined;

  constructor(stream: ExpandingStream, expansion: Expansion) {
    this.#stream = stream;
    this.#expansion = expansion;
    stream.on('data', (chunk: Uint8Array) => this.#enqueue(chunk));
    stream.on('drain', () => this.#wakeUp());
    stream.on('end', () => {
      this.#isEnded = true;
      this.#wakeUp();
    });
    stream.on('error', (error) => {
      this.damage = error;
      this.#wakeUp();
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#throwFailure();
    const release = (error?: Error | null): void => {
      if (error === undefined || error === null) {
        this.#expansion.releaseInput(chunk);
      }
    };
    if (this.damage === undefined && !this.#stream.write(chunk, release)) {
      await this.#until(() => !this.#stream.writableNeedDrain);
    }
  }

  async end(): Promise<void> {
    if (this.damage === undefined) {
      this.#stream.end();
    }
    await this.#until(() => this.#isEnded && this.#queue.length === 0);
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (this.#failure === undefined && this.damage === undefined && !isReached()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #enqueue(chunk: Uint8Array): void {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > QUEUED_BYTES_MAX) {
      this.#stream.pause();
    }
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => this.#handOn());
    }
  }

  #handOn(): void {
    this.#isScheduled = false;
    const chunk = this.#queue.shift();
    if (chunk === undefined || this.#failure !== undefined) {
      return;
    }
    this.#queuedBytes -= chunk.length;
    try {
      this.#expansion.giveOut(chunk);
      // The stream fills each buffer from its start to its end: the last piece reaches the end.
      releaseMemory(chunk);
    } catch (error) {
      this.#failure = error;
      this.#stream.pause();
      this.#wakeUp();
      return;
    }
    if (this.#queue.length > 0) {
      this.#schedule();
    }
    if (this.#stream.isPaused() && this.#queuedBytes < QUEUED_BYTES_MAX / 2) {
      this.#stream.resume();
    }
    if (this.#queue.length === 0) {
      this.#wakeUp();
    }
  }
}
