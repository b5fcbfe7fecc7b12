import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { NoteList } from '../../core/note-list.ts';
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
  const head = toDataView(bytes.read(0, HEADER_BYTES));
  return head.byteLength === HEADER_BYTES && head.getUint32(0, true) === HEADER_MAGIC;
}

/**
 * Returns the package blobs of rpm's own database format in the order of package numbers. rpm,
 * lib/backend/ndb/rpmpkg.c: little-endian, slots of 16 bytes in the first pages, blobs in blocks of
 * 16 bytes. Each blob belongs to one slot, and all together are not longer than the file.
 */
export function readNdb(bytes: Bytes, limits: Limits): StoredHeaders {
  const notes = new NoteList(limits);
  const head = toDataView(bytes.read(0, HEADER_BYTES));
  if (head.getUint32(4, true) !== VERSION) {
    const message = `unsupported ndb version ${head.getUint32(4, true)}: only version 0 is supported`;
    return { blobs: [], problems: [{ code: 'P_UNSUPPORTED', message }] };
  }
  const slotBytes = Math.min(head.getUint32(12, true) * PAGE_BYTES, bytes.sizeBytes);
  const reader = new BlobReader(bytes, limits);
  const slots = toDataView(bytes.read(0, slotBytes));
  const found: { readonly packageNumber: number; readonly blob: Uint8Array }[] = [];
  for (let at = HEADER_BYTES; at + SLOT_BYTES <= slots.byteLength; at += SLOT_BYTES) {
    const packageNumber = slots.getUint32(at + 4, true);
    if (slots.getUint32(at, true) !== SLOT_MAGIC) {
      notes.add('P_MALFORMED', `slot ${at / SLOT_BYTES} is damaged`);
    } else if (packageNumber !== 0 && found.length >= limits.recordsMax) {
      notes.add('P_LIMIT', 'the database has more packages than recordsMax allows');
      break;
    } else if (packageNumber !== 0) {
      const block = slots.getUint32(at + 8, true);
      const blob = reader.readBlob({
        packageNumber,
        block,
        blocks: slots.getUint32(at + 12, true),
      });
      if (typeof blob === 'string') {
        notes.add('P_RECORD', `package ${packageNumber}: ${blob}`);
      } else {
        found.push({ packageNumber, blob });
      }
    }
  }
  const inOrder = found.sort((left, right) => left.packageNumber - right.packageNumber);
  return { blobs: inOrder.map(({ blob }) => blob), problems: notes.notes };
}

/** A slot of a package: its number, the first block of its blob, and the number of blocks. */
interface Slot {
  readonly packageNumber: number;
  readonly block: number;
  readonly blocks: number;
}

class BlobReader {
  readonly #bytes: Bytes;
  readonly #limits: Limits;
  readonly #used = new Set<number>();
  #bytesLeft: number;

  constructor(bytes: Bytes, limits: Limits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#bytesLeft = bytes.sizeBytes;
  }

  /** Returns the blob of a slot, or the reason why there is none. */
  readBlob(slot: Slot): Uint8Array | string {
    const { packageNumber, block } = slot;
    const start = block * BLOCK_BYTES;
    const head = toDataView(this.#bytes.read(start, BLOB_HEADER_BYTES));
    if (head.byteLength < BLOB_HEADER_BYTES || head.getUint32(0, true) !== BLOB_MAGIC) {
      return 'its blob is not at the offset that the slot declares';
    }
    if (head.getUint32(4, true) !== packageNumber) {
      return 'its blob belongs to another package';
    }
    if (this.#used.has(block)) {
      return 'its blob belongs to an earlier slot';
    }
    this.#used.add(block);
    const length = head.getUint32(12, true);
    const { recordBytesMax } = this.#limits;
    if (length > recordBytesMax) {
      return `its blob has ${length} bytes; the limit recordBytesMax allows ${recordBytesMax}`;
    }
    this.#bytesLeft -= length;
    if (this.#bytesLeft < 0) {
      return 'all blobs together are larger than the file';
    }
    return this.#readContent(slot, length);
  }

  #readContent({ block, blocks }: Slot, length: number): Uint8Array | string {
    const start = block * BLOCK_BYTES;
    const blob = this.#bytes.read(start + BLOB_HEADER_BYTES, length);
    if (blob.length !== length) return 'its blob is truncated';
    const end = start + blocks * BLOCK_BYTES;
    const tail = toDataView(this.#bytes.read(end - BLOB_TAIL_BYTES, BLOB_TAIL_BYTES));
    const isWhole =
      blocks === Math.ceil((BLOB_HEADER_BYTES + length + BLOB_TAIL_BYTES) / BLOCK_BYTES) &&
      tail.byteLength === BLOB_TAIL_BYTES &&
      tail.getUint32(4, true) === length &&
      tail.getUint32(8, true) === BLOB_END_MAGIC;
    return isWhole ? blob : 'its blob differs in length from its slot and its trailer';
  }
}
