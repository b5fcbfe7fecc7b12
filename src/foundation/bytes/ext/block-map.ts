import type { BlockReader } from '../disk/block-reader.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { Inode } from './inode.ts';

/** Successive blocks of a file: in a row on the disk, or a hole. */
export interface Run {
  /** First block on the disk; `undefined` in a hole. */
  readonly block: number | undefined;
  /** At least one. */
  readonly blocks: number;
}

const EXTENT = { magic: 0xf30a, bytes: 12, depthMax: 5, lengthMax: 32_768 };
const BLOCKS_MAX = 2 ** 32;

/** Finds the run that begins with a block of a file. */
export function findRun(inode: Inode, block: number, reader: BlockReader): Run {
  return inode.hasExtents
    ? findInExtents(inode.map, block, { reader, end: BLOCKS_MAX })
    : findInPointers(inode.map, block, reader);
}

interface NodeOptions {
  readonly reader: BlockReader;
  /** The first block after those of the node. */
  readonly end: number;
  /** Depth that the parent requires; the root has any. */
  readonly depth?: number;
}

function findInExtents(node: Buffer, block: number, { reader, end, depth }: NodeOptions): Run {
  const entries = node.readUInt16LE(2);
  const nodeDepth = node.readUInt16LE(6);
  const isValid =
    node.readUInt16LE(0) === EXTENT.magic &&
    nodeDepth <= EXTENT.depthMax &&
    (depth === undefined || nodeDepth === depth) &&
    (entries + 1) * EXTENT.bytes <= node.length;
  if (!isValid) throw createDamageError('the list of its blocks (extents) is damaged');
  const { index, next } = findEntry(node, entries, block);
  const after = Math.min(next, end);
  if (index === undefined) return createHole(block, after);
  const at = (index + 1) * EXTENT.bytes;
  if (nodeDepth > 0) {
    const child = node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32;
    const options = { reader, end: after, depth: nodeDepth - 1 };
    return findInExtents(reader.readBlock(child), block, options);
  }
  const skipped = block - node.readUInt32LE(at);
  const length = node.readUInt16LE(at + 4);
  const isWritten = length <= EXTENT.lengthMax;
  const blocks = (isWritten ? length : length - EXTENT.lengthMax) - skipped;
  if (blocks <= 0) return createHole(block, after);
  if (block + blocks > after) throw createDamageError('the extents of the file overlap');
  const first = node.readUInt32LE(at + 8) + node.readUInt16LE(at + 6) * 2 ** 32;
  return { block: isWritten ? first + skipped : undefined, blocks };
}

function createHole(block: number, after: number): Run {
  return { block: undefined, blocks: Math.max(1, after - block) };
}

interface FoundEntry {
  readonly index: number | undefined;
  readonly next: number;
}

/** Finds the last entry that does not begin after a block. Entries must be in order. */
function findEntry(node: Buffer, entries: number, block: number): FoundEntry {
  let low = 0;
  let high = entries;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (node.readUInt32LE((middle + 1) * EXTENT.bytes) <= block) low = middle + 1;
    else high = middle;
  }
  const next = low < entries ? node.readUInt32LE((low + 1) * EXTENT.bytes) : BLOCKS_MAX;
  return { index: low === 0 ? undefined : low - 1, next };
}

const DIRECT_BLOCKS = 12;
const LEVELS = 3;

/** The map of ext2 and ext3: direct blocks, then up to three levels of blocks of pointers. */
function findInPointers(map: Buffer, block: number, reader: BlockReader): Run {
  if (block < DIRECT_BLOCKS) return countRun(map, block, DIRECT_BLOCKS);
  const perBlock = reader.blockBytes / 4;
  let first = DIRECT_BLOCKS;
  for (let level = 1; level <= LEVELS; level++) {
    const size = perBlock ** level;
    if (block < first + size) {
      const pointer = map.readUInt32LE((DIRECT_BLOCKS + level - 1) * 4);
      return followPointers({ pointer, level, inside: block - first }, reader);
    }
    first += size;
  }
  throw createDamageError('the file is larger than its list of blocks allows');
}

interface PointerPlace {
  readonly pointer: number;
  readonly level: number;
  readonly inside: number;
}

function followPointers({ pointer, level, inside }: PointerPlace, reader: BlockReader): Run {
  const perBlock = reader.blockBytes / 4;
  const size = perBlock ** level;
  if (pointer === 0) return { block: undefined, blocks: size - inside };
  const block = reader.readBlock(pointer);
  if (level === 1) return countRun(block, inside, perBlock);
  const step = size / perBlock;
  const index = Math.floor(inside / step);
  const next = block.readUInt32LE(index * 4);
  return followPointers({ pointer: next, level: level - 1, inside: inside % step }, reader);
}

function countRun(pointers: Buffer, index: number, end: number): Run {
  const block = pointers.readUInt32LE(index * 4);
  let blocks = 1;
  while (index + blocks < end) {
    const next = pointers.readUInt32LE((index + blocks) * 4);
    if (next !== (block === 0 ? 0 : block + blocks)) break;
    blocks++;
  }
  return { block: block === 0 ? undefined : block, blocks };
}
