import { createDamageError } from '../disk/disk-error.ts';
import { decodeFileName, SELF_AND_PARENT } from '../disk/file-name.ts';
import type { FolderEntry } from '../disk/file-system.ts';
import { readNumber, type XfsSuperblock } from './superblock.ts';

/** Offset in a directory after which there are indexes of the names. */
export const FOLDER_DATA_BYTES_MAX = 32 * 1024 ** 3;

const BLOCK = {
  old: { single: 'XD2B', data: 'XD2D', headBytes: 16 },
  new: { single: 'XDB3', data: 'XDD3', headBytes: 64 },
};
const FREE_TAG = 0xffff;
const TAIL_BYTES = 8;
const INDEX_ENTRY_BYTES = 8;
const UNIT_BYTES = 8;
const SMALL_HEAD_BYTES = 2;

type FolderForm = Pick<XfsSuperblock, 'hasChecksums' | 'hasFileTypes'>;

/**
 * Yields the entries of a directory that is in its inode.
 *
 * @throws UserError if it is damaged; the entries before the damage have been yielded
 */
export function* parseSmallFolder(
  bytes: Buffer,
  { hasFileTypes }: FolderForm,
): Generator<FolderEntry> {
  if (bytes.length < SMALL_HEAD_BYTES) throw createFolderError();
  // The second byte counts the numbers that need 64 bits; then all have 64.
  const numberBytes = bytes.readUInt8(1) > 0 ? 8 : 4;
  const count = bytes.readUInt8(0);
  let at = SMALL_HEAD_BYTES + numberBytes;
  for (let index = 0; index < count; index++) {
    const nameBytes = at < bytes.length ? bytes.readUInt8(at) : 0;
    const start = at + 3;
    const numberAt = start + nameBytes + (hasFileTypes ? 1 : 0);
    if (nameBytes === 0 || numberAt + numberBytes > bytes.length) throw createFolderError();
    const number = numberBytes === 8 ? readNumber(bytes, numberAt) : bytes.readUInt32BE(numberAt);
    yield { name: decodeFileName(bytes.subarray(start, start + nameBytes)), number };
    at = numberAt + numberBytes;
  }
}

/**
 * Yields the entries of one block of a directory.
 *
 * @throws UserError if it is damaged; the entries before the damage have been yielded
 */
export function* parseFolderBlock(block: Buffer, form: FolderForm): Generator<FolderEntry> {
  const { single, data, headBytes } = form.hasChecksums ? BLOCK.new : BLOCK.old;
  const magic = block.toString('latin1', 0, 4);
  if (magic !== single && magic !== data) throw createFolderError();
  const end = magic === single ? findDataEnd(block) : block.length;
  let at = headBytes;
  while (at + UNIT_BYTES * 2 <= end) {
    if (block.readUInt16BE(at) === FREE_TAG) {
      const freeBytes = block.readUInt16BE(at + 2);
      if (freeBytes === 0 || freeBytes % UNIT_BYTES !== 0) throw createFolderError();
      at += freeBytes;
      continue;
    }
    const nameBytes = block.readUInt8(at + 8);
    const bytes = 8 + 1 + nameBytes + (form.hasFileTypes ? 1 : 0) + 2;
    const next = at + Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES;
    // The last two bytes of an entry are its own offset.
    const isValid = nameBytes > 0 && next <= end && block.readUInt16BE(next - 2) === at;
    if (!isValid) throw createFolderError();
    const name = decodeFileName(block.subarray(at + 9, at + 9 + nameBytes));
    if (name === undefined || !SELF_AND_PARENT.has(name)) {
      yield { name, number: readNumber(block, at) };
    }
    at = next;
  }
}

/** A directory of one block has the index of its names at the end. */
function findDataEnd(block: Buffer): number {
  const count = block.readUInt32BE(block.length - TAIL_BYTES);
  const end = block.length - TAIL_BYTES - count * INDEX_ENTRY_BYTES;
  if (end < 0) throw createFolderError();
  return end;
}

function createFolderError(): Error {
  return createDamageError('the directory is damaged');
}
