import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { computeCrc32c } from './crc32c.ts';
import {
  createDamageError,
  createDifferencesError,
  createHeaderError,
  createUnsupportedError,
  createVersionError,
} from './disk-error.ts';
import { DiskTables } from './disk-table.ts';
import { type ContainedDisk, createMappedDisk, readStored } from './mapped-disk.ts';

/* Microsoft, [MS-VHDX]. All numbers are little-endian. */
const FORMAT = 'VHDX';
const KIB = 1024;
const MIB = 1024 * KIB;
const HEADERS = [64 * KIB, 128 * KIB].map((offset) => {
  return { offset, bytes: 4 * KIB, signature: 'head' };
});
const REGIONS = { offset: 192 * KIB, bytes: 64 * KIB, signature: 'regi' };
const REGION = { headBytes: 16, entryBytes: 32, max: 2_047 };
const METADATA = { headBytes: 32, entryBytes: 32, max: 2_047, tableBytes: 64 * KIB };
const BLOCK_BYTES = { min: MIB, max: 256 * MIB };
const REQUIRED_ITEM = 4;
const HAS_PARENT = 2;
/** Sectors that one block of the bitmap covers. These blocks are between those of the content. */
const BITMAP_SECTORS = 2 ** 23;

/** GUIDs in the order of their stored bytes. */
const IDS = {
  table: '6677c22d23f600429d64115e9bfd4a08',
  metadata: '06a27c8b90479a4bb8fe575f050f886e',
  parameters: '3767a1ca36fa434db3b633f0aa44e76b',
  size: '2442a52f1bcd7648b2115dbed83bf4b8',
  sectorBytes: '1dbf41816fa90947ba47f233a8faab5f',
};
/** Items that do not matter for finding content: the disk id, and the physical sector size. */
const OTHER_ITEMS: ReadonlySet<string> = new Set([
  'ab12cabee6b2234593efc309e000c746',
  'c748a3cd5d4471449cc9e9885251c556',
]);

const STATE = { undefinedMax: 3, stored: 6 };

/**
 * Opens a disk of Hyper-V.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if it was not closed, or only has differences from another
 *   image; `E_IMAGE_INVALID` if a header is malformed
 */
export function openVhdx(file: Bytes): ContainedDisk {
  checkLog(file);
  const { tableOffset, metadataOffset } = readRegions(file);
  const { blockBytes, sectorBytes, sizeBytes } = readMetadata(file, metadataOffset);
  const blocksPerBitmap = (BITMAP_SECTORS * sectorBytes) / blockBytes;
  const tables = new DiskTables(file, FORMAT);
  const disk = createMappedDisk({
    blockBytes,
    sizeBytes,
    readPart(block, inside, count) {
      const index = block + Math.floor(block / blocksPerBitmap);
      const entry = tables.readTableEntry(tableOffset + index * 8, 8).readBigUInt64LE();
      const state = Number(entry & 7n);
      if (state <= STATE.undefinedMax) return undefined;
      if (state !== STATE.stored) {
        throw createDamageError('a block of the VHDX image has an impossible state');
      }
      const start = Number(entry >> 20n) * MIB;
      return readStored({ file, format: FORMAT }, start + inside, count);
    },
  });
  return { disk, problems: [] };
}

interface Summed {
  readonly offset: number;
  readonly bytes: number;
  readonly signature: string;
}

/** Reads a structure with a CRC-32C after its signature; `undefined` if it is not valid. */
function readSummed(file: Bytes, { offset, bytes, signature }: Summed): Buffer | undefined {
  const found = Buffer.from(file.read(offset, bytes));
  if (found.length < bytes || found.toString('latin1', 0, 4) !== signature) return undefined;
  const sum = found.readUInt32LE(4);
  found.writeUInt32LE(0, 4);
  return computeCrc32c(found) === sum ? found : undefined;
}

