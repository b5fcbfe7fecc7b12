import type { LzmaWindow } from './lzma-decoder.ts';

const START_BYTES = 64 * 1024;
/** Room for new bytes beyond the dictionary, so that it rarely moves to the front. */
const ROOM_BYTES = 4 * 1024 * 1024;

/**
 * The last expanded bytes, at least as many as the dictionary. Grows with the content, so that
 * announcing a large dictionary costs nothing.
 */
export class SlidingWindow implements LzmaWindow {
  readonly #dictionaryBytes: number;
  #bytes = new Uint8Array(START_BYTES);
  #end = 0;
  /** Earlier bytes belong to another dictionary and cannot be copied. */
  #start = 0;
  #flushed = 0;
  position = 0;

  constructor(dictionaryBytes: number) {
    this.#dictionaryBytes = dictionaryBytes;
  }

  /** Resets the window, so that no match reaches back beyond this point. */
  reset(): void {
    this.#start = this.#end;
    this.position = 0;
  }

  peek(distance: number): number | undefined {
    const at = this.#end - distance;
    return at < this.#start ? undefined : this.#bytes[at];
  }

  put(byte: number): void {
    if (this.#end === this.#bytes.length) {
      this.#makeRoom(1);
    }
    this.#bytes[this.#end++] = byte;
    this.position++;
  }

  copy(distance: number, length: number): boolean {
    if (distance > this.#dictionaryBytes || this.#end - distance < this.#start) {
      return false;
    }
    if (this.#end + length > this.#bytes.length) {
      this.#makeRoom(length);
    }
    const bytes = this.#bytes;
    let to = this.#end;
    // Byte by byte, because source and target may overlap.
    for (let from = to - distance, last = to + length; to < last; to++, from++) {
      bytes[to] = bytes[from] ?? 0;
    }
    this.#end = to;
    this.position += length;
    return true;
  }

  append(content: Uint8Array): void {
    if (this.#end + content.length > this.#bytes.length) {
      this.#makeRoom(content.length);
    }
    this.#bytes.set(content, this.#end);
    this.#end += content.length;
    this.position += content.length;
  }

  /** Returns the bytes since the last call: a window that is valid until more bytes arrive. */
  takeNew(): Uint8Array {
    const piece = this.#bytes.subarray(this.#flushed, this.#end);
    this.#flushed = this.#end;
    return piece;
  }

  /** Drops bytes beyond the dictionary, or grows; keeps bytes that were not taken yet. */
  #makeRoom(needed: number): void {
    const kept = Math.max(Math.min(this.#dictionaryBytes, this.#end), this.#end - this.#flushed);
    const dropped = this.#end - kept;
    const capacity =
      dropped >= ROOM_BYTES
        ? this.#bytes.length
        : Math.max(this.#bytes.length * 2, this.#end + needed);
    const target =
      capacity === this.#bytes.length && kept + needed <= capacity
        ? this.#bytes
        : new Uint8Array(Math.max(capacity, kept + needed));
    if (target === this.#bytes) {
      target.copyWithin(0, dropped, this.#end);
    } else {
      target.set(this.#bytes.subarray(dropped, this.#end));
    }
    this.#bytes = target;
    this.#end -= dropped;
    this.#flushed -= dropped;
    this.#start = Math.max(0, this.#start - dropped);
  }
}
