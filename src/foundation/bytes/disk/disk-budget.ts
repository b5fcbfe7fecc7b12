import type { Limits } from '../../core/limits.ts';
import { createDamageError } from './disk-error.ts';

/**
 * Counts the bytes that a disk image makes a scan read, expand and create. Its blocks can be used
 * by any number of files, so their number does not follow from the size of the image.
 */
export class DiskBudget {
  readonly #limits: Limits;
  readonly #imageBytes: number;
  #readBytes = 0;
  #holeBytes = 0;
  #folderBytes = 0;

  constructor(limits: Limits, imageBytes: number) {
    this.#limits = limits;
    this.#imageBytes = imageBytes;
  }

  /** The most names that are read from one directory. */
  get entriesMax(): number {
    return this.#limits.entriesMax;
  }

  /** Counts bytes of files, and of unpacked clusters. */
  takeRead(bytes: number): void {
    const { diskReadBytesMax, expansionFreeBytesMax, expansionMax } = this.#limits;
    this.#readBytes += bytes;
    if (this.#readBytes > diskReadBytesMax) {
      throw createLimitError('diskReadBytesMax', diskReadBytesMax);
    }
    if (this.#readBytes > Math.max(expansionFreeBytesMax, this.#imageBytes * expansionMax)) {
      throw createLimitError('expansionMax', expansionMax);
    }
  }

  /** Counts bytes of files that are not stored, and read as zeros. */
  takeHole(bytes: number): void {
    this.#holeBytes += bytes;
    const { sparseHoleBytesMax } = this.#limits;
    if (this.#holeBytes > sparseHoleBytesMax) {
      this.#holeBytes -= bytes;
      throw createLimitError('sparseHoleBytesMax', sparseHoleBytesMax);
    }
  }

  /** Counts bytes of directories. */
  takeFolder(bytes: number): void {
    this.#folderBytes += bytes;
    const { diskFolderBytesMax } = this.#limits;
    if (this.#folderBytes > diskFolderBytesMax) {
      throw createLimitError('diskFolderBytesMax', diskFolderBytesMax);
    }
  }
}

function createLimitError(name: keyof Limits, most: number): Error {
  return createDamageError(`the rest was not read: the disk exceeds the limit ${name} (${most})`);
}
