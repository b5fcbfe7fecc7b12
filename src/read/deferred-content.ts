import { releaseMemory } from '../core/bytes.ts';
import type { Limits } from '../core/limits.ts';

/** Memory is taken in such pieces, as it is needed. */
const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Keeps what facts are made of that are asked for later, for all layers of a run together.
 * Disposing of it gives the memory back: facts that nobody looked at until then are lost.
 */
export class DeferredContent implements Disposable {
  #leftBytes: number;
  readonly #pieces: Uint8Array[] = [];
  /** Bytes of the last piece that are in use. */
  #filled = 0;

  constructor({ deferredBytesMax }: Pick<Limits, 'deferredBytesMax'>) {
    this.#leftBytes = deferredBytesMax;
  }

  /** What keeps the windows of one file. */
  forFile(): DeferredFile {
    return new DeferredFile((bytes) => this.#take(bytes));
  }

  [Symbol.dispose](): void {
    this.#leftBytes = 0;
    for (const piece of this.#pieces.splice(0)) {
      releaseMemory(piece);
    }
  }

  /** Memory for so many bytes; `undefined` where the limit leaves none. */
  #take(bytes: number): Uint8Array | undefined {
    if (bytes > this.#leftBytes) {
      return undefined;
    }
    this.#leftBytes -= bytes;
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#filled + bytes > piece.length) {
      piece = new Uint8Array(Buffer.allocUnsafeSlow(Math.max(bytes, PIECE_BYTES)).buffer);
      this.#pieces.push(piece);
      this.#filled = 0;
    }
    this.#filled += bytes;
    return piece.subarray(this.#filled - bytes, this.#filled);
  }
}

interface Copied {
  readonly window: Uint8Array;
  readonly copy: Uint8Array;
}

/** Several extractors want the same bytes of one file: these are kept once. */
export class DeferredFile {
  readonly #take: (bytes: number) => Uint8Array | undefined;
  readonly #copied: Copied[] = [];

  constructor(take: (bytes: number) => Uint8Array | undefined) {
    this.#take = take;
  }

  /** Copies of the windows; `undefined` where there is no room for all of them. */
  keep(windows: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    const copies = windows.map(
      (window) =>
        this.#copied.find((other) => isSame(other.window, window))?.copy ?? this.#copy(window),
    );
    return copies.every((copy) => copy !== undefined) ? copies : undefined;
  }

  #copy(window: Uint8Array): Uint8Array | undefined {
    const copy = this.#take(window.length);
    if (copy !== undefined) {
      copy.set(window);
      this.#copied.push({ window, copy });
    }
    return copy;
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return (
    left.buffer === right.buffer &&
    left.byteOffset === right.byteOffset &&
    left.length === right.length
  );
}
