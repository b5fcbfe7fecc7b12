import zlib from 'node:zlib';

const SECTOR_BYTES = 512;
/** Partitions begin at such an offset. */
const ALIGNMENT_BYTES = 64 * 1024;

export interface FixturePartition {
  readonly content: Uint8Array;
  /** Type in an MBR; that of Linux by default. */
  readonly type?: number;
  /** Type in a GPT; that of Linux by default. */
  readonly guid?: string;
  readonly label?: string;
}

interface Placed extends FixturePartition {
  readonly sector: number;
  readonly sectors: number;
}

/** A disk with an MBR; partitions after the third are logical ones. */
export function createMbrDisk(...partitions: readonly FixturePartition[]): Buffer {
  const placed = placePartitions(partitions);
  const disk = createDisk(placed);
  disk.writeUInt32LE(0xdead_beef, 440);
  const primary = placed.slice(0, 3);
  const logical = placed.slice(3);
  primary.forEach((part, index) => {
    writeMbrEntry(disk, 0, index, { ...part, type: part.type ?? 0x83 });
  });
  sign(disk, 0);
  const [first] = logical;
  if (first === undefined) return disk;
  const start = first.sector - 1;
  const sectors = disk.length / SECTOR_BYTES - start;
  writeMbrEntry(disk, 0, 3, { type: 0x05, sector: start, sectors });
  logical.forEach((part, index) => {
    const at = part.sector - 1;
    const next = logical[index + 1];
    writeMbrEntry(disk, at, 0, { type: part.type ?? 0x83, sector: 1, sectors: part.sectors });
    if (next !== undefined) {
      const sector = next.sector - 1 - start;
      writeMbrEntry(disk, at, 1, { type: 0x05, sector, sectors: next.sectors + 1 });
    }
    sign(disk, at);
  });
  return disk;
}

/** A disk with a GPT and its copy. */
export function createGptDisk(...partitions: readonly FixturePartition[]): Buffer {
  const placed = placePartitions(partitions);
  const disk = createDisk(placed);
  const sectors = disk.length / SECTOR_BYTES;
  writeMbrEntry(disk, 0, 0, { type: 0xee, sector: 1, sectors: sectors - 1 });
  sign(disk, 0);
  const entries = Buffer.alloc(128 * 128);
  placed.forEach((part, index) => {
    const at = index * 128;
    toGuid(part.guid ?? '0fc63daf-8483-4772-8e79-3d69d8477de4').copy(entries, at);
    toGuid(`aaaaaaaa-bbbb-4ccc-8ddd-00000000000${index + 1}`).copy(entries, at + 16);
    entries.writeBigUInt64LE(BigInt(part.sector), at + 32);
    entries.writeBigUInt64LE(BigInt(part.sector + part.sectors - 1), at + 40);
    entries.write(part.label ?? '', at + 56, 'utf16le');
  });
  const copySector = sectors - 1;
  entries.copy(disk, 2 * SECTOR_BYTES);
  entries.copy(disk, (copySector - 32) * SECTOR_BYTES);
  writeGptHeader(disk, { sector: 1, entriesSector: 2, entries });
  writeGptHeader(disk, { sector: copySector, entriesSector: copySector - 32, entries });
  return disk;
}

interface GptHeader {
  readonly sector: number;
  readonly entriesSector: number;
  readonly entries: Buffer;
}

