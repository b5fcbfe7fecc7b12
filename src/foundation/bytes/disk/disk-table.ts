import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createTruncatedError } from './disk-error.ts';
import { RecentItems } from './recent-items.ts';

/** Tables are read in pieces of this size. */
const PIECE_BYTES = 4096;
const PIECES_MAX = 1_024;

/** The tables of a disk image, which map blocks to offsets. Recent pieces are kept. */
export class DiskTables {
  readonly #file: Bytes;
  readonly #format: string;
  readonly #pieces = new RecentItems<number, Buffer>(PIECES_MAX);

  constructor(file: Bytes, format: string) {
    this.#file = file;
    this.#format = format;
  }

  /**
   * Returns the bytes of an entry. One that crosses two pieces is malformed.
   *
   * @throws UserError `E_TARGET_UNREADABLE` if it is malformed, or outside the image
   */
  readTableEntry(at: number, bytes: number): Buffer {
    const start = at - (at % PIECE_BYTES);
    const piece = this.#pieces.take(start, () => toBuffer(this.#file.read(start, PIECE_BYTES)));
    const entry = piece.subarray(at - start, at - start + bytes);
    if (entry.length < bytes) throw createTruncatedError(this.#format);
    return entry;
  }
}
