import type { Bytes } from '../../core/bytes.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { BlockReader } from '../disk/block-reader.ts';
import type { DiskBudget } from '../disk/disk-budget.ts';
import { createDamageError } from '../disk/disk-error.ts';
import {
  type DiskFileSystem,
  type DiskObject,
  type Folder,
  type FolderEntry,
  NOT_UNMOUNTED,
  TOO_LARGE,
} from '../disk/file-system.ts';
import { choosePieceBytes } from '../disk/piece.ts';
import { readFolderParts } from '../disk/read-folder-parts.ts';
import { findCapabilities } from './attributes.ts';
import { listExtents, type XfsReader } from './extents.ts';
import { FOLDER_DATA_BYTES_MAX, parseFolderBlock, parseSmallFolder } from './folder.ts';
import { FORKS, readXfsInode, type XfsInode } from './inode.ts';
import { isUnmounted } from './log.ts';
import { readXfsSuperblock, type XfsSuperblock } from './superblock.ts';

const LINK_BYTES_MAX = 1024;
const LINK_MAGIC = 'XSLM';
const LINK_HEAD_BYTES = 56;
/** Two of the largest blocks: no link needs more. */
const LINK_EXTENT_BYTES_MAX = 128 * 1024;

/** An XFS file system of version 4 or 5. Its log is not applied. */
export class XfsFileSystem implements DiskFileSystem {
  readonly uuid: string;
  readonly label: string;
  readonly isRootPossible = true;
  readonly problems: readonly ProblemNote[];
  readonly #reader: XfsReader;

  /** @throws UserError if the superblock is damaged, or has features that are not supported */
  constructor(bytes: Bytes, budget: DiskBudget) {
    const superblock = readXfsSuperblock(bytes);
    this.uuid = superblock.uuid;
    this.label = superblock.label;
    this.problems = listXfsProblems(superblock, bytes);
    this.#reader = { blocks: new BlockReader(bytes, superblock), superblock, budget };
  }

