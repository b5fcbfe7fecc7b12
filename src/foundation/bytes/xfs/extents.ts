import type { BlockReader } from '../disk/block-reader.ts';
import type { DiskBudget } from '../disk/disk-budget.ts';
import { createDamageError } from '../disk/disk-error.ts';
import { FORKS, type Fork } from './inode.ts';
import { placeBlock, readNumber, type XfsSuperblock } from './superblock.ts';

/** What is needed to read the structure of a file system. */
export interface XfsReader {
  readonly blocks: BlockReader;
  readonly superblock: XfsSuperblock;
  readonly budget: DiskBudget;
}

/** Successive blocks of a file, in a row on the disk. Blocks in no extent are zeros. */
export interface XfsExtent {
  /** The first block in the file. */
  readonly start: number;
  readonly count: number;
  /** The first block on the disk; `undefined` for blocks of zeros. */
  readonly block: number | undefined;
}

const EXTENT_BYTES = 16;
const KEY_BYTES = 8;
const ROOT_HEAD_BYTES = 4;
const TREE = {
  old: { magic: 0x424d_4150, headBytes: 24 },
  new: { magic: 0x424d_4133, headBytes: 72 },
};
const LEVEL_MAX = 9;

/**
 * Yields the extents of a file in order.
 *
 * @throws UserError if they overlap, are outside the disk, or their tree is damaged
 */
export function* listExtents(fork: Fork, reader: XfsReader): Generator<XfsExtent> {
  let end = 0;
  for (const extent of listAll(fork, reader)) {
    if (extent.start < end || extent.count === 0) {
      throw createDamageError('the extents of the file overlap, or are not in order');
    }
    end = extent.start + extent.count;
    yield extent;
  }
}

function* listAll({ format, extents, bytes }: Fork, reader: XfsReader): Generator<XfsExtent> {
  if (format === FORKS.extents) {
    yield* parseExtents(bytes, extents, reader);
  } else if (format === FORKS.tree) {
    const level = bytes.readUInt16BE(0);
    const most = Math.floor((bytes.length - ROOT_HEAD_BYTES) / (2 * KEY_BYTES));
    const pointers = listPointers(bytes, ROOT_HEAD_BYTES + most * KEY_BYTES, most);
    if (level === 0 || level > LEVEL_MAX) throw createTreeError();
    for (const pointer of pointers) yield* walkTree(pointer, level - 1, reader);
  } else {
    throw createTreeError();
  }
}

function* walkTree(pointer: number, level: number, reader: XfsReader): Generator<XfsExtent> {
  const { blocks, superblock, budget } = reader;
  const { magic, headBytes } = superblock.hasChecksums ? TREE.new : TREE.old;
  budget.takeRead(superblock.blockBytes);
  const block = blocks.readBlock(placeBlock(pointer, superblock));
  if (block.readUInt32BE(0) !== magic || block.readUInt16BE(4) !== level) throw createTreeError();
  if (level === 0) {
    yield* parseExtents(block.subarray(headBytes), block.readUInt16BE(6), reader);
    return;
  }
  const most = Math.floor((block.length - headBytes) / (2 * KEY_BYTES));
  const pointers = listPointers(block.subarray(4), headBytes - 4 + most * KEY_BYTES, most);
  for (const child of pointers) yield* walkTree(child, level - 1, reader);
}

/** The number of pointers is after the level, in the head of a node. */
function listPointers(node: Buffer, start: number, most: number): readonly number[] {
  const count = node.readUInt16BE(2);
  if (count === 0 || count > most) throw createTreeError();
  return Array.from({ length: count }, (_, index) => readNumber(node, start + index * 8));
}

function* parseExtents(bytes: Buffer, count: number, reader: XfsReader): Generator<XfsExtent> {
  if (count * EXTENT_BYTES > bytes.length) throw createTreeError();
  for (let index = 0; index < count; index++) {
    yield parseExtent(bytes, index * EXTENT_BYTES, reader.superblock);
  }
}

/** 1 bit for blocks that were not written, 54 for the start, 52 for the block, 21 for the count. */
function parseExtent(bytes: Buffer, at: number, superblock: XfsSuperblock): XfsExtent {
  const high = bytes.readBigUInt64BE(at);
  const low = bytes.readBigUInt64BE(at + 8);
  const isUnwritten = high >> 63n === 1n;
  const start = Number((high >> 9n) & 0x3f_ffff_ffff_ffffn);
  const count = Number(low & 0x1f_ffffn);
  const stated = Number(((high & 0x1ffn) << 43n) | (low >> 21n));
  const first = placeBlock(stated, superblock);
  // An extent does not leave its group.
  if ((first % superblock.groupBlocks) + count > superblock.groupBlocks) {
    throw createDamageError(`block ${stated + count - 1} does not exist`);
  }
  return { start, count, block: isUnwritten ? undefined : first };
}

function createTreeError(): Error {
  return createDamageError('the list of its blocks (extents) is damaged');
}
