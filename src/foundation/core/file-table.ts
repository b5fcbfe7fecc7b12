import { assert } from './assert.ts';
import { toBuffer } from './bytes.ts';

export const FILE_TYPES = [
  'regular',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'other',
] as const;

export type FileType = (typeof FILE_TYPES)[number];

/** Metadata of one path in a tar header or an inode. */
export interface FileEntry {
  /** Absolute, normalized path in the layer: starts with `/`, no `.` or `..`, no trailing slash. */
  readonly path: string;
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky, at most 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Target of a symbolic link as written; for a hard link the absolute path of the other name. */
  readonly linkTarget?: string;
  /** The extended attribute `security.capability` as hexadecimal digits. */
  readonly capabilities?: string;
}

/** Digests that are only computed on request. */
export const OTHER_DIGEST_ALGORITHMS = ['md5', 'sha224', 'sha384', 'sha512'] as const;

export type OtherDigestAlgorithm = (typeof OTHER_DIGEST_ALGORITHMS)[number];

/** In hexadecimal digits. */
export type OtherDigests = Readonly<Partial<Record<OtherDigestAlgorithm, string>>>;

const SHA256_BYTES = 32;
const SHA1_BYTES = 20;
const DIGEST_BYTES = SHA256_BYTES + SHA1_BYTES;
const INITIAL_ROWS = 64;
const NO_DIGEST = 0xffffffff;

/**
 * All data of a table, one array per column without spare room. The arrays are windows into the
 * table and must not be written.
 */
export interface FileColumns {
  readonly paths: readonly string[];
  readonly types: Uint8Array;
  readonly modes: Uint16Array;
  readonly uids: Uint32Array;
  readonly gids: Uint32Array;
  readonly sizes: Float64Array;
  /** Indexes into `mimeNames`. */
  readonly mimeTypes: Uint8Array;
  readonly mimeNames: readonly string[];
  /** Indexes into `digests`, which has 52 bytes per entry. */
  readonly digestSlots: Uint32Array;
  readonly digests: Uint8Array;
  /** Rows of links, with the target of each. */
  readonly linkRows: Uint32Array;
  readonly linkTargets: readonly string[];
  /** Further digests by row; most tables have none. */
  readonly otherDigests: ReadonlyMap<number, OtherDigests>;
  /** Capabilities by row; most tables have none. */
  readonly capabilities: ReadonlyMap<number, string>;
}

/** Paths that are kept outside of memory, by row number. */
export interface PathStore {
  readonly length: number;
  push(path: string): void;
  getPath(row: number): string;
}

/**
 * The files of one layer, stored by column: a million rows as objects would need 400 MB. Rows are
 * numbered in reading order.
 */
export class FileTable {
  #paths: string[] = [];
  readonly #store: PathStore | undefined;
  readonly #links = new Map<number, string>();
  readonly #otherDigests = new Map<number, OtherDigests>();
  readonly #capabilities = new Map<number, string>();
  #types: Uint8Array = new Uint8Array(INITIAL_ROWS);
  #modes: Uint16Array = new Uint16Array(INITIAL_ROWS);
  #uids: Uint32Array = new Uint32Array(INITIAL_ROWS);
  #gids: Uint32Array = new Uint32Array(INITIAL_ROWS);
  #sizes: Float64Array = new Float64Array(INITIAL_ROWS);
  #mimeTypes: Uint8Array = new Uint8Array(INITIAL_ROWS);
  #digestSlots: Uint32Array = new Uint32Array(INITIAL_ROWS).fill(NO_DIGEST);
  #digests: Uint8Array = new Uint8Array(INITIAL_ROWS * DIGEST_BYTES);
  #digestText = toBuffer(this.#digests);
  #digestCount = 0;
  readonly #mimeNames: string[] = [''];
  readonly #mimeNumbers = new Map<string, number>([['', 0]]);

  /** @param store stores the paths; if absent, they are kept in memory */
  constructor(store?: PathStore) {
    this.#store = store;
  }

  get length(): number {
    return this.#store === undefined ? this.#paths.length : this.#store.length;
  }

