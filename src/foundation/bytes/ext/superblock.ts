import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createDamageError } from '../disk/disk-error.ts';
import { formatUuid, readLabel } from '../disk/volume-name.ts';

/* Linux, `Documentation/filesystems/ext4`. All numbers are little-endian. */
const SUPERBLOCK = { offset: 1024, bytes: 1024, magic: 0xef53 };
const BLOCK_BITS = { min: 10, max: 16 };
const INODE_BYTES = { min: 128, old: 128 };
const DESCRIPTOR_BYTES = { old: 32, min: 64, max: 1024 };

/** Incompatible features that are supported. A file system with any other is rejected. */
const FEATURES = {
  filetype: 0x2,
  recover: 0x4,
  metaGroups: 0x10,
  extents: 0x40,
  wide: 0x80,
  mmp: 0x100,
  flexGroups: 0x200,
  attributeInodes: 0x400,
  checksumSeed: 0x2000,
  largeFolders: 0x4000,
  inlineData: 0x8000,
  encrypt: 0x1_0000,
  casefold: 0x2_0000,
};
const KNOWN_FEATURES = Object.values(FEATURES).reduce((all, feature) => all | feature, 0);
const SPARSE_SUPER = 0x1;
const SPARSE_SUPER_2 = 0x200;

/** The description of an ext2, ext3 or ext4 file system. */
export interface Superblock {
  readonly blockBytes: number;
  readonly blocks: number;
  readonly inodes: number;
  readonly inodeBytes: number;
  readonly inodesPerGroup: number;
  readonly blocksPerGroup: number;
  readonly firstDataBlock: number;
  readonly descriptorBytes: number;
  /** The first block of descriptors that is in its own group; infinite if none is. */
  readonly firstMetaGroup: number;
  readonly hasSuperblock: (group: number) => boolean;
  readonly uuid: string;
  readonly label: string;
  /** Whether changes in the journal are not in the file system yet. */
  readonly needsRecovery: boolean;
  readonly hasAttributeInodes: boolean;
  readonly hasLargeFolders: boolean;
}

/**
 * Reads the superblock.
 *
 * @throws UserError if it is malformed, or has a feature that is not supported
 */
export function readSuperblock(bytes: Bytes): Superblock {
  const block = toBuffer(bytes.read(SUPERBLOCK.offset, SUPERBLOCK.bytes));
  if (block.length < SUPERBLOCK.bytes || block.readUInt16LE(0x38) !== SUPERBLOCK.magic) {
    throw createDamageError('the superblock is missing');
  }
  const incompatible = block.readUInt32LE(0x60);
  const unknown = (incompatible & ~KNOWN_FEATURES) >>> 0;
  if (unknown !== 0) {
    throw createDamageError(`its features are not supported (0x${unknown.toString(16)})`);
  }
  const isWide = (incompatible & FEATURES.wide) !== 0;
  const isOld = block.readUInt32LE(0x4c) === 0;
  const descriptorBytes = isWide ? block.readUInt16LE(0xfe) : DESCRIPTOR_BYTES.old;
  const blockBits = BLOCK_BITS.min + block.readUInt32LE(0x18);
  const blocks = block.readUInt32LE(0x4) + (isWide ? block.readUInt32LE(0x150) * 2 ** 32 : 0);
  const hasMetaGroups = (incompatible & FEATURES.metaGroups) !== 0;
  const superblock: Superblock = {
    blockBytes: blockBits <= BLOCK_BITS.max ? 2 ** blockBits : 0,
    blocks,
    inodes: block.readUInt32LE(0x0),
    inodeBytes: isOld ? INODE_BYTES.old : block.readUInt16LE(0x58),
    inodesPerGroup: block.readUInt32LE(0x28),
    blocksPerGroup: block.readUInt32LE(0x20),
    firstDataBlock: block.readUInt32LE(0x14),
    descriptorBytes,
    firstMetaGroup: hasMetaGroups ? block.readUInt32LE(0x104) : Number.POSITIVE_INFINITY,
    hasSuperblock: createCopyFinder(block),
    uuid: formatUuid(block.subarray(0x68, 0x78)),
    label: readLabel(block.subarray(0x78, 0x88)),
    needsRecovery: (incompatible & FEATURES.recover) !== 0,
    hasAttributeInodes: (incompatible & FEATURES.attributeInodes) !== 0,
    hasLargeFolders: (incompatible & FEATURES.largeFolders) !== 0,
  };
  checkSuperblock(superblock, isWide);
  return superblock;
}

function checkSuperblock(superblock: Superblock, isWide: boolean): void {
  const { blockBytes, inodeBytes, descriptorBytes, inodesPerGroup, blocksPerGroup } = superblock;
  const isValid =
    blockBytes > 0 &&
    isPowerOfTwo(inodeBytes) &&
    inodeBytes >= INODE_BYTES.min &&
    inodeBytes <= blockBytes &&
    isPowerOfTwo(descriptorBytes) &&
    descriptorBytes >= (isWide ? DESCRIPTOR_BYTES.min : DESCRIPTOR_BYTES.old) &&
    descriptorBytes <= DESCRIPTOR_BYTES.max &&
    inodesPerGroup > 0 &&
    blocksPerGroup > 0 &&
    Number.isSafeInteger(superblock.blocks * blockBytes);
  if (!isValid) throw createDamageError('the superblock is malformed');
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

/** Groups with a copy of the superblock: all, or only the first ones and powers of 3, 5 and 7. */
function createCopyFinder(block: Buffer): (group: number) => boolean {
  if ((block.readUInt32LE(0x5c) & SPARSE_SUPER_2) !== 0) {
    const copies = [0, block.readUInt32LE(0x24c), block.readUInt32LE(0x250)];
    return (group) => copies.includes(group);
  }
  const isSparse = (block.readUInt32LE(0x64) & SPARSE_SUPER) !== 0;
  return (group) => group <= 1 || !isSparse || [3, 5, 7].some((base) => isPowerOfBase(group, base));
}

function isPowerOfBase(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}
