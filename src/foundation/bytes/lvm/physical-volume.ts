import zlib from 'node:zlib';
import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import { createDamageError } from '../disk/disk-error.ts';
import { type LvmSection, parseLvmText } from './lvm-text.ts';

/* lvm2, `lib/format_text/layout.h` and `lib/label/label.h`. All numbers are little-endian. */
const SECTOR_BYTES = 512;
const LABEL = { magic: 'LABELONE', type: 'LVM2 001', sectors: 4, headBytes: 32 };
const UUID_CHARS = 32;
const AREA_MAGIC = ' LVM2 x[5A%r0N*>';
const AREA_HEAD_BYTES = 512;
const IGNORED_FLAG = 0x1;
const TEXT_BYTES_MAX = 4 * 1024 * 1024;
const AREAS_MAX = 16;
const CHECKSUM_START = 0xf597_a6cf;

/** One partition of a volume group. */
export interface PhysicalVolume {
  /** Without hyphens. */
  readonly uuid: string;
  readonly content: Bytes;
  /** Its copies of the description of the group; empty if other volumes have it. */
  readonly descriptions: readonly LvmSection[];
  /** The first error in a copy of the description; absent if all are right. */
  readonly damage?: UserError;
}

/**
 * Reads the head of a physical volume of LVM2.
 *
 * @throws UserError if it is damaged
 */
export function readPhysicalVolume(content: Bytes): PhysicalVolume {
  const label = findLabel(content);
  const uuid = label.toString('latin1', 0, UUID_CHARS);
  const data = listAreas(label, UUID_CHARS + 8);
  const metadata = listAreas(label, UUID_CHARS + 8 + (data.length + 1) * 16);
  const descriptions: LvmSection[] = [];
  let damage: UserError | undefined;
  for (const area of metadata) {
    try {
      const description = readDescription(content, area);
      if (description !== undefined) descriptions.push(description);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damage ??= error;
    }
  }
  return { uuid, content, descriptions, ...defined({ damage }) };
}

/** Returns the content after the label, which is in one of the first sectors. */
function findLabel(content: Bytes): Buffer {
  for (let sector = 0; sector < LABEL.sectors; sector++) {
    const bytes = toBuffer(content.read(sector * SECTOR_BYTES, SECTOR_BYTES));
    if (bytes.length < SECTOR_BYTES || bytes.toString('latin1', 0, 8) !== LABEL.magic) continue;
    const start = bytes.readUInt32LE(20);
    const isValid = start >= LABEL.headBytes && start < SECTOR_BYTES - UUID_CHARS - 8;
    if (bytes.toString('latin1', 24, 32) === LABEL.type && isValid) return bytes.subarray(start);
  }
  throw createDamageError('the label of the physical volume is damaged');
}

interface Area {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Areas are listed until one has no place. */
function listAreas(label: Buffer, start: number): readonly Area[] {
  const areas: Area[] = [];
  for (let at = start; at + 16 <= label.length && areas.length < AREAS_MAX; at += 16) {
    const offset = Number(label.readBigUInt64LE(at));
    if (offset === 0) return areas;
    areas.push({ offset, sizeBytes: Number(label.readBigUInt64LE(at + 8)) });
  }
  throw createDamageError('the label of the physical volume is damaged');
}

/** The text is at a place in the area, and continues at its start. */
function readDescription(content: Bytes, { offset, sizeBytes }: Area): LvmSection | undefined {
  const head = toBuffer(content.read(offset, AREA_HEAD_BYTES));
  if (head.length < AREA_HEAD_BYTES || head.toString('latin1', 4, 20) !== AREA_MAGIC) {
    throw createDamageError('an area of metadata is damaged');
  }
  const place = Number(head.readBigUInt64LE(40));
  const length = Number(head.readBigUInt64LE(48));
  const isIgnored = (head.readUInt32LE(60) & IGNORED_FLAG) !== 0;
  if (place === 0 || isIgnored) return undefined;
  if (length > TEXT_BYTES_MAX || place < AREA_HEAD_BYTES || place > sizeBytes) {
    throw createDamageError('an area of metadata is damaged');
  }
  const first = Math.min(length, sizeBytes - place);
  const text = Buffer.concat([
    content.read(offset + place, first),
    content.read(offset + AREA_HEAD_BYTES, length - first),
  ]);
  if (computeChecksum(text) !== head.readUInt32LE(56)) {
    throw createDamageError('a copy of the description of the volume group is damaged');
  }
  return parseLvmText(text.toString('utf8').replaceAll('\0', ''));
}

/** CRC-32 with a start value of its own, and without the last inversion. */
export function computeChecksum(bytes: Uint8Array): number {
  return ~zlib.crc32(bytes, ~CHECKSUM_START >>> 0) >>> 0;
}
