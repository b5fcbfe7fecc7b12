import zlib from 'node:zlib';
import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { SECTOR_BYTES } from './mbr.ts';
import { createPartitionsProblem, type Partition, type PartitionList } from './partition.ts';

/* UEFI specification 2.10, section 5.3. */
const SIGNATURE = 'EFI PART';
const HEADER_BYTES = { min: 92, max: 512 };
const ENTRY_BYTES = { min: 128, max: 4096 };
const SECTOR_SIZES = [SECTOR_BYTES, 4096] as const;
const UNUSED = '00000000-0000-0000-0000-000000000000';
/** Boot partitions of BIOS and PowerPC, which do not have a file system. */
const LOADER_TYPES: ReadonlySet<string> = new Set([
  '21686148-6449-6e6f-744e-656564454649',
  '9e1a2d38-c612-4316-aa26-8b49521e5a8b',
]);

interface Header {
  readonly sectorBytes: number;
  readonly entriesOffset: number;
  readonly entries: number;
  readonly entryBytes: number;
  readonly entriesCrc: number;
}

/** Lists the partitions of a GPT; `undefined` if neither the table nor its copy is valid. */
export function listGptPartitions(disk: Bytes, limits: Limits): PartitionList | undefined {
  for (const sectorBytes of SECTOR_SIZES) {
    const found = readGptTable(disk, { at: sectorBytes, sectorBytes }, limits);
    if (found !== undefined) return found;
  }
  for (const sectorBytes of SECTOR_SIZES) {
    const at = disk.sizeBytes - sectorBytes;
    const found = readGptTable(disk, { at, sectorBytes }, limits);
    const message = 'the partition table is damaged: its copy at the end of the disk was read';
    if (found !== undefined) {
      return { ...found, problems: [{ code: 'P_MALFORMED', message }, ...found.problems] };
    }
  }
  return undefined;
}

interface Place {
  readonly at: number;
  readonly sectorBytes: number;
}

function readGptTable(disk: Bytes, place: Place, limits: Limits): PartitionList | undefined {
  const header = readGptHeader(disk, place);
  if (header === undefined) return undefined;
  const { entries, entryBytes, entriesOffset, entriesCrc } = header;
  const count = Math.min(entries, limits.diskPartitionsMax);
  const table = toBuffer(disk.read(entriesOffset, count * entryBytes));
  const isWhole = count === entries;
  if (isWhole && zlib.crc32(table) !== entriesCrc) return undefined;
  const partitions: Partition[] = [];
  for (let index = 0; (index + 1) * entryBytes <= table.length; index++) {
    const entry = table.subarray(index * entryBytes, (index + 1) * entryBytes);
    const partition = readGptEntry(entry, index + 1, header);
    if (partition !== undefined) partitions.push(partition);
  }
  return { partitions, problems: isWhole ? [] : [createPartitionsProblem(limits)] };
}

function readGptHeader(disk: Bytes, { at, sectorBytes }: Place): Header | undefined {
  if (at < 0) return undefined;
  const sector = Buffer.from(disk.read(at, HEADER_BYTES.max));
  if (sector.length < HEADER_BYTES.max || sector.toString('latin1', 0, 8) !== SIGNATURE) {
    return undefined;
  }
  const headerBytes = sector.readUInt32LE(12);
  const crc = sector.readUInt32LE(16);
  if (headerBytes < HEADER_BYTES.min || headerBytes > HEADER_BYTES.max) return undefined;
  // The checksum is that of the header with a checksum of zero.
  sector.writeUInt32LE(0, 16);
  if (zlib.crc32(sector.subarray(0, headerBytes)) !== crc) return undefined;
  const entryBytes = sector.readUInt32LE(84);
  const isValid = entryBytes >= ENTRY_BYTES.min && entryBytes <= ENTRY_BYTES.max;
  return isValid
    ? {
        sectorBytes,
        entriesOffset: Number(sector.readBigUInt64LE(72)) * sectorBytes,
        entries: sector.readUInt32LE(80),
        entryBytes,
        entriesCrc: sector.readUInt32LE(88),
      }
    : undefined;
}

function readGptEntry(
  entry: Buffer,
  number: number,
  { sectorBytes }: Header,
): Partition | undefined {
  const type = formatGuid(entry.subarray(0, 16));
  if (type === UNUSED) return undefined;
  const first = Number(entry.readBigUInt64LE(32));
  const last = Number(entry.readBigUInt64LE(40));
  const [label = ''] = entry.toString('utf16le', 56, 128).split('\0', 1);
  return {
    number,
    offset: first * sectorBytes,
    sizeBytes: Math.max(0, last - first + 1) * sectorBytes,
    uuid: formatGuid(entry.subarray(16, 32)),
    label,
    isLoader: LOADER_TYPES.has(type),
  };
}

/** The first three groups of a GUID are numbers in little-endian order. */
function formatGuid(bytes: Buffer): string {
  const groups = [
    bytes.readUInt32LE(0).toString(16).padStart(8, '0'),
    bytes.readUInt16LE(4).toString(16).padStart(4, '0'),
    bytes.readUInt16LE(6).toString(16).padStart(4, '0'),
    bytes.toString('hex', 8, 10),
    bytes.toString('hex', 10, 16),
  ];
  return groups.join('-');
}
