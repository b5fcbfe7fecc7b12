import zlib from 'node:zlib';
import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { DiskBudget } from './disk-budget.ts';
import {
  createDamageError,
  createDifferencesError,
  createHeaderError,
  createPartError,
  createVersionError,
} from './disk-error.ts';
import { DiskTables } from './disk-table.ts';
import { detectImageFormat } from './image-format.ts';
import { type ContainedDisk, createMappedDisk, readStored } from './mapped-disk.ts';
import { RecentItems } from './recent-items.ts';

/* VMware, "Virtual Disk Format 5.0": hosted sparse extents. All numbers are little-endian. */
const FORMAT = 'VMDK';
const SECTOR_BYTES = 512;
/** The tables were written after the content: the valid header is in the second to last sector. */
const AT_END = 2n ** 64n - 1n;
const VERSION_MAX = 3;
const FLAGS = { zeroedGrains: 1 << 2, compressed: 1 << 16 };
const DEFLATE = 1;
const GRAIN_BYTES = { min: 4096, max: 4 * 1024 * 1024 };
const ENTRIES_PER_TABLE = 512;
const DESCRIPTOR_BYTES_MAX = 64 * 1024;
/** The header has the number of the first sector, and the length of the compressed content. */
const GRAIN_HEADER_BYTES = 12;
const EXPANDED_BYTES_MAX = 16 * 1024 * 1024;
const ZEROED = 1;

interface SparseHeader {
  readonly sizeBytes: number;
  readonly grainBytes: number;
  /** Of the directory, whose entries are the sectors of the tables. */
  readonly directoryOffset: number;
  readonly hasZeroedGrains: boolean;
  readonly isCompressed: boolean;
}

/**
 * Opens a disk of VMware in one file that grows (monolithicSparse), or in the form of OVF packages
 * (streamOptimized).
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if some content is in another file; `E_IMAGE_INVALID` if
 *   the header is malformed
 */
export function openVmdk(file: Bytes, budget: DiskBudget): ContainedDisk {
  const start = readSector(file, 0);
  checkDescriptor(file, start);
  const isAtEnd = start.readBigUInt64LE(56) === AT_END;
  const header = readSparseHeader(isAtEnd ? readSector(file, file.sizeBytes - 1024) : start);
  const grains = new Grains(file, header, budget);
  const disk = createMappedDisk({
    blockBytes: header.grainBytes,
    sizeBytes: header.sizeBytes,
    readPart: (grain, inside, count) => grains.readGrain(grain, inside, count),
  });
  const message = 'the VMDK image was not closed: shut the machine down before you copy its disk';
  return { disk, problems: start.readUInt8(72) === 0 ? [] : [{ code: 'P_MALFORMED', message }] };
}

function readSector(file: Bytes, offset: number): Buffer {
  const sector = toBuffer(file.read(Math.max(0, offset), SECTOR_BYTES));
  if (sector.length < SECTOR_BYTES || detectImageFormat(sector) !== FORMAT) {
    throw createHeaderError(FORMAT);
  }
  return sector;
}

