import type { BlockReader } from '../disk/block-reader.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { DiskObject } from '../disk/file-system.ts';
import { readFileType } from '../disk/file-type.ts';
import type { Superblock } from './superblock.ts';

export const ROOT_INODE = 2;
const OLD_INODE_BYTES = 128;
const DESCRIPTOR_HIGH_BYTES = 64;

const FLAGS = {
  encrypted: 0x800,
  extents: 0x8_0000,
  inlineData: 0x1000_0000,
};

/** One file, directory or other object of a file system. */
export interface Inode extends DiskObject {
  readonly hasExtents: boolean;
  readonly hasInlineData: boolean;
  readonly isEncrypted: boolean;
  /** Whether the target of a symbolic link is in the inode. */
  readonly isFastLink: boolean;
  /** The 60 bytes with the map of its blocks, or with its content. */
  readonly map: Buffer;
  /** Attributes after the fields of the inode; empty if there are none. */
  readonly attributes: Buffer;
  /** Block with further attributes; 0 if there is none. */
  readonly attributeBlock: number;
}

/** Finds and reads inodes. */
export class InodeReader {
  readonly #reader: BlockReader;
  readonly #superblock: Superblock;

  constructor(reader: BlockReader, superblock: Superblock) {
    this.#reader = reader;
    this.#superblock = superblock;
  }

  /**
   * Reads an inode.
   *
   * @throws UserError if it does not exist
   */
  readInode(number: number): Inode {
    const { inodes, inodesPerGroup, inodeBytes, blockBytes } = this.#superblock;
    if (number < 1 || number > inodes) throw createDamageError(`inode ${number} does not exist`);
    const table = this.#findTable(Math.floor((number - 1) / inodesPerGroup));
    const offset = ((number - 1) % inodesPerGroup) * inodeBytes;
    const block = this.#reader.readBlock(table + Math.floor(offset / blockBytes));
    const start = offset % blockBytes;
    return parseInode(number, block.subarray(start, start + inodeBytes), this.#superblock);
  }

  /** Returns the first block of a group's inodes. */
  #findTable(group: number): number {
    const { descriptorBytes, blockBytes } = this.#superblock;
    const perBlock = blockBytes / descriptorBytes;
    const place = this.#findDescriptors(Math.floor(group / perBlock));
    const block = this.#reader.readBlock(place);
    const at = (group % perBlock) * descriptorBytes;
    const high = descriptorBytes >= DESCRIPTOR_HIGH_BYTES ? block.readUInt32LE(at + 0x28) : 0;
    return block.readUInt32LE(at + 0x8) + high * 2 ** 32;
  }

  /** Returns the place of one of the blocks with descriptors of groups. */
  #findDescriptors(index: number): number {
    const { firstMetaGroup, descriptorBytes, blockBytes, blocksPerGroup, firstDataBlock } =
      this.#superblock;
    const superblockBlock = blockBytes === SUPERBLOCK_OFFSET ? 1 : 0;
    if (index < firstMetaGroup) return superblockBlock + 1 + index;
    const group = index * (blockBytes / descriptorBytes);
    const hasCopy = this.#superblock.hasSuperblock(group);
    // With one block per cluster, the first group begins before the superblock.
    const isBefore = group === 0 && superblockBlock > firstDataBlock;
    return group * blocksPerGroup + firstDataBlock + (hasCopy ? 1 : 0) + (isBefore ? 1 : 0);
  }
}

const SUPERBLOCK_OFFSET = 1024;

function parseInode(number: number, bytes: Buffer, superblock: Superblock): Inode {
  const mode = bytes.readUInt16LE(0x0);
  const type = readFileType(mode);
  const flags = bytes.readUInt32LE(0x20);
  const hasHighSize = type === 'regular' || superblock.hasLargeFolders;
  const high = hasHighSize ? bytes.readUInt32LE(0x6c) : 0;
  const sizeBytes = bytes.readUInt32LE(0x4) + high * 2 ** 32;
  if (!Number.isSafeInteger(sizeBytes)) {
    throw createDamageError(`the size of inode ${number} is impossible`);
  }
  const attributeBlock = bytes.readUInt32LE(0x68) + bytes.readUInt16LE(0x76) * 2 ** 32;
  const hasInlineData = (flags & FLAGS.inlineData) !== 0;
  const inode = {
    number,
    type,
    mode: mode & 0o7777,
    uid: bytes.readUInt16LE(0x2) + bytes.readUInt16LE(0x78) * 2 ** 16,
    gid: bytes.readUInt16LE(0x18) + bytes.readUInt16LE(0x7a) * 2 ** 16,
    sizeBytes,
    hasExtents: (flags & FLAGS.extents) !== 0,
    hasInlineData,
    isEncrypted: (flags & FLAGS.encrypted) !== 0,
    map: Buffer.from(bytes.subarray(0x28, 0x64)),
    attributes: sliceAttributes(bytes),
    attributeBlock,
  };
  return { ...inode, isFastLink: isFastLink(inode, bytes, superblock) };
}

/** As in Linux: a link without blocks of its own has its target in the inode. */
function isFastLink(
  inode: Omit<Inode, 'isFastLink'>,
  bytes: Buffer,
  { hasAttributeInodes, blockBytes }: Superblock,
): boolean {
  if (inode.type !== 'symlink' || inode.hasInlineData) return false;
  if (hasAttributeInodes) return inode.sizeBytes < inode.map.length;
  const sectors = bytes.readUInt32LE(0x1c) + bytes.readUInt16LE(0x74) * 2 ** 32;
  const attributeSectors = inode.attributeBlock === 0 ? 0 : blockBytes / 512;
  return sectors <= attributeSectors && inode.sizeBytes <= inode.map.length;
}

function sliceAttributes(bytes: Buffer): Buffer {
  if (bytes.length <= OLD_INODE_BYTES) return bytes.subarray(0, 0);
  const start = OLD_INODE_BYTES + bytes.readUInt16LE(OLD_INODE_BYTES);
  return Buffer.from(bytes.subarray(Math.min(start, bytes.length)));
}
