import type { TarDetails } from '../../foundation/bytes/tar/tar-entry.ts';
import { encodeText } from '../../foundation/bytes/tar/tar-text.ts';
import {
  TYPE_FLAGS,
  type WrittenEntry,
  type WrittenType,
} from '../../foundation/bytes/tar/tar-writer.ts';
import { assert, present } from '../../foundation/core/assert.ts';
import { type Bytes, toBytes } from '../../foundation/core/bytes.ts';
import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import { addParents } from './directories.ts';
import { getFileType, type KeptPaths } from './kept-paths.ts';
import type { WrittenRecord } from './record/contract.ts';
import type { RowStore, StoredMetadata } from './row-store.ts';

/** One file of the emitted image. */
export interface SlimFile {
  /** Absolute path. */
  readonly path: string;
  readonly entry: WrittenEntry;
  /** Present for regular files. */
  readonly content?: Bytes;
}

export interface BuilderParts {
  readonly view: FileView;
  readonly store: RowStore;
  readonly kept: KeptPaths;
  /** Directories of the image that have an entry. */
  readonly directories: ReadonlyMap<string, FileRef>;
  /** Seconds since 1970: the time of directories for which no layer has an entry. */
  readonly createdSeconds: number;
}

const ROOT = '/';

/** Creates the entries of the emitted image. */
export class FileBuilder {
  readonly #parts: BuilderParts;
  /** Names that stay, sorted, of each file with several names. */
  readonly #names: ReadonlyMap<string, readonly string[]>;

  constructor(parts: BuilderParts) {
    this.#parts = parts;
    const paths = sortPaths([...parts.kept].map(([path]) => path));
    this.#names = Map.groupBy(paths, (path) => this.#toFileId(path));
  }

  /**
   * Returns all entries, sorted by the bytes of their paths.
   *
   * @param written records in place of those of the image
   * @param selected directories that stay although nothing in them may
   */
  buildFiles(
    written: readonly WrittenRecord[],
    selected: ReadonlySet<string>,
  ): readonly SlimFile[] {
    const { kept, store } = this.#parts;
    const records = new Map(written.map((record) => [record.path, record]));
    const files = new Map<string, SlimFile>();
    if (store.root !== undefined) {
      files.set(ROOT, createDirectory(ROOT, store.root));
    }
    const paths = [...[...kept].map(([path]) => path), ...records.keys(), ...selected];
    for (const path of sortPaths(addParents(paths))) {
      const record = records.get(path);
      const ref = kept.findEntry(path);
      if (record !== undefined) {
        files.set(path, this.#createRecordFile(record));
      } else if (ref !== undefined) {
        files.set(path, this.#createFile(path, ref));
      } else {
        files.set(path, this.#createDirectory(path));
      }
      requireDirectory(path, files);
    }
    return [...files.values()];
  }

  /** Equal for all names of one file. */
  #toFileId(path: string): string {
    const { kept, view } = this.#parts;
    const ref = present(kept.findEntry(path), 'a kept file');
    const { layer, row } = view.resolveHardLink(ref);
    return `${layer}:${row}`;
  }

  #createDirectory(path: string): SlimFile {
    const { directories, store, createdSeconds } = this.#parts;
    const ref = directories.get(path);
    return createDirectory(
      path,
      ref === undefined ? createDefault(createdSeconds) : store.getMetadata(ref),
    );
  }

  /** The first name that stays has the content, whichever name had it in the image. */
  #createFile(path: string, ref: FileRef): SlimFile {
    const { view, store } = this.#parts;
    const names = present(this.#names.get(this.#toFileId(path)), 'the names of a kept file');
    const [first = path] = names;
    const content = view.resolveHardLink(ref);
    const type = getFileType(view, content);
    assert(type in TYPE_FLAGS && type !== 'hardlink', 'a type that can be written');
    const metadata = this.#findMetadata(names, content);
    if (first !== path) {
      const plain = { ...metadata, details: { ...metadata.details, attributes: NO_ATTRIBUTES } };
      return { path, entry: createEntry(path, 'hardlink', plain, first.slice(1)) };
    }
    const target = view.layers[content.layer]?.files.linkTarget(content.row) ?? '';
    const entry = createEntry(path, type as WrittenType, metadata, target);
    if (type !== 'regular') {
      return { path, entry };
    }
    const bytes = store.openContent(content);
    return { path, entry: { ...entry, sizeBytes: bytes.sizeBytes }, content: bytes };
  }

  /**
   * Runtimes apply the metadata of each name to the one file, so that of the last one counts; a
   * link adds attributes to those of the file.
   */
  #findMetadata(names: readonly string[], content: FileRef): StoredMetadata {
    const { kept, store } = this.#parts;
    const own = store.getMetadata(content);
    const last = names
      .map((name) => present(kept.findEntry(name), 'a kept file'))
      .reduce((latest, ref) => (compareRefs(ref, latest) > 0 ? ref : latest), content);
    if (last === content) {
      return own;
    }
    const { mode, uid, gid, details } = store.getMetadata(last);
    const { deviceMajor, deviceMinor } = own.details;
    const attributes = new Map([...own.details.attributes, ...details.attributes]);
    return { mode, uid, gid, details: { ...details, deviceMajor, deviceMinor, attributes } };
  }

  #createRecordFile({ path, content, like }: WrittenRecord): SlimFile {
    const { view, store } = this.#parts;
    const { details, ...owner } = store.getMetadata(present(view.find(like), 'a requested record'));
    const { modified } = details;
    const metadata = { ...owner, details: { ...NO_DETAILS, modified } };
    const entry = createEntry(path, 'regular', metadata, '');
    return { path, entry: { ...entry, sizeBytes: content.length }, content: toBytes(content) };
  }
}

const NO_ATTRIBUTES: ReadonlyMap<string, Uint8Array> = new Map();
const NO_DETAILS: Omit<TarDetails, 'modified'> = {
  deviceMajor: 0,
  deviceMinor: 0,
  attributes: NO_ATTRIBUTES,
};

/** A directory without an entry is created by runtimes like this. */
function createDefault(createdSeconds: number): StoredMetadata {
  const details = { ...NO_DETAILS, modified: String(createdSeconds) };
  return { mode: 0o755, uid: 0, gid: 0, details };
}

function createDirectory(path: string, metadata: StoredMetadata): SlimFile {
  return { path, entry: createEntry(path, 'directory', metadata, '') };
}

function createEntry(
  path: string,
  type: WrittenType,
  { mode, uid, gid, details }: StoredMetadata,
  linkName: string,
): WrittenEntry {
  const name = path === ROOT ? '.' : path.slice(1);
  return { ...details, name, linkName, type, mode, uid, gid, sizeBytes: 0 };
}

function compareRefs(left: FileRef, right: FileRef): number {
  return left.layer - right.layer || left.row - right.row;
}

/** Sorts by the bytes of each path, so that a directory precedes what it contains. */
function sortPaths(paths: Iterable<string>): string[] {
  return [...paths]
    .map((path) => ({ path, bytes: encodeText(path) }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
    .map(({ path }) => path);
}

/** Parents come first, so a file in the place of a directory is noticed before it is written. */
function requireDirectory(path: string, files: ReadonlyMap<string, SlimFile>): void {
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (parent !== '' && files.get(parent)?.entry.type !== 'directory') {
    throw new UserError(
      'E_UNSUPPORTED',
      `"${path}" cannot be written: "${parent}" is not a directory of the emitted image`,
      { hint: 'exclude one of the two from the plan with --drop' },
    );
  }
}