/** The descriptor states the parent and the files of the disk. Its keys ignore case. */
function checkDescriptor(file: Bytes, header: Buffer): void {
  const offset = Number(header.readBigUInt64LE(28)) * SECTOR_BYTES;
  const bytes = Number(header.readBigUInt64LE(36)) * SECTOR_BYTES;
  // A part of a disk in several files has none.
  if (offset === 0 || bytes === 0) throw createPartError(FORMAT);
  if (bytes > DESCRIPTOR_BYTES_MAX || offset + bytes > file.sizeBytes)
    throw createHeaderError(FORMAT);
  const [text = ''] = toBuffer(file.read(offset, bytes)).toString('latin1').split('\0', 1);
  const parent = /^\s*parentCID\s*=\s*"?(\w+)/imu.exec(text)?.[1];
  if (parent !== undefined && parent.toLowerCase() !== 'ffffffff') {
    throw createDifferencesError(FORMAT);
  }
  const extents = text.match(/^\s*(?:RW|RDONLY|NOACCESS)\s.*$/gimu) ?? [];
  if (extents.length !== 1 || !/^RW \d+ SPARSE "/u.test(extents[0])) throw createPartError(FORMAT);
}

function readSparseHeader(head: Buffer): SparseHeader {
  const flags = head.readUInt32LE(8);
  const isCompressed = (flags & FLAGS.compressed) !== 0;
  const isKnown =
    head.readUInt32LE(4) <= VERSION_MAX && (!isCompressed || head.readUInt16LE(77) === DEFLATE);
  if (!isKnown) throw createVersionError(FORMAT);
  const header = {
    sizeBytes: Number(head.readBigUInt64LE(12)) * SECTOR_BYTES,
    grainBytes: Number(head.readBigUInt64LE(20)) * SECTOR_BYTES,
    directoryOffset: Number(head.readBigUInt64LE(56)) * SECTOR_BYTES,
    hasZeroedGrains: (flags & FLAGS.zeroedGrains) !== 0,
    isCompressed,
  };
  const isValid =
    header.grainBytes >= GRAIN_BYTES.min &&
    header.grainBytes <= GRAIN_BYTES.max &&
    head.readUInt32LE(44) === ENTRIES_PER_TABLE &&
    Number.isSafeInteger(header.sizeBytes) &&
    Number.isSafeInteger(header.directoryOffset);
  if (!isValid) throw createHeaderError(FORMAT);
  return header;
}

/** The blocks of a disk, which VMware calls grains. A directory of tables locates them. */
class Grains {
  readonly #file: Bytes;
  readonly #header: SparseHeader;
  readonly #budget: DiskBudget;
  readonly #tables: DiskTables;
  readonly #expanded: RecentItems<number, Uint8Array>;

  constructor(file: Bytes, header: SparseHeader, budget: DiskBudget) {
    this.#file = file;
    this.#header = header;
    this.#budget = budget;
    this.#tables = new DiskTables(file, FORMAT);
    this.#expanded = new RecentItems(Math.ceil(EXPANDED_BYTES_MAX / header.grainBytes));
  }

  /** Returns a part of a grain; `undefined` if it is not stored and reads as zeros. */
  readGrain(grain: number, inside: number, count: number): Uint8Array | undefined {
    const { hasZeroedGrains, isCompressed } = this.#header;
    const sector = this.#findSector(grain);
    if (sector === 0 || (sector === ZEROED && hasZeroedGrains)) return undefined;
    const offset = sector * SECTOR_BYTES;
    if (!isCompressed) return this.#readStored(offset + inside, count);
    const whole = this.#expanded.take(offset, () => this.#expandGrain(offset));
    // The last grain may end at the end of the disk.
    const part = whole.subarray(inside, inside + count);
    if (part.length < count) throw createGrainError();
    return part;
  }

  #findSector(grain: number): number {
    const { directoryOffset } = this.#header;
    const table = this.#readNumber(directoryOffset + Math.floor(grain / ENTRIES_PER_TABLE) * 4);
    if (table === 0) return 0;
    return this.#readNumber(table * SECTOR_BYTES + (grain % ENTRIES_PER_TABLE) * 4);
  }

  #readNumber(at: number): number {
    return this.#tables.readTableEntry(at, 4).readUInt32LE();
  }

  #readStored(offset: number, count: number): Uint8Array {
    return readStored({ file: this.#file, format: FORMAT }, offset, count);
  }

  #expandGrain(offset: number): Uint8Array {
    const { grainBytes } = this.#header;
    const packedBytes = toBuffer(this.#readStored(offset, GRAIN_HEADER_BYTES)).readUInt32LE(8);
    // Content that cannot be compressed becomes only a little longer.
    if (packedBytes > 2 * grainBytes) throw createGrainError();
    const packed = this.#readStored(offset + GRAIN_HEADER_BYTES, packedBytes);
    this.#budget.takeRead(grainBytes);
    const whole = expand(packed, grainBytes);
    if (whole === undefined) throw createGrainError();
    return whole;
  }
}

function createGrainError(): Error {
  return createDamageError('a compressed grain of the VMDK image is damaged');
}

function expand(packed: Uint8Array, maxOutputLength: number): Buffer | undefined {
  try {
    return zlib.inflateSync(packed, { maxOutputLength });
  } catch {
    return undefined;
  }
}
