import type { BlockReader } from '../disk/block-reader.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { Inode } from './inode.ts';

const MAGIC = 0xea02_0000;
const BLOCK_HEADER_BYTES = 32;
const ENTRY_BYTES = 16;

/** Numbers of the prefixes of names. */
const PREFIXES = { security: 6, system: 7 };

/** The rest of a file's content that does not fit in the map of its blocks. */
export function readInlineRest({ attributes }: Inode): Buffer {
  return findInInode(attributes, PREFIXES.system, 'data') ?? EMPTY;
}

/**
 * Returns the attribute `security.capability` as hexadecimal digits.
 *
 * @throws UserError if the attributes are damaged, or the value is in an inode of its own
 */
export function readCapabilities(inode: Inode, reader: BlockReader): string | undefined {
  const inner = findInInode(inode.attributes, PREFIXES.security, 'capability');
  const found = inner ?? findInBlock(inode, reader);
  return found?.toString('hex');
}

const EMPTY = Buffer.alloc(0);

function findInInode(attributes: Buffer, prefix: number, name: string): Buffer | undefined {
  if (attributes.length < 4 || attributes.readUInt32LE(0) !== MAGIC) return undefined;
  // Offsets of values count from the first entry.
  const entries = attributes.subarray(4);
  return findValue(entries, entries, prefix, name);
}

function findInBlock({ attributeBlock }: Inode, reader: BlockReader): Buffer | undefined {
  if (attributeBlock === 0) return undefined;
  const block = reader.readBlock(attributeBlock);
  if (block.readUInt32LE(0) !== MAGIC) {
    throw createDamageError('the block with its attributes is damaged');
  }
  return findValue(block.subarray(BLOCK_HEADER_BYTES), block, PREFIXES.security, 'capability');
}

function findValue(
  entries: Buffer,
  values: Buffer,
  prefix: number,
  name: string,
): Buffer | undefined {
  let at = 0;
  while (at + ENTRY_BYTES <= entries.length && entries.readUInt32LE(at) !== 0) {
    const nameBytes = entries.readUInt8(at);
    const start = at + ENTRY_BYTES;
    const isSame =
      entries.readUInt8(at + 1) === prefix &&
      entries.toString('latin1', start, start + nameBytes) === name;
    if (isSame) {
      const offset = entries.readUInt16LE(at + 2);
      const end = offset + entries.readUInt32LE(at + 8);
      if (entries.readUInt32LE(at + 4) !== 0 || end > values.length) {
        throw createDamageError(`the value of its attribute "${name}" cannot be read`);
      }
      return values.subarray(offset, end);
    }
    at = start + Math.ceil(nameBytes / 4) * 4;
  }
  return undefined;
}
