import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createDamageError } from '../disk/disk-error.ts';
import { formatUuid, readLabel } from '../disk/volume-name.ts';

/* "XFS Algorithms & Data Structures", 3rd edition, and Linux, `fs/xfs/libxfs/xfs_format.h`. */
const SUPERBLOCK_BYTES = 512;
const MAGIC = 'XFSB';
const BLOCK_BITS = { min: 9, max: 16 };
const INODE_BITS = { min: 8, max: 11 };
const FOLDER_BITS_MAX = 16;
const VERSIONS = { old: 4, new: 5 };
const VERSION_MASK = 0xf;
/** Bits of the version that only version 4 has. */
const OLD_FEATURES = { directories2: 0x2000, moreBits: 0x8000 };
const OLD_FILE_TYPES = 0x200;

/** Incompatible features that are supported. A file system with any other is rejected. */
const FEATURES = {
  fileTypes: 0x1,
  sparseInodes: 0x2,
  metaUuid: 0x4,
  bigTime: 0x8,
  needsRepair: 0x10,
  manyExtents: 0x20,
  exchangeRange: 0x40,
  parents: 0x80,
};
const KNOWN_FEATURES = Object.values(FEATURES).reduce((all, feature) => all | feature, 0);

/** The description of an XFS file system. */
export interface XfsSuperblock {
  readonly blockBytes: number;
  readonly blocks: number;
  readonly groups: number;
  readonly groupBlocks: number;
  /** Bits of the number of a block in its group. */
  readonly groupBits: number;
  readonly inodeBytes: number;
  /** Bits of the number of an inode in its block. */
  readonly inodeBits: number;
  readonly folderBlockBytes: number;
  readonly rootInode: number;
  /** 0 if the log is on another device. */
  readonly logStart: number;
  readonly logBlocks: number;
  readonly hasChecksums: boolean;
  readonly hasFileTypes: boolean;
  readonly needsRepair: boolean;
  readonly uuid: string;
  readonly label: string;
}

/**
 * Reads the superblock.
 *
 * @throws UserError if it is malformed, or has a feature that is not supported
 */
export function readXfsSuperblock(bytes: Bytes): XfsSuperblock {
  const sector = toBuffer(bytes.read(0, SUPERBLOCK_BYTES));
  if (sector.length < SUPERBLOCK_BYTES || sector.toString('latin1', 0, 4) !== MAGIC) {
    throw createDamageError('the superblock is missing');
  }
  const blockBits = sector.readUInt8(120);
  const { hasChecksums, hasFileTypes, needsRepair } = readFeatures(sector);
  const superblock: XfsSuperblock = {
    blockBytes: sector.readUInt32BE(4),
    blocks: readNumber(sector, 8),
    groups: sector.readUInt32BE(88),
    groupBlocks: sector.readUInt32BE(84),
    groupBits: sector.readUInt8(124),
    inodeBytes: sector.readUInt16BE(104),
    inodeBits: sector.readUInt8(123),
    folderBlockBytes: 2 ** Math.min(blockBits + sector.readUInt8(192), 2 * FOLDER_BITS_MAX),
    rootInode: readNumber(sector, 56),
    logStart: readNumber(sector, 48),
    logBlocks: sector.readUInt32BE(96),
    hasChecksums,
    hasFileTypes,
    needsRepair,
    uuid: formatUuid(sector.subarray(32, 48)),
    label: readLabel(sector.subarray(108, 120)),
  };
  checkSuperblock(superblock, { blockBits, inodeSizeBits: sector.readUInt8(122) });
  return superblock;
}

interface Features {
  readonly hasChecksums: boolean;
  readonly hasFileTypes: boolean;
  readonly needsRepair: boolean;
}

function readFeatures(sector: Buffer): Features {
  const bits = sector.readUInt16BE(100);
  const version = bits & VERSION_MASK;
  if (version === VERSIONS.old && (bits & OLD_FEATURES.directories2) !== 0) {
    const more = (bits & OLD_FEATURES.moreBits) === 0 ? 0 : sector.readUInt32BE(200);
    const hasFileTypes = (more & OLD_FILE_TYPES) !== 0;
    return { hasChecksums: false, hasFileTypes, needsRepair: false };
  }
  const features = sector.readUInt32BE(216);
  const unknown = (features & ~KNOWN_FEATURES) >>> 0;
  if (version !== VERSIONS.new || unknown !== 0) {
    const text = `version ${version}, features 0x${unknown.toString(16)}`;
    throw createDamageError(`its version or features are not supported (${text})`);
  }
  return {
    hasChecksums: true,
    hasFileTypes: (features & FEATURES.fileTypes) !== 0,
    needsRepair: (features & FEATURES.needsRepair) !== 0,
  };
}

interface StatedBits {
  readonly blockBits: number;
  readonly inodeSizeBits: number;
}

function checkSuperblock(
  superblock: XfsSuperblock,
  { blockBits, inodeSizeBits }: StatedBits,
): void {
  const { blockBytes, blocks, groups, groupBlocks, groupBits, inodeBytes } = superblock;
  const isValid =
    blockBits >= BLOCK_BITS.min &&
    blockBits <= BLOCK_BITS.max &&
    blockBytes === 2 ** blockBits &&
    inodeSizeBits >= INODE_BITS.min &&
    inodeSizeBits <= INODE_BITS.max &&
    inodeBytes === 2 ** inodeSizeBits &&
    superblock.inodeBits === blockBits - inodeSizeBits &&
    superblock.folderBlockBytes <= 2 ** FOLDER_BITS_MAX &&
    groups > 0 &&
    groupBlocks > 0 &&
    groupBlocks <= 2 ** groupBits &&
    blocks <= groups * groupBlocks &&
    Number.isSafeInteger(groups * 2 ** (groupBits + blockBits));
  if (!isValid) throw createDamageError('the superblock is malformed');
}

/** Reads 64 bits; as damage, a number that is not exact. */
export function readNumber(bytes: Buffer, at: number): number {
  const value = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(value)) throw createDamageError('a number is impossible');
  return value;
}

/** Returns the number of a block on the disk; the stated one consists of group and place. */
export function placeBlock(block: number, superblock: XfsSuperblock): number {
  const { groups, groupBlocks, groupBits } = superblock;
  const group = Math.floor(block / 2 ** groupBits);
  const inGroup = block % 2 ** groupBits;
  if (group >= groups || inGroup >= groupBlocks) {
    throw createDamageError(`block ${block} does not exist`);
  }
  return group * groupBlocks + inGroup;
}
