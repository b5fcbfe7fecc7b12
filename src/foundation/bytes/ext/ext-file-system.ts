import type { Bytes } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { BlockReader } from '../disk/block-reader.ts';
import type { DiskBudget } from '../disk/disk-budget.ts';
import { createDamageError } from '../disk/disk-error.ts';
import {
  type DiskFileSystem,
  type DiskObject,
  type Folder,
  NOT_UNMOUNTED,
  TOO_LARGE,
} from '../disk/file-system.ts';
import { choosePieceBytes } from '../disk/piece.ts';
import { readFolderParts } from '../disk/read-folder-parts.ts';
import { readCapabilities, readInlineRest } from './attributes.ts';
import { findRun } from './block-map.ts';
import { parseFolderBlock } from './folder.ts';
import { type Inode, InodeReader, ROOT_INODE } from './inode.ts';
import { readSuperblock, type Superblock } from './superblock.ts';

/** Linux requires that the target of a link fits in one block, with a NUL. */
const LINK_BYTES_MAX = 4096;
const INLINE_PARENT_BYTES = 4;

/** An ext2, ext3 or ext4 file system. Its journal is not applied. */
export class ExtFileSystem implements DiskFileSystem {
  readonly uuid: string;
  readonly label: string;
  readonly isRootPossible = true;
  readonly problems: readonly ProblemNote[];
  readonly #reader: BlockReader;
  readonly #inodes: InodeReader;
  readonly #budget: DiskBudget;

  /** @throws UserError if the superblock is damaged, or has features that are not supported */
  constructor(bytes: Bytes, budget: DiskBudget) {
    const superblock = readSuperblock(bytes);
    this.uuid = superblock.uuid;
    this.label = superblock.label;
    this.problems = listProblems(superblock, bytes);
    this.#reader = new BlockReader(bytes, superblock);
    this.#inodes = new InodeReader(this.#reader, superblock);
    this.#budget = budget;
  }

  readRoot(): Inode {
    const root = this.#inodes.readInode(ROOT_INODE);
    if (root.type !== 'directory') throw createDamageError('the root directory is damaged');
    return root;
  }

  /** @throws UserError if the inode does not exist, or is not in use */
  readObject(number: number): Inode {
    const inode = this.#inodes.readInode(number);
    if (inode.type === 'other' && inode.mode === 0 && inode.sizeBytes === 0) {
      throw createDamageError(`inode ${number} is not in use, but has a name`);
    }
    return inode;
  }

  readCapabilities({ number }: DiskObject): string | undefined {
    return readCapabilities(this.readObject(number), this.#reader);
  }

  /** Returns the names in a directory, without those after the damage in a damaged block. */
  readFolder({ number }: DiskObject): Folder {
    const inode = this.readObject(number);
    if (inode.isEncrypted) {
      return { entries: [], damage: createDamageError('the directory is encrypted') };
    }
    const blocks = inode.hasInlineData ? listInlineBlocks(inode) : this.#readBlocks(inode);
    return readFolderParts(Iterator.from(blocks).map(parseFolderBlock), this.#budget);
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
        yield this.#reader.readBlockRange(block + index, 0, blockBytes);
      }
      at += count;
    }
  }

  /** Returns the target of a symbolic link as written. */
  readLink({ number }: DiskObject): string {
    const inode = this.readObject(number);
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
  *streamFile({ number }: DiskObject): Generator<Buffer> {
    const inode = this.readObject(number);
    const { sizeBytes, isEncrypted, hasInlineData } = inode;
    if (isEncrypted) throw createDamageError('the file is encrypted');
    if (hasInlineData) {
      yield readInline(inode);
      return;
    }
    let done = 0;
    while (done < sizeBytes) {
      const piece = this.#readPiece(inode, done, choosePieceBytes(done, sizeBytes - done));
      done += piece.length;
      yield piece;
    }
  }

  /** Reads up to `length` bytes that are in one run. */
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
    return this.#reader.readBlockRange(block, inside, count);
  }
}

function listProblems(superblock: Superblock, { sizeBytes }: Bytes): readonly ProblemNote[] {
  const { needsRecovery, blocks, blockBytes } = superblock;
  const problems: ProblemNote[] = [];
  if (needsRecovery) problems.push(NOT_UNMOUNTED);
  if (blocks * blockBytes > sizeBytes) problems.push(TOO_LARGE);
  return problems;
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
