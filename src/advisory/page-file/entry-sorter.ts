import fs from 'node:fs';
import { writeAll } from '../write-all.ts';
import { ByteBuffer, ByteCursor, EndOfBytes } from './byte-buffer.ts';
import { addSharedKey, readSharedKey } from './page.ts';

/** An entry before it is stored. Several entries may have the same key. */
export interface UnsortedEntry {
  /** A byte key: see `byte-key.ts`. */
  readonly key: string;
  readonly value: Buffer;
}

/** An entry in memory. */
interface KeptEntry {
  readonly key: string;
  /** The bytes that have its value. */
  readonly chunk: Buffer;
  readonly start: number;
  readonly end: number;
}

const PIECE_BYTES = 64 * 1024;
/** Memory of an entry besides its key and its value. */
const ENTRY_BYTES = 160;
const MEMORY_BYTES = 12 * 1024 * 1024;
const CHUNK_BYTES = 128 * 1024;

/** Memory that several sorters share. If it is used up, the largest one writes to its file. */
export class SorterMemory {
  readonly #sorters = new Set<EntrySorter>();
  readonly #bytesMax: number;
  /** Chunks that can be used again: their memory would be freed late otherwise. */
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax = MEMORY_BYTES) {
    this.#bytesMax = bytesMax;
  }

  takeChunk(bytes: number): Buffer {
    return bytes > CHUNK_BYTES
      ? Buffer.allocUnsafeSlow(bytes)
      : (this.#chunks.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES));
  }

  returnChunks(chunks: readonly Buffer[]): void {
    this.#chunks.push(...chunks.filter((chunk) => chunk.length === CHUNK_BYTES));
  }

  addSorter(sorter: EntrySorter): void {
    this.#sorters.add(sorter);
  }

  /** Removes a sorter from the shared budget. Its entries stay in memory. */
  removeSorter(sorter: EntrySorter): void {
    if (this.#sorters.delete(sorter)) {
      this.#bytes -= sorter.usedBytes;
    }
  }

  /** Counts the bytes of one more entry. */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) {
      let largest: EntrySorter | undefined;
      for (const sorter of this.#sorters) {
        largest = sorter.usedBytes > (largest?.usedBytes ?? 0) ? sorter : largest;
      }
      this.#bytes -= largest?.usedBytes ?? 0;
      largest?.writePart();
    }
  }
}

/**
 * Sorts entries by their keys. Entries with equal keys stay in the order in which they were added.
 * If they are too many for the memory, sorted parts of them are kept in a temporary file.
 */
export class EntrySorter implements Disposable {
  readonly #path: string;
  readonly #memory: SorterMemory;
  #file: number | undefined;
  #entries: KeptEntry[] = [];
  #chunks: Buffer[] = [];
  /** Used bytes of the last chunk. */
  #chunkEnd = 0;
  #usedBytes = 0;
  /** Ends of the sorted parts in the file. */
  readonly #ends: number[] = [];

