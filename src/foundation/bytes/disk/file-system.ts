import type { FileType } from '../../core/file-table.ts';
import type { ProblemNote } from '../../core/problem.ts';

/** A file, directory or other object of a file system on a disk. */
export interface DiskObject {
  /** Identifies it in its file system. */
  readonly number: number;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
}

/** One name in a directory. */
export interface FolderEntry {
  /** `undefined` if it is not valid UTF-8, or cannot be a name in a path. */
  readonly name: string | undefined;
  readonly number: number;
}

/** The names in a directory, and the error if a part of it could not be read. */
export interface Folder {
  readonly entries: readonly FolderEntry[];
  /** The first error; absent if all was read. */
  readonly damage?: unknown;
}

/** A file system on a disk. Its methods throw a `UserError` for content that cannot be read. */
export interface DiskFileSystem {
  /** In lower case. */
  readonly uuid: string;
  readonly label: string;
  /** Whether a machine can have its root there: its files have owners and links. */
  readonly isRootPossible: boolean;
  /** Problems that its header reveals. The messages do not name the file system. */
  readonly problems: readonly ProblemNote[];
  readRoot(): DiskObject;
  readObject(number: number): DiskObject;
  readFolder(folder: DiskObject): Folder;
  /** Returns the target of a symbolic link as written. */
  readLink(link: DiskObject): string;
  /** Returns the attribute `security.capability` as hexadecimal digits. */
  readCapabilities(file: DiskObject): string | undefined;
  /** Yields the content of a regular file in pieces, a short one first. */
  streamFile(file: DiskObject): Generator<Uint8Array>;
}

/** The problem of a file system whose journal has changes that are not in its files. */
export const NOT_UNMOUNTED: ProblemNote = {
  code: 'P_UNSUPPORTED',
  message: 'it was not unmounted: its newest changes, which are in the journal, were not read',
};

/** The problem of a file system that ends after its partition. */
export const TOO_LARGE: ProblemNote = {
  code: 'P_TRUNCATED',
  message: 'it is larger than its place on the disk',
};
