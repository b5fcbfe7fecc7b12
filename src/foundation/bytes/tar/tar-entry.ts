import type { FileEntry, FileType } from '../../core/file-table.ts';
import type { ProblemNote } from '../../core/problem.ts';

/** One entry with its extended headers applied; names are as written. */
export interface TarEntry {
  readonly name: string;
  readonly linkName: string;
  readonly type: FileType;
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Size of the file. Except for sparse files, also the number of content bytes that follow. */
  readonly sizeBytes: number;
  /** Time of the last change in seconds since 1970, as recorded. */
  readonly modifiedSeconds: number;
  /** Whether the archive omits its holes: its content is then not a window into the archive. */
  readonly isSparse: boolean;
  /** Whether the content is skipped because of a limit. */
  readonly isContentSkipped: boolean;
  /** Offset of the content in the archive. */
  readonly contentOffset: number;
  /** The attribute `security.capability` as hexadecimal digits; most entries have none. */
  readonly capabilities: string | undefined;
  /** Absent unless the visitor requests it. */
  readonly details?: TarDetails;
}

/** Metadata of an entry that only a writer of archives needs. */
export interface TarDetails {
  /** Seconds since 1970 as a decimal number, with a fraction if the archive has one. */
  readonly modified: string;
  /** Times of the last access and change; absent if no extended header has them. */
  readonly accessed?: string;
  readonly changed?: string;
  /** Numbers of a device; 0 for all other types. */
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Records with attributes of the file by their whole key, such as `SCHILY.xattr.user.x`. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** Receives the events of a `TarParser` in order. */
export interface TarVisitor {
  /** If true, entries have {@link TarEntry.details}. */
  readonly isDetailed?: boolean;
  onEntry(entry: TarEntry): void;
  /** Receives a piece of the current entry's content: a window into the pushed chunk, or zeros. */
  onContent(piece: Uint8Array): void;
  /** Ends the current entry; `isComplete` is false if its content was skipped or truncated. */
  onEntryEnd(isComplete: boolean): void;
  /** Receives a problem; `name` is the entry concerned, empty for the archive itself. */
  onProblem(note: ProblemNote, name: string): void;
  /** Receives a header for all following entries; container runtimes remove a file of that name. */
  globalHeader?(name: string): void;
}

/** Receives the entries of a layer that was read before, with {@link TarEntry.details}. */
export interface EntryReceiver {
  /** Receives the entry of a row; `onContent` and `onContentEnd` follow if it is a regular file. */
  onRow(row: number, entry: TarEntry, file: FileEntry): void;
  onContent(piece: Uint8Array): void;
  onContentEnd(): void;
  /** Receives an entry for the root directory, which has no row. */
  onRoot(entry: TarEntry): void;
}
