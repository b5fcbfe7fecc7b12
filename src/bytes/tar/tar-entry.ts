import type { FileType } from '../../core/file-table.ts';
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
}

/** Receives the events of a `TarParser` in order. */
export interface TarVisitor {
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