/** The newer of the valid headers counts. If it names a log, its entries were not applied. */
function checkLog(file: Bytes): void {
  const [newest] = HEADERS.map((place) => readSummed(file, place))
    .filter((head) => head !== undefined)
    .toSorted((a, b) => (a.readBigUInt64LE(8) < b.readBigUInt64LE(8) ? 1 : -1));
  if (newest === undefined) throw createHeaderError(FORMAT);
  if (newest.readUInt16LE(66) !== 1) throw createVersionError(FORMAT);
  if (newest.subarray(48, 64).some((byte) => byte !== 0)) {
    throw createUnsupportedError(
      'the VHDX image was not closed: the changes in its log are not read',
      'shut the machine down, or apply the log: qemu-img check -r all IMAGE',
    );
  }
}

interface Regions {
  readonly tableOffset: number;
  readonly metadataOffset: number;
}

function readRegions(file: Bytes): Regions {
  const table = readSummed(file, REGIONS);
  if (table === undefined) throw createHeaderError(FORMAT);
  const count = Math.min(table.readUInt32LE(8), REGION.max);
  const offsets = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const at = REGION.headBytes + index * REGION.entryBytes;
    const id = table.toString('hex', at, at + 16);
    const isRequired = (table.readUInt32LE(at + 28) & 1) !== 0;
    if (isRequired && id !== IDS.table && id !== IDS.metadata) throw createVersionError(FORMAT);
    offsets.set(id, Number(table.readBigUInt64LE(at + 16)));
  }
  const tableOffset = offsets.get(IDS.table);
  const metadataOffset = offsets.get(IDS.metadata);
  if (tableOffset === undefined || metadataOffset === undefined) throw createHeaderError(FORMAT);
  return { tableOffset, metadataOffset };
}

interface Geometry {
  readonly blockBytes: number;
  readonly sectorBytes: number;
  readonly sizeBytes: number;
}

function readMetadata(file: Bytes, offset: number): Geometry {
  const items = readItems(file, offset);
  const parameters = items.get(IDS.parameters);
  const size = items.get(IDS.size);
  const sector = items.get(IDS.sectorBytes);
  if (parameters === undefined || size === undefined || sector === undefined) {
    throw createHeaderError(FORMAT);
  }
  if ((parameters.readUInt32LE(4) & HAS_PARENT) !== 0) throw createDifferencesError(FORMAT);
  const blockBytes = parameters.readUInt32LE(0);
  const sectorBytes = sector.readUInt32LE(0);
  const sizeBytes = Number(size.readBigUInt64LE(0));
  const isValid =
    blockBytes >= BLOCK_BYTES.min &&
    blockBytes <= BLOCK_BYTES.max &&
    Number.isInteger(Math.log2(blockBytes)) &&
    (sectorBytes === 512 || sectorBytes === 4096) &&
    Number.isSafeInteger(sizeBytes);
  if (!isValid) throw createHeaderError(FORMAT);
  return { blockBytes, sectorBytes, sizeBytes };
}

/** Returns the first eight bytes of each item of the metadata, or more. */
function readItems(file: Bytes, offset: number): ReadonlyMap<string, Buffer> {
  const table = toBuffer(file.read(offset, METADATA.tableBytes));
  if (table.length < METADATA.tableBytes || table.toString('latin1', 0, 8) !== 'metadata') {
    throw createHeaderError(FORMAT);
  }
  const known: ReadonlySet<string> = new Set([IDS.parameters, IDS.size, IDS.sectorBytes]);
  const items = new Map<string, Buffer>();
  const count = Math.min(table.readUInt16LE(10), METADATA.max);
  for (let index = 0; index < count; index++) {
    const at = METADATA.headBytes + index * METADATA.entryBytes;
    const id = table.toString('hex', at, at + 16);
    const isRequired = (table.readUInt32LE(at + 24) & REQUIRED_ITEM) !== 0;
    if (known.has(id)) {
      const stored = readStored({ file, format: FORMAT }, offset + table.readUInt32LE(at + 16), 8);
      items.set(id, toBuffer(stored));
    } else if (isRequired && !OTHER_ITEMS.has(id)) {
      throw createVersionError(FORMAT);
    }
  }
  return items;
}
