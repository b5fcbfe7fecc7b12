import { createDamageError } from '../disk/disk-error.ts';
import { listExtents, type XfsExtent, type XfsReader } from './extents.ts';
import { FORKS, type Fork } from './inode.ts';

const NAME = 'capability';
/** The name space of attributes whose full names begin with `security.` */
const SECURE_FLAG = 0x4;
const LOCAL_FLAG = 0x1;
const SMALL = { headBytes: 4, entryBytes: 3 };
const ENTRY_BYTES = 8;
const BLOCK = {
  old: { leaf: 0xfbee, node: 0xfebe, headBytes: 32, nodeHeadBytes: 16 },
  new: { leaf: 0x3bee, node: 0x3ebe, headBytes: 80, nodeHeadBytes: 64 },
};

/**
 * Returns the attribute `security.capability`.
 *
 * @throws UserError if the attributes are damaged
 */
export function findCapabilities(fork: Fork, reader: XfsReader): Buffer | undefined {
  if (fork.format === FORKS.local) return findSmall(fork.bytes);
  if (fork.format === FORKS.extents && fork.extents === 0) return undefined;
  const extents = [...listExtents(fork, reader)];
  const { leaf, headBytes } = reader.superblock.hasChecksums ? BLOCK.new : BLOCK.old;
  const passed = new Set<number>();
  let at = findFirstLeaf(extents, reader);
  do {
    const block = readAttributeBlock(at, extents, reader);
    if (passed.has(at) || block.readUInt16BE(8) !== leaf) throw createAttributeError();
    passed.add(at);
    const found = findInLeaf(block, headBytes);
    if (found !== undefined) return found;
    at = block.readUInt32BE(0);
  } while (at !== 0);
  return undefined;
}

/** Attributes in the inode: for each, the lengths of name and value, flags, name and value. */
function findSmall(bytes: Buffer): Buffer | undefined {
  const count = bytes.readUInt8(2);
  let at = SMALL.headBytes;
  for (let index = 0; index < count; index++) {
    if (at + SMALL.entryBytes > bytes.length) throw createAttributeError();
    const start = at + SMALL.entryBytes;
    const valueAt = start + bytes.readUInt8(at);
    const end = valueAt + bytes.readUInt8(at + 1);
    if (end > bytes.length) throw createAttributeError();
    const isSecure = (bytes.readUInt8(at + 2) & SECURE_FLAG) !== 0;
    if (isSecure && bytes.toString('latin1', start, valueAt) === NAME) {
      return bytes.subarray(valueAt, end);
    }
    at = end;
  }
  return undefined;
}

/** Goes down the tree of attributes, if there is one. */
function findFirstLeaf(extents: readonly XfsExtent[], reader: XfsReader): number {
  const { node, nodeHeadBytes } = reader.superblock.hasChecksums ? BLOCK.new : BLOCK.old;
  const passed = new Set<number>();
  let at = 0;
  while (!passed.has(at)) {
    const block = readAttributeBlock(at, extents, reader);
    if (block.readUInt16BE(8) !== node) return at;
    passed.add(at);
    at = block.readUInt32BE(nodeHeadBytes + 4);
  }
  throw createAttributeError();
}

function findInLeaf(block: Buffer, headBytes: number): Buffer | undefined {
  const count = block.readUInt16BE(headBytes === BLOCK.new.headBytes ? 56 : 12);
  if (headBytes + count * ENTRY_BYTES > block.length) throw createAttributeError();
  for (let index = 0; index < count; index++) {
    const at = headBytes + index * ENTRY_BYTES;
    const flags = block.readUInt8(at + 6);
    const place = block.readUInt16BE(at + 4);
    if ((flags & SECURE_FLAG) === 0) continue;
    // Large values are elsewhere, after a longer head; a capability is never large.
    const start = place + ((flags & LOCAL_FLAG) === 0 ? 9 : 3);
    if (start > block.length) throw createAttributeError();
    const valueAt = start + block.readUInt8(start - 1);
    if (block.toString('latin1', start, valueAt) !== NAME) continue;
    const end = valueAt + block.readUInt16BE(place);
    if ((flags & LOCAL_FLAG) === 0 || end > block.length) throw createAttributeError();
    return block.subarray(valueAt, end);
  }
  return undefined;
}

function readAttributeBlock(
  at: number,
  extents: readonly XfsExtent[],
  { blocks, superblock, budget }: XfsReader,
): Buffer {
  const extent = extents.find(({ start, count }) => at >= start && at < start + count);
  if (extent?.block === undefined) throw createAttributeError();
  budget.takeRead(superblock.blockBytes);
  return blocks.readBlock(extent.block + at - extent.start);
}

function createAttributeError(): Error {
  return createDamageError('its attributes are damaged');
}
