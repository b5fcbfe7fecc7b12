import type zlib from 'node:zlib';
import { releaseMemory } from '../../core/bytes.ts';

export type ExpandingStream = zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress;

/** Receives expanded content. */
export interface Expansion {
  /** Receives every piece of output in order. Its memory is invalid after the call. */
  readonly countOutput: (chunk: Uint8Array) => void;
  /** Receives every piece of input after its expansion. */
  readonly releaseInput: (chunk: Uint8Array) => void;
}

/**
 * Large pieces of output: fewer files span two of them, and each turn of the event loop has enough
 * work. Larger ones would leave the decompressor more work to wait for. Enough input is queued that
 * the decompressor never waits for the disk.
 */
export const STREAM_OPTIONS = {
  chunkSize: 512 * 1024,
  highWaterMark: 2 * 1024 * 1024,
} as const satisfies zlib.ZlibOptions & { readonly highWaterMark: number };

/** Output that may wait for the caller: two pieces, so that neither side waits for the other. */
const QUEUED_BYTES_MAX = 1024 * 1024;

/**
 * Expands all pieces by one stream, which is destroyed at the end.
 *
 * @returns the damage that the stream found. All pieces are read nevertheless.
 */
export async function expandStream(
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
  return outlet.streamError;
}

/**
 * Passes on the output of a decompressing stream piece by piece, one per turn of the event loop, so
 * that the thread pool works on the next piece meanwhile.
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
  /** Damage that the stream found. Later content is read but not expanded. */
  streamError: Error | undefined;

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
      this.streamError = error;
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
    if (this.streamError === undefined && !this.#stream.write(chunk, release)) {
      await this.#waitUntil(() => !this.#stream.writableNeedDrain);
    }
  }

  async end(): Promise<void> {
    if (this.streamError === undefined) {
      this.#stream.end();
    }
    await this.#waitUntil(() => this.#isEnded && this.#queue.length === 0);
  }

  async #waitUntil(isReached: () => boolean): Promise<void> {
    while (this.#failure === undefined && this.streamError === undefined && !isReached()) {
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
      setImmediate(() => this.#forwardChunk());
    }
  }

  #forwardChunk(): void {
    this.#isScheduled = false;
    const chunk = this.#queue.shift();
    if (chunk === undefined || this.#failure !== undefined) {
      return;
    }
    this.#queuedBytes -= chunk.length;
    try {
      this.#expansion.countOutput(chunk);
      // The stream fills each buffer from start to end, so the last piece reaches its end.
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
