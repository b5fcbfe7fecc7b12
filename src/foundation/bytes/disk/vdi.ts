import type { Bytes } from '../../core/bytes.ts';
import { createDifferencesError, createHeaderError, createVersionError } from './disk-error.ts';
import { DiskTables } from './disk-table.ts';
import { type ContainedDisk, createMappedDisk, readStored } from './mapped-disk.ts';

/* VirtualBox, `VDICore.h`; QEMU, `block/vdi.c`. All numbers are little-endian. */
const FORMAT = 'VDI';
const HEADER_BYTES = 512;
const VERSION = 0x0001_0001;
const KIND = { dynamic: 1, fixed: 2 };
const BLOCK_BYTES = { min: 4096, max: 64 * 1024 * 1024 };
/** From this value on, an entry is not an index: the block was never written, or is zero. */
const NOT_STORED = 0xffff_fffe;

interface VdiHeader {
  readonly tableOffset: number;
  readonly dataOffset: number;
  readonly sizeBytes: number;
  readonly blockBytes: number;
  /** Bytes before each block. */
  readonly extraBytes: number;
  readonly blocks: number;
}

/**
 * Opens a disk of VirtualBox.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if it only has differences from another image;
 *   `E_IMAGE_INVALID` if the header is malformed
 */
export function openVdi(file: Bytes): ContainedDisk {
  const { tableOffset, dataOffset, sizeBytes, blockBytes, extraBytes, blocks } =
    readVdiHeader(file);
  const tables = new DiskTables(file, FORMAT);
  const disk = createMappedDisk({
    blockBytes,
    sizeBytes,
    readPart(block, inside, count) {
      if (block >= blocks) throw createHeaderError(FORMAT);
      const entry = tables.readTableEntry(tableOffset + block * 4, 4).readUInt32LE();
      if (entry >= NOT_STORED) return undefined;
      const start = dataOffset + entry * (blockBytes + extraBytes) + extraBytes;
      return readStored({ file, format: FORMAT }, start + inside, count);
    },
  });
  return { disk, problems: [] };
}

function readVdiHeader(file: Bytes): VdiHeader {
  const head = Buffer.alloc(HEADER_BYTES);
  head.set(file.read(0, HEADER_BYTES));
  if (head.readUInt32LE(68) !== VERSION) throw createVersionError(FORMAT);
  const kind = head.readUInt32LE(76);
  if (kind !== KIND.dynamic && kind !== KIND.fixed) throw createDifferencesError(FORMAT);
  const header = {
    tableOffset: head.readUInt32LE(340),
    dataOffset: head.readUInt32LE(344),
    sizeBytes: Number(head.readBigUInt64LE(368)),
    blockBytes: head.readUInt32LE(376),
    extraBytes: head.readUInt32LE(380),
    blocks: head.readUInt32LE(384),
  };
  const isValid =
    header.blockBytes >= BLOCK_BYTES.min &&
    header.blockBytes <= BLOCK_BYTES.max &&
    header.extraBytes <= BLOCK_BYTES.max &&
    Number.isSafeInteger(header.sizeBytes) &&
    header.sizeBytes <= header.blocks * header.blockBytes &&
    header.tableOffset < file.sizeBytes;
  if (!isValid) throw createHeaderError(FORMAT);
  return header;
}
