import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { createDifferencesError, createHeaderError } from './disk-error.ts';
import { DiskTables } from './disk-table.ts';
import { type ContainedDisk, createMappedDisk, readStored } from './mapped-disk.ts';
import { cutBytes } from './partition.ts';

/*
 * Microsoft, "Virtual Hard Disk Image Format Specification" 1.0. All numbers are big-endian. The
 * footer is the last sector; images that grow also have a copy of it at their start.
 */
const FORMAT = 'VHD';
const FOOTER_BYTES = 512;
const COOKIE = 'conectix';
const CHECKSUM_OFFSET = 64;
const KIND = { fixed: 2, dynamic: 3 };
const DYNAMIC_HEADER_BYTES = 1024;
const SECTOR_BYTES = 512;
const BLOCK_BYTES = { min: SECTOR_BYTES, max: 256 * 1024 * 1024 };
const NOT_STORED = 0xffff_ffff;

/**
 * Opens a disk of Virtual PC or Hyper-V that grows.
 *
 * @throws UserError `E_DISK_UNSUPPORTED` if it only has differences from another image;
 *   `E_IMAGE_INVALID` if a header is malformed
 */
export function openVhd(file: Bytes): ContainedDisk {
  const footer = toBuffer(file.read(0, FOOTER_BYTES));
  if (footer.length < FOOTER_BYTES || !isSummed(footer)) throw createHeaderError(FORMAT);
  if (readKind(footer) !== KIND.dynamic) throw createDifferencesError(FORMAT);
  checkLastFooter(file, footer);
  return openDynamic(file, footer);
}

/**
 * Returns a raw disk without the footer that makes it a VHD image of fixed size. A guest can write
 * a footer into the last sector of its raw disk, so one with a smaller size does not count.
 */
export function removeVhdFooter(file: Bytes): Bytes {
  const sizeBytes = file.sizeBytes - FOOTER_BYTES;
  if (sizeBytes <= 0) return file;
  const footer = readLastFooter(file);
  const isFixed =
    footer !== undefined && readKind(footer) === KIND.fixed && readSize(footer) === sizeBytes;
  return isFixed ? cutBytes(file, 0, sizeBytes) : file;
}

/** Returns the footer in the last sector; `undefined` if it is not valid. */
function readLastFooter(file: Bytes): Buffer | undefined {
  const footer = toBuffer(file.read(Math.max(0, file.sizeBytes - FOOTER_BYTES), FOOTER_BYTES));
  return footer.length === FOOTER_BYTES && hasCookie(footer, COOKIE) && isSummed(footer)
    ? footer
    : undefined;
}

/** A hypervisor reads the last footer. If it led to another disk, that one would not be read. */
function checkLastFooter(file: Bytes, first: Buffer): void {
  const last = readLastFooter(file) ?? first;
  const isSame =
    readKind(last) === readKind(first) &&
    readSize(last) === readSize(first) &&
    readHeaderOffset(last) === readHeaderOffset(first);
  if (!isSame) throw createHeaderError(FORMAT);
}

function openDynamic(file: Bytes, footer: Buffer): ContainedDisk {
  const headerOffset = readHeaderOffset(footer);
  if (headerOffset >= file.sizeBytes) throw createHeaderError(FORMAT);
  const header = toBuffer(file.read(headerOffset, DYNAMIC_HEADER_BYTES));
  if (header.length < DYNAMIC_HEADER_BYTES || !hasCookie(header, 'cxsparse'))
    throw createHeaderError(FORMAT);
  const tableOffset = Number(header.readBigUInt64BE(16));
  const entries = header.readUInt32BE(28);
  const blockBytes = header.readUInt32BE(32);
  const sizeBytes = readSize(footer);
  const isValid =
    blockBytes >= BLOCK_BYTES.min &&
    blockBytes <= BLOCK_BYTES.max &&
    blockBytes % SECTOR_BYTES === 0 &&
    Number.isSafeInteger(sizeBytes) &&
    sizeBytes <= entries * blockBytes &&
    tableOffset < file.sizeBytes;
  if (!isValid) throw createHeaderError(FORMAT);
  // A bitmap with one bit per sector. It is not read: sectors that were never written are zeros.
  const bitmapBytes = Math.ceil(blockBytes / SECTOR_BYTES / 8 / SECTOR_BYTES) * SECTOR_BYTES;
  const tables = new DiskTables(file, FORMAT);
  const disk = createMappedDisk({
    blockBytes,
    sizeBytes,
    readPart(block, inside, count) {
      const sector = tables.readTableEntry(tableOffset + block * 4, 4).readUInt32BE();
      if (sector === NOT_STORED) return undefined;
      const start = sector * SECTOR_BYTES + bitmapBytes;
      return readStored({ file, format: FORMAT }, start + inside, count);
    },
  });
  return { disk, problems: [] };
}

function hasCookie(bytes: Buffer, cookie: string): boolean {
  return bytes.toString('latin1', 0, cookie.length) === cookie;
}

function readKind(footer: Buffer): number {
  return footer.readUInt32BE(60);
}

function readHeaderOffset(footer: Buffer): number {
  return Number(footer.readBigUInt64BE(16));
}

function readSize(footer: Buffer): number {
  return Number(footer.readBigUInt64BE(48));
}

/** The checksum is the complement of the sum of all other bytes. */
function isSummed(footer: Buffer): boolean {
  const others = footer.reduce((sum, byte, at) => {
    return at >= CHECKSUM_OFFSET && at < CHECKSUM_OFFSET + 4 ? sum : sum + byte;
  }, 0);
  return footer.readUInt32BE(CHECKSUM_OFFSET) === ~others >>> 0;
}
