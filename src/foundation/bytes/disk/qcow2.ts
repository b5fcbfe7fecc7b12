import zlib from 'node:zlib';
import type { Bytes } from '../../core/bytes.ts';
import type { DiskBudget } from './disk-budget.ts';
import {
  createDamageError,
  createHeaderError,
  createTruncatedError,
  createUnsupportedError,
} from './disk-error.ts';
import { DiskTables } from './disk-table.ts';
import { type ContainedDisk, createMappedDisk } from './mapped-disk.ts';
import { RecentItems } from './recent-items.ts';
import { getZstdFrameLength } from './zstd-frame.ts';

/* QEMU, `docs/interop/qcow2.rst`. All numbers are big-endian. */
const FORMAT = 'qcow2';
const HEADER_BYTES = 112;
const CLUSTER_BITS = { min: 9, max: 21 };
const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
const READS_AS_ZERO = 1n;
const SECTOR_BYTES = 512;
const EXPANDED_BYTES_MAX = 16 * 1024 * 1024;

/** Bits of the incompatible features. */
const FEATURES = { corrupt: 2n, dataFile: 4n, compression: 8n, longEntries: 16n };
const KNOWN_FEATURES = 0b1_1111n;

const FLATTEN = 'write it as one complete image: qemu-img convert -O qcow2 IMAGE flat.qcow2';

interface Header {
  readonly clusterBits: number;
  readonly clusterBytes: number;
  readonly sizeBytes: number;
  readonly firstTableOffset: number;
  readonly firstTableEntries: number;
  readonly isZstd: boolean;
  readonly hasZeroFlag: boolean;
  readonly isCorrupt: boolean;
}

/**
 * Opens the active state of a disk in a qcow2 image, version 2 or 3. Its snapshots are not read.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if the content is in another file, or encrypted;
 *   `E_IMAGE_INVALID` if the header is malformed
 */
export function openQcow2(file: Bytes, budget: DiskBudget): ContainedDisk {
  const header = readHeader(file);
  const clusters = new Clusters(file, header, budget);
  const message =
    'the qcow2 image is marked as corrupt: "qemu-img check -r all" may be able to repair it';
  return {
    disk: createMappedDisk({
      blockBytes: header.clusterBytes,
      sizeBytes: header.sizeBytes,
      readPart: (cluster, inside, count) => clusters.readCluster(cluster, inside, count),
    }),
    problems: header.isCorrupt ? [{ code: 'P_MALFORMED', message }] : [],
  };
}

function readHeader(file: Bytes): Header {
  const head = Buffer.alloc(HEADER_BYTES);
  head.set(file.read(0, HEADER_BYTES));
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) {
    throw createUnsupportedError(`version ${version} of qcow2 is not supported`, FLATTEN);
  }
  const features = version === 3 ? head.readBigUInt64BE(72) : 0n;
  checkCompleteness(head, features);
  const clusterBits = head.readUInt32BE(20);
  const isZstd =
    (features & FEATURES.compression) !== 0n && readCompression(head) === ZSTD_COMPRESSION;
  const header = {
    clusterBits,
    clusterBytes: 2 ** clusterBits,
    sizeBytes: Number(head.readBigUInt64BE(24)),
    firstTableOffset: Number(head.readBigUInt64BE(40)),
    firstTableEntries: head.readUInt32BE(36),
    isZstd,
    hasZeroFlag: version === 3,
    isCorrupt: (features & FEATURES.corrupt) !== 0n,
  };
  const isValid =
    clusterBits >= CLUSTER_BITS.min &&
    clusterBits <= CLUSTER_BITS.max &&
    Number.isSafeInteger(header.sizeBytes) &&
    header.firstTableOffset % SECTOR_BYTES === 0 &&
    header.firstTableOffset < file.sizeBytes;
  if (!isValid) throw createHeaderError(FORMAT);
  return header;
}

const ZSTD_COMPRESSION = 1;

function readCompression(head: Buffer): number {
  const type = head.readUInt8(104);
  if (type > ZSTD_COMPRESSION) {
    throw createUnsupportedError('the compression of the qcow2 image is unknown', FLATTEN);
  }
  return type;
}

