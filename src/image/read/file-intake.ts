import { assert } from '../../foundation/core/assert.ts';
import { type Bytes, toBytes } from '../../foundation/core/bytes.ts';
import type { LayerFacts } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import { type FileEntry, FileTable } from '../../foundation/core/file-table.ts';
import type { ProblemNote } from '../../foundation/core/problem.ts';
import type { Spill } from '../../foundation/core/target.ts';
import { type MatchedWant, NO_WANTS } from './dispatch.ts';
import { type CollectorOptions, FactCollector } from './fact-collector.ts';
import { type DigestOptions, FileDigests } from './file-digests.ts';
import { IntakeProblems } from './intake-problems.ts';
import { computeReadBytesMax } from './lazy-file.ts';
import { detectMimeType, MIME_HEAD_BYTES } from './mime-type.ts';
import { addMd5IfOwnable } from './ownable-file.ts';
import { PathBudget } from './path-budget.ts';
import { PieceBuffer } from './piece-buffer.ts';
import { SpilledPaths } from './spilled-paths.ts';
import { type SelectionOptions, WantSelection } from './want-selection.ts';

export interface IntakeOptions extends SelectionOptions, CollectorOptions, DigestOptions {
  readonly spill: Spill;
  /** Whether memory is bounded, so that kept data goes to temporary files. */
  readonly isMemoryBound?: boolean;
  /**
   * If true, digests are only computed for files that are requested completely: the others can be
   * read again.
   */
  readonly isReadableAgain?: boolean;
}

/** The file that is being read. */
interface FileInProgress {
  readonly row: number;
  readonly entry: FileEntry;
  /** Whether the pieces are windows into the memory of the digester. */
  readonly isWindow: boolean;
  receivedBytes: number;
  /** Present if the content comes in several pieces. */
  parts?: FileParts;
}

interface FileParts {
  /** The start of a file whose first pieces are too short to find its extractors. */
  head?: Uint8Array;
  headBytes: number;
  /** Absent while the head is incomplete. */
  wanting?: readonly MatchedWant[];
  /** Whether the digests are left to a later reading. */
  isDigestLeft: boolean;
  /** Whether nothing more of the file is needed. */
  isSeen: boolean;
}

const NOTHING = new Uint8Array(0);

/**
 * Reads the files of one layer one after the other, each in pieces: creates its row, digests and
 * MIME type, and passes its content to the extractors that request it. Content that no extractor
 * requests is never kept.
 */
export class FileIntake {
  readonly #options: IntakeOptions;
  readonly #headBytes: number;
  readonly #files: FileTable;
  readonly #problems: IntakeProblems;
  readonly #paths: PathBudget;
  readonly #selection: WantSelection;
  readonly #digests: FileDigests;
  readonly #buffer: PieceBuffer;
  readonly #collector: FactCollector;
  #isFull = false;
  #contentBytes = 0;
  #current: FileInProgress | undefined;

  constructor(options: IntakeOptions) {
    const { limits, spill, diffId, isMemoryBound } = options;
    this.#options = options;
    this.#headBytes = Math.max(MIME_HEAD_BYTES, options.dispatch.headBytes);
    this.#files = new FileTable(isMemoryBound === true ? new SpilledPaths(spill) : undefined);
    this.#problems = new IntakeProblems(diffId, limits.problemsMax);
    this.#paths = new PathBudget(limits);
    this.#selection = new WantSelection(options, this.#problems);
    this.#digests = new FileDigests(this.#files, options);
    this.#buffer = new PieceBuffer(spill, limits.memoryFileBytesMax);
    this.#collector = new FactCollector(options, this.#problems);
  }

  get rows(): number {
    return this.#files.length;
  }

  /** Returns whether there is room for a path; reports once when the room is used up. */
  hasRoom(entry: FileEntry): boolean {
    if (this.#isFull) {
      return false;
    }
    const passed = this.#paths.takePath(entry);
    if (passed !== undefined) {
      this.#isFull = true;
      const most = this.#options.limits[passed];
      const message = `the paths exceed the limit ${passed} (${most}); the rest was not read`;
      this.recordProblem('P_LIMIT', message, entry.path);
    }
    return !this.#isFull;
  }

  recordProblem(code: ProblemNote['code'], message: string, path: string): void {
    this.#problems.addNote({ code, message }, path);
  }

  /**
   * Adds a path without readable content, such as a directory, a link or a file that could not be
   * opened.
   */
  addEntry(entry: FileEntry): void {
    this.#addRow(entry);
  }

