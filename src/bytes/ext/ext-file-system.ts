import type { Bytes } from '../../core/bytes.ts';
import type { DiskBudget } from '../disk/disk-budget.ts';
import { createDamageError } from '../disk/disk-error.ts';
import { readCapabilities, readInlineRest } from './attributes.ts';
import { findRun } from './block-map.ts';
import { BlockReader } from './block-reader.ts';
import { type FolderEntry, parseFolderBlock } from './folder.ts';
import { type Inode, InodeReader, ROOT_INODE } from './inode.ts';
import { readSuperblock, type Superblock } from './superblock.ts';

const PIECE_BYTES = 1024 * 1024;
/** For most files, no more than this is requested. */
const FIRST_PIECE_BYTES = 32 * 1024;
/** Linux requires that the target of a link fits in one block, with a NUL. */
const LINK_BYTES_MAX = 4096;
const INLINE_PARENT_BYTES = 4;

/** The names in a directory, with what could not be read of it. */
export interface Folder {
  readonly entries: readonly FolderEntry[];
  /** The first damage; absent if all was read. */
  readonly damage?: unknown;
}

/** An ext2, ext3 or ext4 file system. Its journal is not applied. */
export class ExtFileSystem {
  readonly superblock: Superblock;
  readonly #reader: BlockReader;
  readonly #inodes: InodeReader;
  readonly #budget: DiskBudget;

  /** @throws UserError if the superblock is damaged, or has features that are not supported */
  constructor(bytes: Bytes, budget: DiskBudget) {
    this.superblock = readSuperblock(bytes);
    this.#reader = new BlockReader(bytes, this.superblock);
    this.#inodes = new InodeReader(this.#reader, this.superblock);
    this.#budget = budget;
  }

  readRoot(): Inode {
    const root = this.#inodes.readInode(ROOT_INODE);
    if (root.type !== 'directory') throw createDamageError('the root directory is damaged');
    return root;
  }

  /** @throws UserError if there is none with that number, or it is not in use */
  readInode(number: number): Inode {
    const inode = this.#inodes.readInode(number);
    if (inode.type === 'other' && inode.mode === 0 && inode.sizeBytes === 0) {
      throw createDamageError(`inode ${number} is not in use, but has a name`);
    }
    return inode;
  }

  readCapabilities(inode: Inode): string | undefined {
    return readCapabilities(inode, this.#reader);
  }

  /** Returns the names in a directory; what comes after a damage in a block is missing. */
  readFolder(inode: Inode): Folder {
    if (inode.isEncrypted) {
      return { entries: [], damage: createDamageError('the directory is encrypted') };
    }
    const entries: FolderEntry[] = [];
    let damage: unknown;
    const blocks = inode.hasInlineData ? listInlineBlocks(inode) : this.#readBlocks(inode);
    try {
      for (const block of blocks) {
        try {
          for (const entry of parseFolderBlock(block)) entries.push(entry);
        } catch (error) {
          damage ??= error;
        }
        if (entries.length > this.#budget.entriesMax) {
          throw createDamageError('the directory has more entries than the limit entriesMax');
        }
      }
    } catch (error) {
      damage ??= error;
    }
    return damage === undefined ? { entries } : { entries, damage };
  }

  *#readBlocks(inode: Inode): Generator<Buffer> {
    const { blockBytes } = this.#reader;
    const end = Math.ceil(inode.sizeBytes / blockBytes);
    let at = 0;
    while (at < end) {
      const { block, blocks } = findRun(inode, at, this.#reader);
      if (block === undefined) throw createDamageError('a part of the directory is missing');
      const count = Math.min(blocks, end - at);
      for (let index = 0; index < count; index++) {
        this.#budget.takeFolder(blockBytes);
        yield this.#reader.readRange(block + index, 0, blockBytes);
      }
      at += count;
    }
  }

  /** Returns the target of a symbolic link as written. */
  readLink(inode: Inode): string {
    const { sizeBytes, map, isFastLink, isEncrypted } = inode;
    if (isEncrypted) throw createDamageError('the symbolic link is encrypted');
    if (sizeBytes > LINK_BYTES_MAX) throw createDamageError('the symbolic link is too long');
    if (isFastLink) return map.toString('utf8', 0, sizeBytes);
    return Buffer.concat([...this.streamFile(inode)]).toString('utf8');
  }

  /**
   * Yields the content of a file in pieces, a short one first. Holes are zeros.
   *
   * @throws UserError if a part of it is not on the disk, or a limit is exceeded
   */
  *streamFile(inode: Inode): Generator<Buffer> {
    const { sizeBytes, isEncrypted, hasInlineData } = inode;
    if (isEncrypted) throw createDamageError('the file is encrypted');
    if (hasInlineData) {
      yield readInline(inode);
      return;
    }
    let done = 0;
    while (done < sizeBytes) {
      const most = done === 0 ? FIRST_PIECE_BYTES : PIECE_BYTES;
      const piece = this.#readPiece(inode, done, Math.min(most, sizeBytes - done));
      done += piece.length;
      yield piece;
    }
  }

  /** Reads at most so many bytes, up to the end of a run. */
  #readPiece(inode: Inode, offset: number, length: number): Buffer {
    const { blockBytes } = this.#reader;
    const inside = offset % blockBytes;
    const { block, blocks } = findRun(inode, Math.floor(offset / blockBytes), this.#reader);
    const count = Math.min(blocks * blockBytes - inside, length);
    if (block === undefined) {
      this.#budget.takeHole(count);
      return Buffer.alloc(count);
    }
    this.#budget.takeRead(count);
    return this.#reader.readRange(block, inside, count);
  }
}

function readInline(inode: Inode): Buffer {
  const content = Buffer.concat([inode.map, readInlineRest(inode)]);
  if (inode.sizeBytes > content.length) throw createDamageError('the content is incomplete');
  return content.subarray(0, inode.sizeBytes);
}

/** The map has the parent and the first entries, the attribute the others. */
function listInlineBlocks(inode: Inode): readonly Buffer[] {
  return [inode.map.subarray(INLINE_PARENT_BYTES), readInlineRest(inode)];
}