/** Rejects images whose content is not complete and readable in this one file. */
function checkCompleteness(head: Buffer, features: bigint): void {
  if (head.readBigUInt64BE(8) !== 0n) {
    throw createUnsupportedError(
      'the qcow2 image only has the differences from another one (its backing file)',
      FLATTEN,
    );
  }
  if (head.readUInt32BE(32) !== 0) {
    throw createUnsupportedError(
      'the qcow2 image is encrypted',
      'decrypt it with "qemu-img convert", which needs its passphrase',
    );
  }
  if ((features & FEATURES.dataFile) !== 0n) {
    throw createUnsupportedError('the content of the qcow2 image is in another file', FLATTEN);
  }
  const isUnknown = (features & ~KNOWN_FEATURES) !== 0n;
  if (isUnknown || (features & FEATURES.longEntries) !== 0n) {
    const message = 'the qcow2 image has features that are not supported (such as extended_l2)';
    throw createUnsupportedError(message, FLATTEN);
  }
}

/** The clusters of a disk, found by two levels of tables. */
class Clusters {
  readonly #file: Bytes;
  readonly #header: Header;
  readonly #budget: DiskBudget;
  readonly #tables: DiskTables;
  readonly #expanded: RecentItems<bigint, Uint8Array>;

  constructor(file: Bytes, header: Header, budget: DiskBudget) {
    this.#file = file;
    this.#header = header;
    this.#budget = budget;
    this.#tables = new DiskTables(file, FORMAT);
    this.#expanded = new RecentItems(Math.ceil(EXPANDED_BYTES_MAX / header.clusterBytes));
  }

  /** Returns a part of a cluster; `undefined` if it is not stored and reads as zeros. */
  readCluster(cluster: number, inside: number, count: number): Uint8Array | undefined {
    const { hasZeroFlag } = this.#header;
    const entry = this.#findEntry(cluster);
    if ((entry & COMPRESSED) !== 0n) {
      const whole = this.#expanded.take(entry, () => this.#expandCluster(entry));
      return whole.subarray(inside, inside + count);
    }
    const offset = Number(entry & OFFSET_MASK);
    if (offset === 0 || (hasZeroFlag && (entry & READS_AS_ZERO) !== 0n)) return undefined;
    // The last cluster of a file may be cut off after its data.
    if (offset >= this.#file.sizeBytes) throw createTruncatedError(FORMAT);
    return this.#file.read(offset + inside, count);
  }

  #findEntry(cluster: number): bigint {
    const { clusterBytes, firstTableEntries, firstTableOffset } = this.#header;
    const perTable = clusterBytes / 8;
    const index = Math.floor(cluster / perTable);
    if (index >= firstTableEntries) throw createDamageError('the tables of the qcow2 image end');
    const table = this.#readTableEntry(firstTableOffset, index) & OFFSET_MASK;
    return table === 0n ? 0n : this.#readTableEntry(Number(table), cluster % perTable);
  }

  #readTableEntry(table: number, index: number): bigint {
    return this.#tables.readTableEntry(table + index * 8, 8).readBigUInt64BE();
  }

  #expandCluster(entry: bigint): Uint8Array {
    const { clusterBits, clusterBytes, isZstd } = this.#header;
    const offsetBits = BigInt(62 - (clusterBits - 8));
    const offset = Number(entry & ((1n << offsetBits) - 1n));
    const sectors = Number((entry & (COMPRESSED - 1n)) >> offsetBits) + 1;
    const packed = this.#file.read(offset, sectors * SECTOR_BYTES - (offset % SECTOR_BYTES));
    this.#budget.takeRead(clusterBytes);
    const whole = expand(packed, clusterBytes, isZstd);
    if (whole?.length !== clusterBytes) {
      throw createDamageError('a compressed cluster of the qcow2 image is damaged');
    }
    return whole;
  }
}

/** Other bytes follow the compressed content, up to the end of its last sector. */
function expand(packed: Uint8Array, maxOutputLength: number, isZstd: boolean): Buffer | undefined {
  try {
    if (!isZstd) return zlib.inflateRawSync(packed, { maxOutputLength });
    const frame = packed.subarray(0, getZstdFrameLength(packed));
    return zlib.zstdDecompressSync(frame, { maxOutputLength });
  } catch {
    return undefined;
  }
}