  /**
   * Begins a regular file, whose content follows by {@link addPiece} and {@link endFile}.
   *
   * @param pieces whether the pieces are windows into the memory of the digester
   */
  beginFile(entry: FileEntry, pieces: 'window' | 'copy' = 'window'): void {
    assert(this.#current === undefined && entry.type === 'regular', 'one regular file at a time');
    const row = this.#addRow(entry);
    this.#current = { row, entry, isWindow: pieces === 'window', receivedBytes: 0 };
  }

  /** Whether any extractor needs more of the current file. */
  get wantsMore(): boolean {
    return this.#current?.parts?.isSeen !== true;
  }

  addPiece(content: Uint8Array): void {
    const file = this.#current;
    assert(file !== undefined, 'a file that was begun');
    const { path, sizeBytes } = file.entry;
    const isWhole = file.receivedBytes === 0 && content.length === sizeBytes;
    file.receivedBytes += content.length;
    const isUnused = content.length === 0 || file.receivedBytes > sizeBytes;
    if (isUnused || this.#selection.isSkipped(path)) {
      return;
    }
    if (isWhole) {
      this.#takeWhole(file, content);
    } else {
      file.parts ??= { headBytes: 0, isDigestLeft: false, isSeen: false };
      this.#takePart(file, file.parts, content);
    }
  }

  /**
   * Ends the file. If it is not complete, its row gets no digests and no extractor receives its
   * content.
   */
  endFile(isComplete: boolean): void {
    const file = this.#current;
    assert(file !== undefined, 'a file that was begun');
    this.#current = undefined;
    const { parts, row, entry } = file;
    const isRead = isComplete && (file.receivedBytes === entry.sizeBytes || parts?.isSeen === true);
    if (isComplete && !isRead) {
      const message = 'the content differs from its recorded size';
      this.recordProblem('P_TRUNCATED', message, entry.path);
    }
    if (isRead && entry.sizeBytes === 0) {
      this.#digests.addEmpty(row);
      this.#extract(file, this.#recognize(file, NOTHING), toBytes(NOTHING));
    }
    if (parts !== undefined) {
      this.#endParts(file, parts, isRead);
    }
  }

  finishLayer(): LayerFacts {
    assert(this.#current === undefined, 'no file that is begun and not ended');
    this.#buffer[Symbol.dispose]();
    return {
      diffId: this.#options.diffId,
      files: this.#files,
      facts: this.#collector.facts,
      ...this.#problems.outcome,
      contentBytes: this.#contentBytes,
      folderBytes: this.#paths.folderBytes,
      ...this.#collector.outcome,
    };
  }

  #addRow(entry: FileEntry): number {
    if (entry.type === 'regular') {
      this.#contentBytes += entry.sizeBytes;
    }
    return this.#files.add(entry);
  }

  /** Sets the MIME type, and finds the extractors that request the file and may have it. */
  #recognize({ row, entry }: FileInProgress, head: Uint8Array): readonly MatchedWant[] {
    this.#files.setMimeType(row, detectMimeType(sliceHead(head, MIME_HEAD_BYTES)));
    return this.#selection.select(entry, head);
  }

  #takeWhole(file: FileInProgress, content: Uint8Array): void {
    const wanting = this.#recognize(file, sliceHead(content, this.#headBytes));
    if (wanting.length > 0 || this.#options.isReadableAgain !== true) {
      this.#digests.addWhole(file, content);
    }
    this.#extract(file, wanting, toBytes(content));
  }

  #takePart(file: FileInProgress, parts: FileParts, content: Uint8Array): void {
    const { sizeBytes } = file.entry;
    const isFirst = file.receivedBytes === content.length;
    const isLast = file.receivedBytes === sizeBytes;
    const needed = Math.min(this.#headBytes, sizeBytes);
    if (isFirst && content.length >= needed) {
      const usedBytes = this.#beginContent(file, parts, content.subarray(0, needed));
      parts.isDigestLeft = this.#options.isReadableAgain === true && usedBytes < sizeBytes;
    }
    if (!parts.isDigestLeft) {
      this.#digests.addPart(file, content, { isFirst, isLast });
    }
    if (parts.wanting === undefined) {
      this.#takeHead(file, parts, content);
    } else {
      this.#keep(file, parts, content);
    }
    parts.isSeen = parts.isDigestLeft && this.#buffer.isFull;
  }

  /** The start of a file may come in pieces that are too short to find its extractors. */
  #takeHead(file: FileInProgress, parts: FileParts, content: Uint8Array): void {
    parts.head ??= new Uint8Array(Math.min(this.#headBytes, file.entry.sizeBytes));
    const { head } = parts;
    const taken = Math.min(head.length - parts.headBytes, content.length);
    head.set(content.subarray(0, taken), parts.headBytes);
    parts.headBytes += taken;
    if (parts.headBytes === head.length) {
      this.#beginContent(file, parts, head);
      this.#keep(file, parts, head);
      this.#keep(file, parts, content.subarray(taken));
    }
  }

  /** Finds the extractors of a file by its head; returns how many of its bytes they need. */
  #beginContent(file: FileInProgress, parts: FileParts, head: Uint8Array): number {
    const wanting = this.#recognize(file, head);
    parts.wanting = wanting;
    const bytes = computeReadBytesMax(wanting, file.entry.sizeBytes, this.#options.limits);
    this.#buffer.beginFile(bytes);
    return bytes;
  }

  #keep(file: FileInProgress, parts: FileParts, content: Uint8Array): void {
    try {
      this.#buffer.append(content);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'E_LIMIT') {
        throw error;
      }
      this.recordProblem('P_LIMIT', error.message, file.entry.path);
      parts.wanting = NO_WANTS;
      this.#buffer.endFile();
    }
  }

  #extract(file: FileInProgress, wants: readonly MatchedWant[], content: Bytes): void {
    const known = this.#collector.facts.length;
    this.#collector.extract(file, wants, content);
    const facts = this.#collector.facts.slice(known);
    addMd5IfOwnable(this.#files, file, { content, wants, facts });
  }

  #endParts(file: FileInProgress, { wanting = NO_WANTS }: FileParts, isRead: boolean): void {
    this.#digests.endFile(file.row, isRead);
    try {
      if (isRead) {
        this.#extract(file, wanting, this.#buffer.content);
      }
    } finally {
      this.#buffer.endFile();
    }
  }
}

/** Most files are short, and a window costs as much as reading everything. */
function sliceHead(content: Uint8Array, bytes: number): Uint8Array {
  return content.length <= bytes ? content : content.subarray(0, bytes);
}