  /** Returns whether each access to a path reads it anew. */
  get arePathsStored(): boolean {
    return this.#store !== undefined;
  }

  /** Creates a table from its columns and takes ownership of them. */
  static from(columns: FileColumns): FileTable {
    const table = new FileTable();
    const rows = columns.paths.length;
    table.#paths = [...columns.paths];
    table.#types = columns.types;
    table.#modes = columns.modes;
    table.#uids = columns.uids;
    table.#gids = columns.gids;
    table.#sizes = columns.sizes;
    table.#mimeTypes = columns.mimeTypes;
    table.#digestSlots = columns.digestSlots;
    table.#digests = columns.digests;
    table.#digestText = toBuffer(columns.digests);
    table.#digestCount = columns.digests.length / DIGEST_BYTES;
    const lengths = [table.#types, table.#modes, table.#uids, table.#gids, table.#sizes];
    const isEven = [...lengths, table.#mimeTypes, table.#digestSlots].every(
      (column) => column.length === rows,
    );
    assert(isEven && Number.isInteger(table.#digestCount), 'columns of one length');
    for (const name of columns.mimeNames.slice(1)) {
      table.#mimeNumbers.set(name, table.#mimeNames.push(name) - 1);
    }
    for (const [index, row] of columns.linkRows.entries()) {
      table.#links.set(row, columns.linkTargets[index] ?? '');
    }
    for (const [row, digests] of columns.otherDigests) {
      table.#otherDigests.set(row, digests);
    }
    for (const [row, capabilities] of columns.capabilities) {
      table.#capabilities.set(row, capabilities);
    }
    return table;
  }

  getColumns(): FileColumns {
    const rows = this.length;
    return {
      paths: this.#listAllPaths(),
      types: this.#types.subarray(0, rows),
      modes: this.#modes.subarray(0, rows),
      uids: this.#uids.subarray(0, rows),
      gids: this.#gids.subarray(0, rows),
      sizes: this.#sizes.subarray(0, rows),
      mimeTypes: this.#mimeTypes.subarray(0, rows),
      mimeNames: this.#mimeNames,
      digestSlots: this.#digestSlots.subarray(0, rows),
      digests: this.#digests.subarray(0, this.#digestCount * DIGEST_BYTES),
      linkRows: Uint32Array.from(this.#links.keys()),
      linkTargets: [...this.#links.values()],
      otherDigests: this.#otherDigests,
      capabilities: this.#capabilities,
    };
  }

  /** Adds a row and returns its number. */
  add(entry: FileEntry): number {
    const row = this.length;
    if (row === this.#types.length) {
      this.#grow();
    }
    (this.#store ?? this.#paths).push(entry.path);
    this.#types[row] = FILE_TYPES.indexOf(entry.type);
    this.#modes[row] = entry.mode;
    this.#uids[row] = entry.uid;
    this.#gids[row] = entry.gid;
    this.#sizes[row] = entry.sizeBytes;
    if (entry.linkTarget !== undefined) {
      this.#links.set(row, entry.linkTarget);
    }
    if (entry.capabilities !== undefined) {
      this.#capabilities.set(row, entry.capabilities);
    }
    return row;
  }

  /**
   * Sets the digests of a regular file: 32 bytes of SHA-256 and 20 bytes of SHA-1, each as a string
   * with one byte per character. Creating a string is faster than a buffer, which shows with a
   * million files.
   */
  setDigests(row: number, sha256: string, sha1: string): void {
    assert(row < this.length, 'a row that was added');
    assert(sha256.length === SHA256_BYTES && sha1.length === SHA1_BYTES, 'digests of full length');
    const slot = this.#digestCount++;
    if ((slot + 1) * DIGEST_BYTES > this.#digests.length) {
      const room = Math.max(this.#digests.length * 2, INITIAL_ROWS * DIGEST_BYTES);
      this.#digests = enlarge(this.#digests, room);
      this.#digestText = toBuffer(this.#digests);
    }
    this.#digestText.write(sha256, slot * DIGEST_BYTES, 'latin1');
    this.#digestText.write(sha1, slot * DIGEST_BYTES + SHA256_BYTES, 'latin1');
    this.#digestSlots[row] = slot;
  }

  /** Sets further digests of a regular file, in hexadecimal digits. */
  setOtherDigests(row: number, digests: OtherDigests): void {
    assert(row < this.length, 'a row that was added');
    this.#otherDigests.set(row, digests);
  }

  /** Sets the digests of a row to those of another one without storing them twice. */
  shareDigests(row: number, other: number): void {
    assert(row < this.length && other < this.length, 'rows that were added');
    this.#digestSlots[row] = this.#digestSlots[other] ?? NO_DIGEST;
  }

  setMimeType(row: number, mimeType: string): void {
    let number = this.#mimeNumbers.get(mimeType);
    if (number === undefined) {
      number = this.#mimeNames.length;
      assert(number < 256, 'fewer than 256 MIME types');
      this.#mimeNames.push(mimeType);
      this.#mimeNumbers.set(mimeType, number);
    }
    this.#mimeTypes[row] = number;
  }

  getPath(row: number): string {
    const path = this.#store === undefined ? this.#paths[row] : this.#store.getPath(row);
    assert(path !== undefined, 'a row that was added');
    return path;
  }

  getType(row: number): FileType {
    const type = FILE_TYPES[this.#types[row] ?? -1];
    assert(type !== undefined, 'a row that was added');
    return type;
  }

  getMode(row: number): number {
    return this.#modes[row] ?? 0;
  }

  getUid(row: number): number {
    return this.#uids[row] ?? 0;
  }

  getGid(row: number): number {
    return this.#gids[row] ?? 0;
  }

  sizeBytes(row: number): number {
    return this.#sizes[row] ?? 0;
  }

  /** Returns the rows of symbolic and hard links in order. */
  listLinkRows(): Iterable<number> {
    return this.#links.keys();
  }

  linkTarget(row: number): string | undefined {
    return this.#links.get(row);
  }

  /** Hexadecimal digits; absent if the archive has none. */
  getCapabilities(row: number): string | undefined {
    return this.#capabilities.get(row);
  }

  getMimeType(row: number): string {
    return this.#mimeNames[this.#mimeTypes[row] ?? 0] ?? '';
  }

  /** SHA-256 as 64 hexadecimal digits; absent if the file is not regular. */
  getSha256(row: number): string | undefined {
    return this.#readHex(row, 0, SHA256_BYTES);
  }

  /** SHA-1 as 40 hexadecimal digits; absent if the file is not regular. */
  getSha1(row: number): string | undefined {
    return this.#readHex(row, SHA256_BYTES, SHA1_BYTES);
  }

  /** Further digests; absent if none were requested or the file is not regular. */
  getOtherDigests(row: number): OtherDigests | undefined {
    return this.#otherDigests.get(row);
  }

  #listAllPaths(): readonly string[] {
    const store = this.#store;
    return store === undefined
      ? this.#paths
      : Array.from({ length: store.length }, (_, row) => store.getPath(row));
  }

  #readHex(row: number, offset: number, length: number): string | undefined {
    const slot = this.#digestSlots[row] ?? NO_DIGEST;
    if (slot === NO_DIGEST) {
      return undefined;
    }
    const start = slot * DIGEST_BYTES + offset;
    return this.#digestText.toString('hex', start, start + length);
  }

  #grow(): void {
    const rows = Math.max(INITIAL_ROWS, this.#types.length * 2);
    this.#types = enlarge(this.#types, rows);
    this.#modes = enlarge(this.#modes, rows);
    this.#uids = enlarge(this.#uids, rows);
    this.#gids = enlarge(this.#gids, rows);
    this.#sizes = enlarge(this.#sizes, rows);
    this.#mimeTypes = enlarge(this.#mimeTypes, rows);
    const filled = this.#digestSlots.length;
    this.#digestSlots = enlarge(this.#digestSlots, rows);
    this.#digestSlots.fill(NO_DIGEST, filled);
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export function enlarge<T extends Column>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  return larger;
}
