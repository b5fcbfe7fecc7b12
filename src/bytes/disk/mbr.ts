import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { Partition } from './partition.ts';

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

export interface PartitionList {
  readonly partitions: readonly Partition[];
  readonly problems: readonly ProblemNote[];
}

/** The table in the first sector of a disk. */
export interface Mbr {
  /** Whether it only protects a GPT. */
  readonly isProtective: boolean;
  readonly entries: readonly MbrEntry[];
  readonly diskId: string;
}

/** Returns the table in the first sector; `undefined` if it has none. */
export function readMbr(disk: Bytes): Mbr | undefined {
  const sector = readSector(disk, 0);
  if (sector === undefined || !hasValidFlags(sector)) return undefined;
  const all = readEntries(sector);
  const entries = all.filter(({ type, sectors }) => type !== 0 && sectors > 0);
  const diskSectors = Math.ceil(disk.sizeBytes / SECTOR_BYTES);
  const isTable = entries.length > 0 && entries.every(({ startSector: at }) => at < diskSectors);
  if (!isTable) return undefined;
  const diskId = sector.readUInt32LE(DISK_ID_OFFSET).toString(16).padStart(8, '0');
  return { isProtective: entries.some(({ type }) => type === PROTECTIVE_TYPE), entries, diskId };
}

/** Lists the partitions of a table: the primary ones, and the logical ones in an extended one. */
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
  const extended = entries.find(({ type }) => EXTENDED_TYPES.has(type));
  const logical = extended === undefined ? NO_LOGICAL : listLogical(disk, extended, limits);
  return {
    partitions: [
      ...primary.map((entry) => toPartition(entry.index + 1, entry)),
      ...logical.entries.map((entry, index) => toPartition(FIRST_LOGICAL + index, entry)),
    ],
    problems: logical.problems,
  };
}

interface Logical {
  readonly entries: readonly MbrEntry[];
  readonly problems: readonly ProblemNote[];
}

const NO_LOGICAL: Logical = { entries: [], problems: [] };

/** Each logical partition has its own table, which also names the place of the next one. */
function listLogical(disk: Bytes, extended: MbrEntry, { diskPartitionsMax }: Limits): Logical {
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
    if (passed.size >= diskPartitionsMax) {
      const message = `the disk has more partitions than the limit diskPartitionsMax (${diskPartitionsMax})`;
      return { entries, problems: [{ code: 'P_LIMIT', message }] };
    }
    passed.add(at);
    const start: number = at;
    const used: readonly MbrEntry[] = readEntries(sector).filter(
      ({ type, sectors }) => type !== 0 && sectors > 0,
    );
    const own = used.find(({ type }) => !EXTENDED_TYPES.has(type));
    if (own !== undefined) entries.push({ ...own, startSector: start + own.startSector });
    const next = used.find(({ type }) => EXTENDED_TYPES.has(type));
    at = next === undefined ? undefined : extended.startSector + next.startSector;
  }
  return { entries, problems: [] };
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

function readEntries(sector: Buffer): readonly MbrEntry[] {
  return Array.from({ length: ENTRIES }, (_, index) => {
    const at = ENTRIES_OFFSET + index * ENTRY_BYTES;
    return {
      index,
      type: sector.readUInt8(at + 4),
      startSector: sector.readUInt32LE(at + 8),
      sectors: sector.readUInt32LE(at + 12),
    };
  });
}
