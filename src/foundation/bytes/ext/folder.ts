import { createDamageError } from '../disk/disk-error.ts';
import { decodeFileName, SELF_AND_PARENT } from '../disk/file-name.ts';
import type { FolderEntry } from '../disk/file-system.ts';

const HEADER_BYTES = 8;
const LONGEST_RECORD_BYTES = 65_536;

/**
 * Yields the entries of one block of a directory. The tree of hashes needs no other treatment: its
 * blocks look like blocks without entries.
 *
 * @throws UserError if the block is damaged; the entries before the damage have been yielded
 */
export function* parseFolderBlock(block: Buffer): Generator<FolderEntry> {
  let at = 0;
  while (at + HEADER_BYTES <= block.length) {
    const inode = block.readUInt32LE(at);
    const recordBytes = decodeLength(block.readUInt16LE(at + 4), block.length);
    const nameBytes = block.readUInt8(at + 6);
    const isValid =
      recordBytes >= HEADER_BYTES + (inode === 0 ? 0 : nameBytes) &&
      recordBytes % 4 === 0 &&
      at + recordBytes <= block.length;
    if (!isValid) throw createDamageError('the directory is damaged');
    if (inode !== 0) {
      const start = at + HEADER_BYTES;
      const name = decodeFileName(block.subarray(start, start + nameBytes));
      if (name === undefined || !SELF_AND_PARENT.has(name)) yield { name, number: inode };
    }
    at += recordBytes;
  }
}

/** With blocks of 64 KiB, a record may have a length that needs one more bit. */
function decodeLength(length: number, blockBytes: number): number {
  if (blockBytes < LONGEST_RECORD_BYTES) return length;
  if (length === 0 || length === LONGEST_RECORD_BYTES - 1) return blockBytes;
  return (length & 0xfffc) | ((length & 3) << 16);
}
