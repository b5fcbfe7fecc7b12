import type { DeferredWindows } from '../core/deferred-fact.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Spill, SpillFile } from '../core/target.ts';

/** What comes together in memory before it is written: small images need no file. */
const BUFFER_BYTES = 1024 * 1024;

const NOTHING = new Uint8Array(0);

/** Bytes that are kept, as they lie one after the other. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * Keeps what facts are made of that are asked for later, for all layers of a run together, in a
 * temporary file: most is never asked for, and in memory it would take more time than on disk,
 * since V8 looks through all objects each time that so much more hangs on them. Disposing of it
 * gives the room back: facts that nobody looked at until then are lost.
 */
export class DeferredContent implements Disposable {
  readonly #spill: Spill;
  #leftBytes: number;
  #file: SpillFile | undefined;
  /** What lies in the file; the buffer goes on from there. */
  #writtenBytes = 0;
  #buffer = NOTHING;
  #filled = 0;

  constructor({ deferredBytesMax }: Pick<Limits, 'deferredBytesMax'>, spill: Spill) {
    this.#leftBytes = deferredBytesMax;
    this.#spill = spill;
  }

  /** What keeps the windows of one file. */
  forFile(): DeferredFile {
    return new DeferredFile(this);
  }

  /** Where the bytes are from now on; `undefined` where the limit or the disk leaves no room. */
  take(bytes: Uint8Array): Place | undefined {
    const { length } = bytes;
    if (length > this.#leftBytes || !this.#makeRoom(length)) {
      return undefined;
    }
    this.#leftBytes -= length;
    const offset = this.#writtenBytes + this.#filled;
    if (length > BUFFER_BYTES) {
      return this.#write(bytes) ? { offset, length } : undefined;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += length;
    return { offset, length };
  }

  /** @throws UserError `E_SPILL` where the file cannot be read any more. */
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
   * Whether the buffer has room for so many bytes; for more than it ever has, whether it is empty.
   */
  #makeRoom(bytes: number): boolean {
    if (this.#buffer.length === 0) {
      this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    if (this.#filled + bytes <= BUFFER_BYTES || this.#filled === 0) {
      return true;
    }
    const isWritten = this.#write(this.#buffer.subarray(0, this.#filled));
    this.#filled = isWritten ? 0 : this.#filled;
    return isWritten;
  }

  /** Where the disk takes no more, what is in the buffer stays there and nothing comes to it. */
  #write(bytes: Uint8Array): boolean {
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

/** Several extractors want the same bytes of one file: these are kept once. */
export class DeferredFile {
  readonly #content: DeferredContent;
  readonly #kept: Kept[] = [];

  constructor(content: DeferredContent) {
    this.#content = content;
  }

  /** Keeps the windows; `undefined` where there is no room for all of them. */
  keep(windows: readonly Uint8Array[]): DeferredWindows | undefined {
    const places: Place[] = [];
    for (const window of windows) {
      const place = this.#kept.find((other) => isSame(other.window, window))?.place;
      const own = place ?? this.#take(window);
      if (own === undefined) {
        return undefined;
      }
      places.push(own);
    }
    return new KeptWindows(this.#content, places);
  }

  #take(window: Uint8Array): Place | undefined {
    const place = this.#content.take(window);
    if (place !== undefined) {
      this.#kept.push({ window, place });
    }
    return place;
  }
}

/** Windows into one file that are kept. */
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
