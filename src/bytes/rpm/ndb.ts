import { type Bytes, dataViewOf } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { StoredHeaders } from './stored-headers.ts';

const HEADER_MAGIC = 0x506d7052;
const SLOT_MAGIC = 0x746f6c53;
const BLOB_MAGIC = 0x53626c42;
const BLOB_END_MAGIC = 0x45626c42;
const HEADER_BYTES = 32;
const SLOT_BYTES = 16;
const PAGE_BYTES = 4_096;
const BLOCK_BYTES = 16;
const BLOB_HEADER_BYTES = 16;
const BLOB_TAIL_BYTES = 12;
const VERSION = 0;

export function isNdb(bytes: Bytes): boolean {
  const head = dataViewOf(bytes.read(0, HEADER_BYTES));
  return head.byteLength === HEADER_BYTES && head.getUint32(0, true) === HEADER_MAGIC;
}

/**
 * The package blobs of rpm's own database format, in the order of package numbers. rpm,
 * lib/backend/ndb/rpmpkg.c: little-endian, slots of 16 bytes in the first pages, blobs in blocks of
 * 16 bytes.
 */
export function readNdb(bytes: Bytes, limits: Limits): StoredHeaders {
  const problems: ProblemNote[] = [];
  const head = dataViewOf(bytes.read(0, HEADER_BYTES));
  if (head.getUint32(4, true) !== VERSION) {
    const message = `the ndb database has version ${head.getUint32(4, true)}, 0 is known`;
    return { blobs: [], problems: [{ code: 'P_UNSUPPORTED', message }] };
  }
  const slotBytes = Math.min(head.getUint32(12, true) * PAGE_BYTES, bytes.sizeBytes);
  if (slotBytes / SLOT_BYTES > limits.recordsMax) {
    problems.push({ code: 'P_LIMIT', message: 'the database has more slots than recordsMax' });
    return { blobs: [], problems };
  }
  const slots = dataViewOf(bytes.read(0, slotBytes));
  const found: { readonly packageNumber: number; readonly blob: Uint8Array }[] = [];
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= slots.byteLength; at += SLOT_BYTES) {
    const packageNumber = slots.getUint32(at + 4, true);
    if (slots.getUint32(at, true) !== SLOT_MAGIC) {
      problems.push({ code: 'P_MALFORMED', message: `slot ${at / SLOT_BYTES} is damaged` });
    } else if (packageNumber !== 0) {
      const blob = readBlob(
        bytes,
        {
          packageNumber,
          block: slots.getUint32(at + 8, true),
          blocks: slots.getUint32(at + 12, true),
        },
        limits,
      );
      if (typeof blob === 'string') {
        problems.push({ code: 'P_RECORD', message: `package ${packageNumber}: ${blob}` });
      } else {
        found.push({ packageNumber, blob });
      }
    }
  }
  const inOrder = found.sort((left, right) => left.packageNumber - right.packageNumber);
  return { blobs: inOrder.map(({ blob }) => blob), problems };
}

/** What a slot says of a package: its number, the first block of its blob, and how many it has. */
interface Slot {
  readonly packageNumber: number;
  readonly block: number;
  readonly blocks: number;
}

function readBlob(bytes: Bytes, slot: Slot, limits: Limits): Uint8Array | string {
  const { packageNumber, block, blocks } = slot;
  const start = block * BLOCK_BYTES;
  const head = dataViewOf(bytes.read(start, BLOB_HEADER_BYTES));
  if (head.byteLength < BLOB_HEADER_BYTES || head.getUint32(0, true) !== BLOB_MAGIC) {
    return 'its blob is not where the slot says';
  }
  if (head.getUint32(4, true) !== packageNumber) {
    return 'its blob belongs to another package';
  }
  const length = head.getUint32(12, true);
  if (length > limits.recordBytesMax) {
    return `its blob of ${length} bytes is too long`;
  }
  const blob = bytes.read(start + BLOB_HEADER_BYTES, length);
  if (blob.length !== length) return 'its blob is cut short';
  const end = start + blocks * BLOCK_BYTES;
  const tail = dataViewOf(bytes.read(end - BLOB_TAIL_BYTES, BLOB_TAIL_BYTES));
  const isWhole =
    blocks === Math.ceil((BLOB_HEADER_BYTES + length + BLOB_TAIL_BYTES) / BLOCK_BYTES) &&
    tail.byteLength === BLOB_TAIL_BYTES &&
    tail.getUint32(4, true) === length &&
    tail.getUint32(8, true) === BLOB_END_MAGIC;
  return isWhole ? blob : 'its blob has another length than its slot and its end say';
}
