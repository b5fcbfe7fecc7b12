import { type Bytes, toBuffer } from '../../core/bytes.ts';
import { placeBlock, type XfsSuperblock } from './superblock.ts';

/* "XFS Algorithms & Data Structures", "Journaling Log". The log consists of records in a circle. */
const SECTOR_BYTES = 512;
const RECORD_MAGIC = 0xfeed_babe;
const RECORD_BYTES_MAX = 256 * 1024;
const HEAD_BYTES_EACH = 32 * 1024;
const LARGE_HEADS = 2;
const UNMOUNT_FLAG = 0x20;

/**
 * Returns whether the last record of the log says that the file system was unmounted. If it was
 * not, its newest changes may only be in the log.
 */
export function isUnmounted(bytes: Bytes, superblock: XfsSuperblock): boolean {
  const { logStart, logBlocks, blockBytes } = superblock;
  if (logStart === 0 || logBlocks === 0) return false;
  const offset = placeBlock(logStart, superblock) * blockBytes;
  const sectors = (logBlocks * blockBytes) / SECTOR_BYTES;
  const readSector = (index: number): Buffer => {
    const place = offset + (((index % sectors) + sectors) % sectors) * SECTOR_BYTES;
    const sector = toBuffer(bytes.read(place, SECTOR_BYTES));
    return sector.length === SECTOR_BYTES ? sector : Buffer.alloc(SECTOR_BYTES);
  };
  const end = findLogEnd(readSector, sectors);
  for (let back = 1; back <= Math.min(sectors, RECORD_BYTES_MAX / SECTOR_BYTES + 16); back++) {
    const head = readSector(end - back);
    if (head.readUInt32BE(0) === RECORD_MAGIC) return isUnmountRecord(head, back, readSector, end);
  }
  return false;
}

type ReadSector = (index: number) => Buffer;

/** Each sector states its round: the end is the first sector of the round before. */
function findLogEnd(readSector: ReadSector, sectors: number): number {
  const last = readRound(readSector(sectors - 1));
  let low = 0;
  let high = sectors - 1;
  if (readRound(readSector(0)) === last) return sectors;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (readRound(readSector(middle)) === last) high = middle;
    else low = middle + 1;
  }
  return low;
}

function readRound(sector: Buffer): number {
  const first = sector.readUInt32BE(0);
  return first === RECORD_MAGIC ? sector.readUInt32BE(4) : first;
}

function isUnmountRecord(head: Buffer, back: number, readSector: ReadSector, end: number): boolean {
  const isLarge = (head.readUInt32BE(8) & LARGE_HEADS) !== 0;
  const stated = head.readUInt32BE(320);
  const heads =
    isLarge && stated > HEAD_BYTES_EACH && stated <= RECORD_BYTES_MAX
      ? Math.ceil(stated / HEAD_BYTES_EACH)
      : 1;
  const content = readSector(end - back + heads);
  return head.readUInt32BE(40) === 1 && (content.readUInt8(9) & UNMOUNT_FLAG) !== 0;
}
