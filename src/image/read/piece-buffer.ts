import { type Bytes, releaseMemory, toBytes } from '../../foundation/core/bytes.ts';
import type { Spill, SpillFile } from '../../foundation/core/target.ts';

/** Memory for files grows in these steps, which are small compared with the largest files. */
const MEMORY_STEP_BYTES = 1024 * 1024;
/** Memory beyond this is released after the file, because hardly another file needs it. */
const MEMORY_KEPT_BYTES = 2 * 1024 * 1024;

/**
 * Joins the pieces of one file after the other, in memory or, if the file is long, in a temporary
 * file. The memory is shared by successive files, because facts are plain data and no extractor
 * keeps the content: V8 would scan all objects again for each large allocation.
 */
export class PieceBuffer implements Disposable {
  readonly #spill: Spill;
  readonly #memoryBytesMax: number;
  #memory = new Uint8Array(0);
  #spilled: SpillFile | undefined;
  #bytes = 0;
  #bytesMax = 0;

  /** @param memoryBytesMax longer content is kept in a temporary file */
  constructor(spill: Spill, memoryBytesMax: number) {
    this.#spill = spill;
    this.#memoryBytesMax = memoryBytesMax;
  }

  /** @param bytesMax the bytes from the start of the file to keep */
  beginFile(bytesMax: number): void {
    this.#bytesMax = bytesMax;
    if (bytesMax <= this.#memoryBytesMax && this.#memory.length < bytesMax) {
      releaseMemory(this.#memory);
      const grown = Math.ceil(bytesMax / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES;
      this.#memory = new Uint8Array(Buffer.allocUnsafeSlow(grown).buffer);
    }
  }

  /** @throws UserError `E_LIMIT` or `E_SPILL` if the temporary file takes no more */
  append(piece: Uint8Array): void {
    const kept = piece.subarray(0, this.#bytesMax - this.#bytes);
    if (kept.length === 0) {
      return;
    }
    if (this.#bytesMax <= this.#memoryBytesMax) {
      this.#memory.set(kept, this.#bytes);
    } else {
      this.#spilled ??= this.#spill.create();
      this.#spilled.append(kept);
    }
    this.#bytes += kept.length;
  }

  get isFull(): boolean {
    return this.#bytes === this.#bytesMax;
  }

  /** Valid until {@link endFile}. */
  get content(): Bytes {
    const spilled = this.#spilled;
    return spilled === undefined
      ? toBytes(this.#memory.subarray(0, this.#bytes))
      : {
          sizeBytes: spilled.sizeBytes,
          read: (offset, length) => spilled.read(offset, length),
        };
  }

  /** Ends the current file. */
  endFile(): void {
    this.#spilled?.[Symbol.dispose]();
    this.#spilled = undefined;
    this.#bytes = 0;
    this.#bytesMax = 0;
    if (this.#memory.length > MEMORY_KEPT_BYTES) {
      this.#releaseMemory();
    }
  }

  [Symbol.dispose](): void {
    this.endFile();
    this.#releaseMemory();
  }

  #releaseMemory(): void {
    releaseMemory(this.#memory);
    this.#memory = new Uint8Array(0);
  }
}
