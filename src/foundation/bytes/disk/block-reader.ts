import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createDamageError } from './disk-error.ts';
import { RecentItems } from './recent-items.ts';

/** The blocks of a file system. */
export interface BlockLayout {
  readonly blockBytes: number;
  readonly blocks: number;
}

const RECENT_BYTES = 8 * 1024 * 1024;

/** Reads blocks of a file system; the recent ones of its structure are kept. */
export class BlockReader {
  readonly blockBytes: number;
  readonly #bytes: Bytes;
  readonly #blocks: number;
  readonly #recent: RecentItems<number, Buffer>;

  constructor(bytes: Bytes, { blockBytes, blocks }: BlockLayout) {
    this.blockBytes = blockBytes;
    this.#bytes = bytes;
    this.#blocks = blocks;
    this.#recent = new RecentItems(RECENT_BYTES / blockBytes);
  }

  /** Returns a whole block. Its memory must not be changed. */
  readBlock(block: number): Buffer {
    return this.#recent.take(block, () => this.readBlockRange(block, 0, this.blockBytes));
  }

  /**
   * Reads some bytes from the start of a block on.
   *
   * @throws UserError if they are not on the disk
   */
  readBlockRange(block: number, start: number, length: number): Buffer {
    const offset = block * this.blockBytes + start;
    if (offset + length > this.#blocks * this.blockBytes) throw createOutsideError(block);
    const content = toBuffer(this.#bytes.read(offset, length));
    if (content.length < length) throw createOutsideError(block);
    return content;
  }
}

function createOutsideError(block: number): Error {
  return createDamageError(`block ${block} is not on the disk: it is truncated or damaged`);
}
