import { type Bytes, toBuffer } from '../../core/bytes.ts';
import type { DiskBudget } from '../disk/disk-budget.ts';
import { createDamageError } from '../disk/disk-error.ts';
import type { DiskFileSystem, DiskObject, Folder, FolderEntry } from '../disk/file-system.ts';
import { choosePieceBytes, PIECE_BYTES } from '../disk/piece.ts';
import { RecentItems } from '../disk/recent-items.ts';
import { type FatLayout, readFatLayout } from './boot-sector.ts';
import { ENTRY_BYTES, type FatEntry, listFatEntries, parseFatEntry } from './fat-folder.ts';

const ROOT_NUMBER = 0;
const FIRST_CLUSTER = 2;
const MODE = 0o755;
const TABLE_PIECE_BYTES = 4096;
const TABLE_PIECES_MAX = 64;
/** Linux does not read larger directories. */
const FOLDER_BYTES_MAX = 65_536 * ENTRY_BYTES;

interface Run {
  readonly offset: number;
  readonly length: number;
}

/**
 * A FAT12, FAT16 or FAT32 file system with long names. The number of an object is the offset of its
 * entry.
 */
export class FatFileSystem implements DiskFileSystem {
  readonly uuid: string;
  readonly label: string;
  readonly isRootPossible = false;
  readonly problems = [];
  readonly #bytes: Bytes;
  readonly #budget: DiskBudget;
  readonly #layout: FatLayout;
  readonly #table = new RecentItems<number, Buffer>(TABLE_PIECES_MAX);

  /** @throws UserError if its boot sector is malformed */
  constructor(bytes: Bytes, budget: DiskBudget) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#layout = readFatLayout(bytes);
    this.uuid = this.#layout.uuid;
    this.label = this.#layout.label;
  }

  readRoot(): DiskObject {
    return createObject(ROOT_NUMBER, true, 0);
  }

  readObject(number: number): DiskObject {
    if (number === ROOT_NUMBER) return this.readRoot();
    const { isFolder, sizeBytes } = parseFatEntry(this.#readFatBytes(number, ENTRY_BYTES));
    return createObject(number, isFolder, sizeBytes);
  }

  readFolder({ number }: DiskObject): Folder {
    const runs: Run[] = [];
    const pieces: Buffer[] = [];
    let length = 0;
    let damage: unknown;
    try {
      for (const run of this.#listFolderRuns(number)) {
        length += run.length;
        if (length > FOLDER_BYTES_MAX) throw createDamageError('the directory is too large');
        this.#budget.takeFolder(run.length);
        pieces.push(this.#readFatBytes(run.offset, run.length));
        runs.push(run);
      }
    } catch (error) {
      damage = error;
    }
    const entries = placeEntries(listFatEntries(Buffer.concat(pieces)), runs);
    return damage === undefined ? { entries } : { entries, damage };
  }

  readLink(): string {
    throw createDamageError('FAT does not support symbolic links');
  }

  readCapabilities(): undefined {
    return undefined;
  }

  *streamFile({ number, sizeBytes }: DiskObject): Generator<Buffer> {
    const { cluster } = parseFatEntry(this.#readFatBytes(number, ENTRY_BYTES));
    let done = 0;
    if (sizeBytes === 0) return;
    for (const run of this.#listRuns(cluster)) {
      let at = 0;
      while (at < run.length && done < sizeBytes) {
        const count = choosePieceBytes(done, Math.min(run.length - at, sizeBytes - done));
        this.#budget.takeRead(count);
        yield this.#readFatBytes(run.offset + at, count);
        at += count;
        done += count;
      }
      if (done >= sizeBytes) return;
    }
    throw createDamageError('the file is shorter than its size');
  }

  *#listFolderRuns(number: number): Generator<Run> {
    const { fixedRoot, rootCluster } = this.#layout;
    const isRoot = number === ROOT_NUMBER;
    if (isRoot && fixedRoot.sizeBytes > 0) {
      yield { offset: fixedRoot.offset, length: fixedRoot.sizeBytes };
      return;
    }
    const { cluster } = isRoot
      ? { cluster: rootCluster }
      : parseFatEntry(this.#readFatBytes(number, ENTRY_BYTES));
    yield* this.#listRuns(cluster);
  }

  /** Yields clusters in a row as one run. A chain that is a cycle is damage. */
  *#listRuns(first: number): Generator<Run> {
    const { clusterBytes, clusters, dataOffset } = this.#layout;
    let cluster: number | undefined = first;
    let passed = 0;
    while (cluster !== undefined) {
      const start: number = cluster;
      let count = 0;
      while (cluster === start + count) {
        if (cluster < FIRST_CLUSTER || cluster >= clusters + FIRST_CLUSTER) {
          throw createDamageError(`cluster ${cluster} does not exist`);
        }
        if (++passed > clusters) throw createDamageError('the chain of clusters is a cycle');
        count++;
        cluster = this.#findNext(cluster);
        if (count * clusterBytes >= PIECE_BYTES) break;
      }
      const offset = dataOffset + (start - FIRST_CLUSTER) * clusterBytes;
      yield { offset, length: count * clusterBytes };
    }
  }

  /** Returns the cluster after another; `undefined` after the last. */
  #findNext(cluster: number): number | undefined {
    const { width, tableOffset } = this.#layout;
    const bytes = Math.floor((cluster * width) / 8);
    const low = this.#readTableNumber(tableOffset + bytes);
    const high = width === 32 ? this.#readTableNumber(tableOffset + bytes + 2) & 0x0fff : 0;
    const isOdd = width === 12 && cluster % 2 === 1;
    const narrow = width === 12 ? (isOdd ? low >> 4 : low & 0xfff) : low;
    const next = high * 2 ** 16 + narrow;
    const end = width === 32 ? 0x0fff_fff8 : width === 16 ? 0xfff8 : 0xff8;
    return next >= end ? undefined : next;
  }

  #readTableNumber(offset: number): number {
    return this.#readTableByte(offset) + this.#readTableByte(offset + 1) * 256;
  }

  #readTableByte(offset: number): number {
    const start = offset - (offset % TABLE_PIECE_BYTES);
    const piece = this.#table.take(start, () =>
      toBuffer(this.#bytes.read(start, TABLE_PIECE_BYTES)),
    );
    const byte = piece[offset - start];
    if (byte === undefined) throw createDamageError('the table of clusters is truncated');
    return byte;
  }

  #readFatBytes(offset: number, length: number): Buffer {
    const content = toBuffer(this.#bytes.read(offset, length));
    if (content.length < length) throw createDamageError('the file system is truncated');
    return content;
  }
}

function createObject(number: number, isFolder: boolean, sizeBytes: number): DiskObject {
  const type = isFolder ? 'directory' : 'regular';
  return { number, type, mode: MODE, uid: 0, gid: 0, sizeBytes: isFolder ? 0 : sizeBytes };
}

/** Numbers the entries of a directory by their offsets in the file system. */
function placeEntries(entries: readonly FatEntry[], runs: readonly Run[]): readonly FolderEntry[] {
  let index = 0;
  let start = 0;
  return entries.map(({ name, at }) => {
    for (let run = runs[index]; run !== undefined && at >= start + run.length; run = runs[index]) {
      start += run.length;
      index++;
    }
    const offset = runs[index]?.offset ?? 0;
    return { name, number: offset + at - start };
  });
}
