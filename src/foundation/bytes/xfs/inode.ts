import type { BlockReader } from '../disk/block-reader.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { DiskObject } from '../disk/file-system.ts';
import { readFileType } from '../disk/file-type.ts';
import { placeBlock, readNumber, type XfsSuperblock } from './superblock.ts';

const MAGIC = 0x494e;
const HEAD_BYTES = { old: 100, new: 176 };
const VERSION_MAX = 3;
const REALTIME_FLAG = 0x1;
const MANY_EXTENTS_FLAG = 0x10;

/** How a part of an inode stores its content. */
export const FORKS = { local: 1, extents: 2, tree: 3 };

/** The place of a file's content or of its attributes. */
export interface Fork {
  /** One of {@link FORKS}, or another number. */
  readonly format: number;
  /** Number of extents, if it lists them. */
  readonly extents: number;
  readonly bytes: Buffer;
}

export interface XfsInode extends DiskObject {
  readonly data: Fork;
  /** Absent without attributes. */
  readonly attributes?: Fork;
}

/**
 * Reads an inode.
 *
 * @throws UserError if it does not exist
 */
export function readXfsInode(
  number: number,
  reader: BlockReader,
  superblock: XfsSuperblock,
): XfsInode {
  const { inodeBits, inodeBytes } = superblock;
  const block = placeBlock(Math.floor(number / 2 ** inodeBits), superblock);
  const start = (number % 2 ** inodeBits) * inodeBytes;
  const bytes = reader.readBlock(block).subarray(start, start + inodeBytes);
  const version = bytes.readUInt8(4);
  const isNew = version === VERSION_MAX;
  if (bytes.readUInt16BE(0) !== MAGIC || version === 0 || version > VERSION_MAX) {
    throw createDamageError(`inode ${number} does not exist, or is damaged`);
  }
  // Inodes of version 3 have their own number.
  if (isNew && readNumber(bytes, 152) !== number) {
    throw createDamageError(`inode ${number} has another number`);
  }
  const mode = bytes.readUInt16BE(2);
  if (mode === 0) throw createDamageError(`inode ${number} is not in use, but has a name`);
  if ((bytes.readUInt16BE(90) & REALTIME_FLAG) !== 0) {
    throw createDamageError('the content is on a realtime device, which is not read');
  }
  return {
    number,
    type: readFileType(mode),
    mode: mode & 0o7777,
    uid: bytes.readUInt32BE(8),
    gid: bytes.readUInt32BE(12),
    sizeBytes: readNumber(bytes, 56),
    ...readForks(bytes, isNew),
  };
}

function readForks(bytes: Buffer, isNew: boolean): Pick<XfsInode, 'attributes' | 'data'> {
  const content = bytes.subarray(isNew ? HEAD_BYTES.new : HEAD_BYTES.old);
  const hasMany = isNew && (bytes.readUInt32BE(124) & MANY_EXTENTS_FLAG) !== 0;
  const offset = bytes.readUInt8(82) * 8;
  if (offset >= content.length) throw createDamageError('the inode is damaged');
  const extents = hasMany ? readNumber(bytes, 24) : bytes.readUInt32BE(76);
  const end = offset === 0 ? content.length : offset;
  const data: Fork = { format: bytes.readUInt8(5), extents, bytes: content.subarray(0, end) };
  if (offset === 0) return { data };
  return {
    data,
    attributes: {
      format: bytes.readUInt8(83),
      extents: hasMany ? bytes.readUInt32BE(76) : bytes.readUInt16BE(80),
      bytes: content.subarray(offset),
    },
  };
}