function writeGptHeader(disk: Buffer, { sector, entriesSector, entries }: GptHeader): void {
  const header = Buffer.alloc(92);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x1_0000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(BigInt(sector), 24);
  header.writeBigUInt64LE(BigInt(entriesSector), 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(zlib.crc32(entries), 88);
  header.writeUInt32LE(zlib.crc32(header), 16);
  header.copy(disk, sector * SECTOR_BYTES);
}

function placePartitions(partitions: readonly FixturePartition[]): readonly Placed[] {
  let end = ALIGNMENT_BYTES;
  return partitions.map((part) => {
    const sector = Math.ceil(end / ALIGNMENT_BYTES) * (ALIGNMENT_BYTES / SECTOR_BYTES);
    const sectors = Math.ceil(part.content.length / SECTOR_BYTES);
    // The table of a logical partition is before it.
    end = (sector + sectors + 1) * SECTOR_BYTES;
    return { ...part, sector, sectors };
  });
}

function createDisk(placed: readonly Placed[]): Buffer {
  const last = placed.at(-1);
  const sectors = last === undefined ? 0 : last.sector + last.sectors;
  const disk = Buffer.alloc(sectors * SECTOR_BYTES + ALIGNMENT_BYTES);
  for (const { content, sector } of placed) disk.set(content, sector * SECTOR_BYTES);
  return disk;
}

interface MbrFields {
  readonly type: number;
  readonly sector: number;
  readonly sectors: number;
}

function writeMbrEntry(disk: Buffer, at: number, index: number, fields: MbrFields): void {
  const offset = at * SECTOR_BYTES + 446 + index * 16;
  disk.writeUInt8(fields.type, offset + 4);
  disk.writeUInt32LE(fields.sector, offset + 8);
  disk.writeUInt32LE(fields.sectors, offset + 12);
}

function sign(disk: Buffer, sector: number): void {
  disk.writeUInt16LE(0xaa55, sector * SECTOR_BYTES + 510);
}

function toGuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

export interface Qcow2Form {
  readonly compression?: 'zlib' | 'zstd';
  readonly clusterBits?: number;
  readonly version?: 2 | 3;
}

/** A qcow2 image; clusters of zeros are not stored. Without a count of references. */
export function createQcow2(disk: Buffer, form: Qcow2Form = {}): Buffer {
  const { compression, clusterBits = 16, version = 3 } = form;
  const clusterBytes = 2 ** clusterBits;
  const perTable = clusterBytes / 8;
  const clusters = Math.ceil(disk.length / clusterBytes);
  const tables = Math.ceil(clusters / perTable);
  const firstTableBytes = Math.ceil((tables * 8) / clusterBytes) * clusterBytes;
  const header = Buffer.alloc(clusterBytes);
  header.write('QFI\u00fb', 0, 'latin1');
  header.writeUInt32BE(version, 4);
  header.writeUInt32BE(clusterBits, 20);
  header.writeBigUInt64BE(BigInt(disk.length), 24);
  header.writeUInt32BE(tables, 36);
  header.writeBigUInt64BE(BigInt(clusterBytes), 40);
  if (version === 3) {
    header.writeBigUInt64BE(compression === 'zstd' ? 8n : 0n, 72);
    header.writeUInt32BE(4, 96);
    header.writeUInt32BE(112, 100);
    header.writeUInt8(compression === 'zstd' ? 1 : 0, 104);
  }
  const firstTable = Buffer.alloc(firstTableBytes);
  const secondTables = Buffer.alloc(tables * clusterBytes);
  const secondStart = clusterBytes + firstTableBytes;
  for (let table = 0; table < tables; table++) {
    const offset = secondStart + table * clusterBytes;
    firstTable.writeBigUInt64BE((1n << 63n) | BigInt(offset), table * 8);
  }
  const data: Buffer[] = [];
  let at = secondStart + secondTables.length;
  for (let index = 0; index < clusters; index++) {
    const cluster = Buffer.alloc(clusterBytes);
    disk.copy(cluster, 0, index * clusterBytes, (index + 1) * clusterBytes);
    if (cluster.every((byte) => byte === 0)) continue;
    const stored = compression === undefined ? cluster : pack(cluster, compression);
    const offsetBits = BigInt(62 - (clusterBits - 8));
    const sectors = Math.ceil(((at % 512) + stored.length) / 512);
    const entry =
      compression === undefined
        ? (1n << 63n) | BigInt(at)
        : (1n << 62n) | (BigInt(sectors - 1) << offsetBits) | BigInt(at);
    secondTables.writeBigUInt64BE(entry, index * 8);
    data.push(stored);
    at += stored.length;
  }
  return Buffer.concat([header, firstTable, secondTables, ...data]);
}

function pack(cluster: Buffer, compression: 'zlib' | 'zstd'): Buffer {
  return compression === 'zlib' ? zlib.deflateRawSync(cluster) : zlib.zstdCompressSync(cluster);
}
