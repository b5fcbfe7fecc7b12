import type { DeferredWindows } from '../../foundation/core/deferred-fact.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Spill, SpillFile } from '../../foundation/core/target.ts';

/** Size of the buffer that is filled before it is written: small images need no file. */
const BUFFER_BYTES = 1024 * 1024;

const NOTHING = new Uint8Array(0);

/** Position of the kept bytes, which are contiguous. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * Keeps the content for deferred facts of all layers of a run in one temporary file. Most of these
 * facts are never read, and in memory they would take more time than on disk, because V8 scans all
 * objects each time that external memory grows by that much. Disposing of it frees the space:
 * deferred facts that were not read before are lost.
 */
export class DeferredContent implements Disposable {
  readonly #spill: Spill;
  #leftBytes: number;
  #file: SpillFile | undefined;
  /** Bytes in the file; the buffer continues after them. */
  #writtenBytes = 0;
  #buffer = NOTHING;
  #filled = 0;

  constructor({ deferredBytesMax }: Pick<Limits, 'deferredBytesMax'>, spill: Spill) {
    this.#leftBytes = deferredBytesMax;
    this.#spill = spill;
  }

  /** Returns a store for the windows of one file. */
  createFile(): DeferredFile {
    return new DeferredFile(this);
  }

  /** Returns the position of the bytes; `undefined` if the limit or the disk leaves no room. */
  storeBytes(bytes: Uint8Array): Place | undefined {
    const { length } = bytes;
    if (length > this.#leftBytes || !this.#makeRoom(length)) {
      return undefined;
    }
    this.#leftBytes -= length;
    const offset = this.#writtenBytes + this.#filled;
    if (length > BUFFER_BYTES) {
      return this.#writeBytes(bytes) ? { offset, length } : undefined;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += length;
    return { offset, length };
  }

  /** @throws UserError `E_SPILL` if the file cannot be read any more. */
  read({ offset, length }: Place): Uint8Array {
    const inBuffer = offset - this.#writtenBytes;
    return inBuffer >= 0
      ? this.#buffer.subarray(inBuffer, inBuffer + length)
      : (this.#file?.read(offset, length) ?? NOTHING);
  }

  [Symbol.dispose](): void {
    this.#leftBytes = 0;
    this.#buffer = NOTHING;
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
  }

  /**
   * Returns whether the buffer has room for so many bytes; for more than its size, whether it is
   * empty.
   */
  #makeRoom(bytes: number): boolean {
    if (this.#buffer.length === 0) {
      this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    if (this.#filled + bytes <= BUFFER_BYTES || this.#filled === 0) {
      return true;
    }
    const isWritten = this.#writeBytes(this.#buffer.subarray(0, this.#filled));
    this.#filled = isWritten ? 0 : this.#filled;
    return isWritten;
  }

  /** If the disk accepts no more, the buffer keeps its content and accepts no more either. */
  #writeBytes(bytes: Uint8Array): boolean {
    try {
      this.#file ??= this.#spill.create();
      this.#file.append(bytes);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      this.#leftBytes = 0;
      return false;
    }
    this.#writtenBytes += bytes.length;
    return true;
  }
}

interface Kept {
  readonly window: Uint8Array;
  readonly place: Place;
}

/** If several extractors request the same bytes of one file, they are kept once. */
export class DeferredFile {
  readonly #content: DeferredContent;
  readonly #kept: Kept[] = [];

  constructor(content: DeferredContent) {
    this.#content = content;
  }

  /** Keeps the windows; `undefined` if there is no room for all of them. */
  keep(windows: readonly Uint8Array[]): DeferredWindows | undefined {
    const places: Place[] = [];
    for (const window of windows) {
      const place = this.#kept.find((other) => isSame(other.window, window))?.place;
      const own = place ?? this.#storeWindow(window);
      if (own === undefined) {
        return undefined;
      }
      places.push(own);
    }
    return new KeptWindows(this.#content, places);
  }

  #storeWindow(window: Uint8Array): Place | undefined {
    const place = this.#content.storeBytes(window);
    if (place !== undefined) {
      this.#kept.push({ window, place });
    }
    return place;
  }
}

/** Kept windows into one file. */
class KeptWindows implements DeferredWindows {
  readonly #content: DeferredContent;
  readonly #places: readonly Place[];

  constructor(content: DeferredContent, places: readonly Place[]) {
    this.#content = content;
    this.#places = places;
  }

  read(): readonly Uint8Array[] {
    return this.#places.map((place) => this.#content.read(place));
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return (
    left.buffer === right.buffer &&
    left.byteOffset === right.byteOffset &&
    left.length === right.length
  );
}