  readRoot(): XfsInode {
    const root = this.readObject(this.#reader.superblock.rootInode);
    if (root.type !== 'directory') throw createDamageError('the root directory is damaged');
    return root;
  }

  readObject(number: number): XfsInode {
    return readXfsInode(number, this.#reader.blocks, this.#reader.superblock);
  }

  readCapabilities({ number }: DiskObject): string | undefined {
    const { attributes } = this.readObject(number);
    return attributes && findCapabilities(attributes, this.#reader)?.toString('hex');
  }

  /** Returns the names in a directory, without those after the damage in a damaged block. */
  readFolder({ number }: DiskObject): Folder {
    const { superblock, budget } = this.#reader;
    const inode = this.readObject(number);
    const parts =
      inode.data.format === FORKS.local
        ? [parseSmallFolder(inode.data.bytes.subarray(0, inode.sizeBytes), superblock)]
        : this.#listFolderParts(inode);
    return readFolderParts(parts, budget);
  }

  /** The blocks of a directory may have several blocks of the file system, which are in a row. */
  *#listFolderParts(inode: XfsInode): Generator<Generator<FolderEntry>> {
    const { superblock, budget, blocks } = this.#reader;
    const { blockBytes, folderBlockBytes } = superblock;
    let pieces: Buffer[] = [];
    let isEmpty = true;
    for (const { start, count, block } of listExtents(inode.data, this.#reader)) {
      if (start * blockBytes >= FOLDER_DATA_BYTES_MAX) break;
      if (block === undefined) throw createDamageError('a part of the directory is missing');
      for (let index = 0; index < count; index++) {
        budget.takeFolder(blockBytes);
        pieces.push(blocks.readBlockRange(block + index, 0, blockBytes));
        isEmpty = false;
        if (pieces.length * blockBytes < folderBlockBytes) continue;
        yield parseFolderBlock(Buffer.concat(pieces), superblock);
        pieces = [];
      }
    }
    if (pieces.length > 0 || (isEmpty && inode.sizeBytes > 0)) {
      throw createDamageError('a part of the directory is missing');
    }
  }

  /** Returns the target of a symbolic link as written. */
  readLink({ number }: DiskObject): string {
    const inode = this.readObject(number);
    const { data, sizeBytes } = inode;
    if (sizeBytes > LINK_BYTES_MAX) throw createDamageError('the symbolic link is too long');
    if (data.format === FORKS.local) {
      if (sizeBytes > data.bytes.length) throw createDamageError('the symbolic link is damaged');
      return data.bytes.toString('utf8', 0, sizeBytes);
    }
    const { superblock, blocks } = this.#reader;
    // Each extent has one head, even if it has several blocks.
    const headBytes = superblock.hasChecksums ? LINK_HEAD_BYTES : 0;
    const parts: Buffer[] = [];
    for (const { count, block } of listExtents(data, this.#reader)) {
      const length = count * superblock.blockBytes;
      if (block === undefined || length > LINK_EXTENT_BYTES_MAX) {
        throw createDamageError('the symbolic link is damaged');
      }
      const part = blocks.readBlockRange(block, 0, length);
      if (headBytes > 0 && part.toString('latin1', 0, LINK_MAGIC.length) !== LINK_MAGIC) {
        throw createDamageError('the symbolic link is damaged');
      }
      parts.push(part.subarray(headBytes));
    }
    const target = Buffer.concat(parts);
    if (target.length < sizeBytes) throw createDamageError('the symbolic link is damaged');
    return target.toString('utf8', 0, sizeBytes);
  }

  /**
   * Yields the content of a file in pieces, a short one first. Holes are zeros.
   *
   * @throws UserError if a part of it is not on the disk, or a limit is exceeded
   */
  *streamFile({ number }: DiskObject): Generator<Buffer> {
    const { data, sizeBytes } = this.readObject(number);
    const { blockBytes } = this.#reader.superblock;
    let done = 0;
    for (const { start, count, block } of listExtents(data, this.#reader)) {
      const begin = Math.min(start * blockBytes, sizeBytes);
      const end = Math.min((start + count) * blockBytes, sizeBytes);
      yield* this.#streamRun({ from: done, to: begin });
      yield* this.#streamRun({ from: begin, to: end, block });
      done = end;
    }
    yield* this.#streamRun({ from: done, to: sizeBytes });
  }

  /** Yields a part of a file that is in a row on the disk, or a hole. */
  *#streamRun({ from, to, block }: FileRun): Generator<Buffer> {
    const { budget, blocks } = this.#reader;
    let at = from;
    while (at < to) {
      const count = choosePieceBytes(at, to - at);
      if (block === undefined) {
        budget.takeHole(count);
        yield Buffer.alloc(count);
      } else {
        budget.takeRead(count);
        yield blocks.readBlockRange(block, at - from, count);
      }
      at += count;
    }
  }
}

interface FileRun {
  readonly from: number;
  readonly to: number;
  /** The block of `from`; absent in a hole. */
  readonly block?: number | undefined;
}

function listXfsProblems(superblock: XfsSuperblock, bytes: Bytes): readonly ProblemNote[] {
  const { blocks, blockBytes, needsRepair, logStart } = superblock;
  const problems: ProblemNote[] = [];
  if (needsRepair) {
    problems.push({ code: 'P_MALFORMED', message: 'it is marked as damaged (xfs_repair)' });
  }
  if (logStart === 0) {
    const message = 'its log is on another device: its newest changes may be missing';
    problems.push({ code: 'P_UNSUPPORTED', message });
  } else if (!isUnmounted(bytes, superblock)) {
    problems.push(NOT_UNMOUNTED);
  }
  if (blocks * blockBytes > bytes.sizeBytes) problems.push(TOO_LARGE);
  return problems;
}
