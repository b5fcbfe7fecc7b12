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
  /** Size of the file. For all but sparse files also the bytes of content that follow. */
  readonly sizeBytes: number;
  /** The archive leaves out its holes: what is handed on is not a window into the archive. */
  readonly isSparse: boolean;
  /** The content is not handed on, since a limit does not allow it. */
  readonly isContentSkipped: boolean;
  /** Offset of the content from the first byte of the archive. */
  readonly contentOffset: number;
  /** The attribute `security.capability` as hexadecimal digits; most entries have none. */
  readonly capabilities: string | undefined;
}

/** Receives what a `TarParser` reads, in order. */
export interface TarVisitor {
  entry(entry: TarEntry): void;
  /** A piece of the last entry's content: a window into the chunk that was pushed, or zeros. */
  content(piece: Uint8Array): void;
  /** Ends the last entry; `isComplete` is false if its content was skipped or is cut off. */
  entryEnd(isComplete: boolean): void;
  /** `name` is that of the entry concerned, empty for the archive itself. */
  problem(note: ProblemNote, name: string): void;
  /** A header for all entries that follow; container runtimes remove a file of that name. */
  globalHeader?(name: string): void;
}