  /** `path`: the temporary file, which must not exist. */
  constructor(path: string, memory = new SorterMemory()) {
    this.#path = path;
    this.#memory = memory;
    memory.addSorter(this);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  addEntry(key: string, value: string): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || this.#chunkEnd + 3 * value.length > chunk.length) {
      chunk = this.#memory.takeChunk(3 * value.length);
      this.#chunks.push(chunk);
      this.#chunkEnd = 0;
    }
    const start = this.#chunkEnd;
    const end = value === '' ? start : start + chunk.write(value, start, 'utf8');
    this.#chunkEnd = end;
    this.#entries.push({ key, chunk, start, end });
    const bytes = key.length + end - start + ENTRY_BYTES;
    this.#usedBytes += bytes;
    this.#memory.countBytes(bytes);
  }

  /** Yields all entries in the order of their keys. No more can be added. */
  *readSorted(): Generator<UnsortedEntry> {
    // Entries that are being read must not be written to the file.
    this.#memory.removeSorter(this);
    this.#sortEntries();
    if (this.#ends.length === 0) {
      yield* this.#readKept();
      return;
    }
    const parts: Iterator<UnsortedEntry>[] = this.#ends.map((end, at) =>
      this.#readPart(this.#ends[at - 1] ?? 0, end),
    );
    yield* mergeParts([...parts, this.#readKept()]);
  }

  /** Moves the entries in memory to the file. */
  writePart(): void {
    this.#sortEntries();
    this.#file ??= fs.openSync(this.#path, 'wx+');
    const buffer = new ByteBuffer(2 * PIECE_BYTES);
    let end = this.#ends.at(-1) ?? 0;
    let previous = '';
    const flush = (file: number): void => {
      const bytes = buffer.getBytes();
      writeAll(file, bytes, end);
      end += bytes.length;
      buffer.clear();
    };
    for (const { key, value } of this.#readKept()) {
      addSharedKey(buffer, previous, key);
      previous = key;
      buffer.addNumber(value.length);
      buffer.addBytes(value);
      if (buffer.length > PIECE_BYTES) {
        flush(this.#file);
      }
    }
    flush(this.#file);
    this.#ends.push(end);
    this.#forgetEntries();
  }

  [Symbol.dispose](): void {
    this.#memory.removeSorter(this);
    this.#forgetEntries();
    if (this.#file !== undefined) {
      fs.closeSync(this.#file);
      fs.rmSync(this.#path);
      this.#file = undefined;
    }
  }

  #forgetEntries(): void {
    this.#memory.returnChunks(this.#chunks);
    this.#entries = [];
    this.#chunks = [];
    this.#chunkEnd = 0;
    this.#usedBytes = 0;
  }

  /** The sort is stable, and fast if the entries are nearly sorted. */
  #sortEntries(): void {
    this.#entries.sort(compareEntries);
  }

  *#readKept(): Generator<UnsortedEntry> {
    for (const { key, chunk, start, end } of this.#entries) {
      yield { key, value: chunk.subarray(start, end) };
    }
  }

  *#readPart(start: number, end: number): Generator<UnsortedEntry> {
    let position = start;
    let rest: Buffer = Buffer.alloc(0);
    let previous = '';
    while (position < end || rest.length > 0) {
      const bytes = this.#readPiece(rest, position, end);
      position += bytes.length - rest.length;
      const cursor = new ByteCursor(bytes);
      let complete = 0;
      try {
        while (!cursor.isAtEnd) {
          const key = readSharedKey(cursor, previous);
          const value = cursor.readBytes(cursor.readNumber());
          complete = cursor.at;
          previous = key;
          yield { key, value };
        }
      } catch (error) {
        if (!(error instanceof EndOfBytes) || position >= end) {
          throw error;
        }
      }
      rest = bytes.subarray(complete);
    }
  }

  /** Returns the rest of the piece before, and the bytes of the file that follow it. */
  #readPiece(rest: Buffer, position: number, end: number): Buffer {
    const wanted = Math.min(Math.max(PIECE_BYTES, rest.length), end - position);
    const bytes = Buffer.allocUnsafeSlow(rest.length + wanted);
    rest.copy(bytes);
    const read = fs.readSync(this.#file ?? -1, bytes, rest.length, wanted, position);
    return bytes.subarray(0, rest.length + read);
  }
}

function compareEntries(left: KeptEntry, right: KeptEntry): number {
  if (left.key === right.key) {
    return 0;
  }
  return left.key < right.key ? -1 : 1;
}

/** The next entry of a sorted part. */
interface Head {
  readonly entry: UnsortedEntry;
  /** Number of the part. */
  readonly part: number;
}

/** Merges sorted parts. Of equal keys, those of earlier parts come first. */
function* mergeParts(parts: readonly Iterator<UnsortedEntry>[]): Generator<UnsortedEntry> {
  const heap: Head[] = [];
  for (const [part, iterator] of parts.entries()) {
    const entry = takeNext(iterator);
    if (entry !== undefined) {
      heap.push({ entry, part });
    }
  }
  for (let at = heap.length >> 1; at >= 0; at--) {
    restoreOrder(heap, at);
  }
  for (let [least] = heap; least !== undefined; [least] = heap) {
    yield least.entry;
    const iterator = parts[least.part];
    const entry = iterator && takeNext(iterator);
    const last = entry === undefined ? heap.pop() : { entry, part: least.part };
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      restoreOrder(heap, 0);
    }
  }
}

/** Restores the order of a heap after a head was replaced by a greater one. */
function restoreOrder(heap: Head[], start: number): void {
  const sinking = heap[start];
  let at = start;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const isRight = left !== undefined && right !== undefined && hasLowerKey(right, left);
    const child = isRight ? right : left;
    if (sinking === undefined || child === undefined || !hasLowerKey(child, sinking)) {
      break;
    }
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  if (sinking !== undefined) {
    heap[at] = sinking;
  }
}

function hasLowerKey(left: Head, right: Head): boolean {
  const [first, second] = [left.entry.key, right.entry.key];
  return first === second ? left.part < right.part : first < second;
}

function takeNext(part: Iterator<UnsortedEntry>): UnsortedEntry | undefined {
  const next = part.next();
  return next.done === true ? undefined : next.value;
}
