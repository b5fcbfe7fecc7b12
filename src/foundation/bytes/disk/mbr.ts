import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { createPartitionsProblem, type Partition, type PartitionList } from './partition.ts';

/* UEFI specification 2.10, section 5.2; Linux, `block/partitions/msdos.c`. */
export const SECTOR_BYTES = 512;
const SIGNATURE = 0xaa55;
const SIGNATURE_OFFSET = 510;
const ENTRIES_OFFSET = 446;
const ENTRY_BYTES = 16;
const ENTRIES = 4;
const DISK_ID_OFFSET = 440;
const BOOT_FLAG = 0x80;
const PROTECTIVE_TYPE = 0xee;
const EXTENDED_TYPES: ReadonlySet<number> = new Set([0x05, 0x0f, 0x85]);
/** PowerPC's boot partition. */
const LOADER_TYPE = 0x41;
const FIRST_LOGICAL = 5;

interface MbrEntry {
  readonly index: number;
  readonly type: number;
  readonly startSector: number;
  readonly sectors: number;
}

/** The partition table in the first sector of a disk. */
export interface Mbr {
  /** Whether it only protects a GPT. */
  readonly isProtective: boolean;
  readonly entries: readonly MbrEntry[];
  readonly diskId: string;
}

/** Returns the partition table; `undefined` if the first sector is something else. */
export function readMbr(disk: Bytes): Mbr | undefined {
  const sector = readSector(disk, 0);
  if (sector === undefined || !hasValidFlags(sector)) return undefined;
  const entries = readEntries(sector);
  const typed = entries.filter(({ type }) => type !== 0);
  const diskSectors = Math.ceil(disk.sizeBytes / SECTOR_BYTES);
  // An entry beyond the end must not hide the others.
  const isTable = typed.some(({ startSector: at }) => at < diskSectors);
  if (!isTable) return undefined;
  const diskId = sector.readUInt32LE(DISK_ID_OFFSET).toString(16).padStart(8, '0');
  return { isProtective: entries.some(({ type }) => type === PROTECTIVE_TYPE), entries, diskId };
}

/** Lists the partitions of a table: the primary ones, and the logical ones in extended ones. */
export function listMbrPartitions(disk: Bytes, mbr: Mbr, limits: Limits): PartitionList {
  const { entries, diskId } = mbr;
  const toPartition = (number: number, { type, startSector, sectors }: MbrEntry): Partition => ({
    number,
    offset: startSector * SECTOR_BYTES,
    sizeBytes: sectors * SECTOR_BYTES,
    uuid: `${diskId}-${number.toString(16).padStart(2, '0')}`,
    label: '',
    isLoader: type === LOADER_TYPE,
  });
  const primary = entries.filter(({ type }) => !EXTENDED_TYPES.has(type));
  const extended = entries.filter(({ type }) => EXTENDED_TYPES.has(type));
  const lists = extended.map((entry) => listLogical(disk, entry, limits));
  const logical = lists.flatMap((list) => list.entries);
  return {
    partitions: [
      ...primary.map((entry) => toPartition(entry.index + 1, entry)),
      ...logical.map((entry, index) => toPartition(FIRST_LOGICAL + index, entry)),
    ],
    problems: lists.flatMap(({ problems }) => problems),
  };
}

interface Logical {
  readonly entries: readonly MbrEntry[];
  readonly problems: readonly ProblemNote[];
}

/** Each logical partition has its own table, which also has the place of the next one. */
function listLogical(disk: Bytes, extended: MbrEntry, limits: Limits): Logical {
  const entries: MbrEntry[] = [];
  const passed = new Set<number>();
  let at: number | undefined = extended.startSector;
  while (at !== undefined) {
    const isKnown = passed.has(at);
    const sector: Buffer | undefined = isKnown ? undefined : readSector(disk, at * SECTOR_BYTES);
    if (sector === undefined) {
      const message = 'the list of logical partitions is damaged: the rest was not read';
      return { entries, problems: [{ code: 'P_MALFORMED', message }] };
    }
    if (passed.size >= limits.diskPartitionsMax) {
      return { entries, problems: [createPartitionsProblem(limits)] };
    }
    passed.add(at);
    const start: number = at;
    const listed: readonly MbrEntry[] = readEntries(sector);
    const own = listed
      .filter(({ type }) => !EXTENDED_TYPES.has(type))
      .map((entry) => ({ ...entry, startSector: start + entry.startSector }));
    // The last two entries may be garbage: as in Linux, they count only if they can be right.
    entries.push(...own.filter((entry) => entry.index < 2 || isInside(entry, extended)));
    const next = listed.find(({ type }) => EXTENDED_TYPES.has(type));
    at = next === undefined ? undefined : extended.startSector + next.startSector;
  }
  return { entries, problems: [] };
}

function isInside(entry: MbrEntry, { startSector, sectors }: MbrEntry): boolean {
  const end = startSector + sectors;
  return entry.startSector >= startSector && entry.startSector + entry.sectors <= end;
}

function readSector(disk: Bytes, offset: number): Buffer | undefined {
  const sector = toBuffer(disk.read(offset, SECTOR_BYTES));
  return sector.length === SECTOR_BYTES && sector.readUInt16LE(SIGNATURE_OFFSET) === SIGNATURE
    ? sector
    : undefined;
}

/** The boot sector of a file system has the same signature, but code in place of the table. */
function hasValidFlags(sector: Buffer): boolean {
  return Array.from({ length: ENTRIES }, (_, index) =>
    sector.readUInt8(ENTRIES_OFFSET + index * ENTRY_BYTES),
  ).every((flag) => flag === 0 || flag === BOOT_FLAG);
}

/** Reads the entries in use. As in Linux, an entry with a size is in use, whatever its type. */
function readEntries(sector: Buffer): readonly MbrEntry[] {
  return Array.from({ length: ENTRIES }, (_, index) => {
    const at = ENTRIES_OFFSET + index * ENTRY_BYTES;
    return {
      index,
      type: sector.readUInt8(at + 4),
      startSector: sector.readUInt32LE(at + 8),
      sectors: sector.readUInt32LE(at + 12),
    };
  }).filter(({ sectors }) => sectors > 0);
}
