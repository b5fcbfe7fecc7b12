import { hash } from 'node:crypto';
import { assert } from '../core/assert.ts';
import type { Budget } from '../core/budget.ts';
import { type Bytes, releaseMemory, toBytes } from '../core/bytes.ts';
import type {
  DeferredExtraction,
  ExtractedFact,
  Extraction,
  LayerFacts,
} from '../core/cataloger.ts';
import { DeferredFact, getFact, WindowSource } from '../core/deferred-fact.ts';
import { defined } from '../core/defined.ts';
import type { Digest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { type FileEntry, FileTable, type OtherDigestAlgorithm } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { ProblemNote } from '../core/problem.ts';
import type { Spill } from '../core/target.ts';
import type { DeferredContent, DeferredFile } from './deferred-content.ts';
import type { FileDigester } from './digest-thread.ts';
import { type Dispatch, type MatchedWant, NO_WANTS } from './dispatch.ts';
import { extractSafely } from './extract-safely.ts';
import { type FileInProgress, getKeptContent } from './file-in-progress.ts';
import { IntakeBudget } from './intake-budget.ts';
import { computeReadBytes, LazyFile, limitContent } from './lazy-file.ts';
import { detectMimeType, MIME_HEAD_BYTES } from './mime-type.ts';
import { addMd5IfOwnable } from './ownable-file.ts';
import { PathBudget } from './path-budget.ts';
import { ProblemList } from './problem-list.ts';
import { RunningDigests } from './running-digests.ts';
import { SpilledPaths } from './spilled-paths.ts';

export interface IntakeOptions {
  /** Absent for a directory, in which files named like whiteouts are plain files. */
  readonly diffId: Digest | undefined;
  readonly dispatch: Dispatch;
  readonly limits: Limits;
  /** The budget of the target. */
  readonly budget: Budget;
  readonly spill: Spill;
  /** Keeps the content for deferred facts; if absent, all facts are created at once. */
  readonly deferred?: DeferredContent;
  /** Digests to compute in addition to SHA-256 and SHA-1. */
  readonly otherDigests?: readonly OtherDigestAlgorithm[];
  /** Whether memory is bounded, so that kept data goes to temporary files. */
  readonly isMemoryBound?: boolean;
  /** Computes SHA-256 and SHA-1 of files elsewhere; if absent, they are computed here. */
  readonly digester?: FileDigester;
  /** If true, files that no extractor requests by path are skipped, without digests. */
  readonly isWantedOnly?: boolean;
  /**
   * If true, digests are only computed for files that are requested completely: the others can be
   * read again.
   */
  readonly isReadableAgain?: boolean;
}

const NOTHING = new Uint8Array(0);
const WHOLE = { isFirst: true, isLast: true };
const EMPTY_SHA256 = hash('sha256', NOTHING, 'latin1');
const EMPTY_SHA1 = hash('sha1', NOTHING, 'latin1');
const WHITEOUT = '.wh.';
/** Memory for files grows in these steps, which are small compared with the largest files. */
const MEMORY_STEP_BYTES = 1024 * 1024;
/** Memory beyond this is released after the file, because hardly another file needs it. */
const MEMORY_KEPT_BYTES = 2 * 1024 * 1024;

/**
 * Reads the files of one layer one after the other, each in pieces: creates its row, digests and
 * MIME type, and passes its content to the extractors that request it. Content that no extractor
 * requests is never kept.
 */
export class FileIntake {
  readonly #options: IntakeOptions;
  readonly #headBytes: number;
  readonly #files: FileTable;
  readonly #facts: ExtractedFact[] = [];
  readonly #problems: ProblemList;
  readonly #budget: IntakeBudget;
  readonly #paths: PathBudget;
  #isFull = false;
  #contentBytes = 0;
  #current: FileInProgress | undefined;
  #memory = new Uint8Array(0);
  /** A row with the digests of empty content, which many files have. */
  #emptyRow: number | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#files = new FileTable(
      options.isMemoryBound === true ? new SpilledPaths(options.spill) : undefined,
    );
    this.#headBytes = Math.max(MIME_HEAD_BYTES, options.dispatch.headBytes);
    this.#problems = new ProblemList(options.limits.problemsMax);
    this.#paths = new PathBudget(options.limits);
    this.#budget = new IntakeBudget(options.budget);
    options.digester?.begin((row, sha256, sha1) => this.#files.setDigests(row, sha256, sha1));
  }

  get rows(): number {
    return this.#files.length;
  }

  /** Returns whether there is room for a path; reports once when the room is used up. */
  hasRoom(entry: FileEntry): boolean {
    if (this.#isFull) {
      return false;
    }
    const passed = this.#paths.take(entry);
    if (passed !== undefined) {
      this.#isFull = true;
      const most = this.#options.limits[passed];
      const message = `the paths exceed the limit ${passed} (${most}); the rest was not read`;
      this.recordProblem('P_LIMIT', message, entry.path);
    }
    return !this.#isFull;
  }

  /**
   * Adds a path without readable content, such as a directory, a link or a file that could not be
   * opened.
   */
  add(entry: FileEntry): void {
    this.#files.add(entry);
    if (entry.type === 'regular') {
      this.#contentBytes += entry.sizeBytes;
    }
  }

  /**
   * Begins a regular file, whose content follows by {@link addPiece} and {@link end}.
   *
   * @param pieces whether the pieces are windows into the memory of the digester
   */
  begin(entry: FileEntry, pieces: 'window' | 'copy' = 'window'): void {
    assert(this.#current === undefined && entry.type === 'regular', 'one regular file at a time');
    const row = this.#files.add(entry);
    this.#contentBytes += entry.sizeBytes;
    const digester = pieces === 'window' ? this.#options.digester : undefined;
    this.#current = { row, entry, digester, receivedBytes: 0, headFilled: 0 };
  }

  /** Whether any extractor needs more of the current file. */
  get wantsMore(): boolean {
    return this.#current?.isSeen !== true;
  }

  addPiece(content: Uint8Array): void {
    const file = this.#current;
    assert(file !== undefined, 'a file that was begun');
    const isWhole = file.receivedBytes === 0 && content.length === file.entry.sizeBytes;
    file.receivedBytes += content.length;
    if (file.receivedBytes > file.entry.sizeBytes) {
      return;
    }
    if (isWhole) {
      this.#takeWhole(file, content);
    } else {
      this.#takePart(file, content);
    }
  }

  /**
   * Ends the file. If it is not complete, its row gets no digests and no extractor receives its
   * content.
   */
  end(isComplete: boolean): void {
    const file = this.#current;
    assert(file !== undefined, 'a file that was begun');
    this.#current = undefined;
    try {
      if (isComplete) {
        this.#endComplete(file);
      }
    } finally {
      // Hardly any file has one, and `using` would create a record for each of them.
      file.spilled?.[Symbol.dispose]();
    }
  }

  #endComplete(file: FileInProgress): void {
    if (file.receivedBytes !== file.entry.sizeBytes && file.isSeen !== true) {
      this.recordProblem(
        'P_TRUNCATED',
        'the content differs from its recorded size',
        file.entry.path,
      );
      return;
    }
    if (file.entry.sizeBytes === 0) {
      this.#setEmptyDigests(file.row);
      this.#setOtherDigests(file.row, (algorithm) => hash(algorithm, NOTHING, 'hex'));
      this.#extract(file, this.#selectWants(file, NOTHING), toBytes(NOTHING));
    } else if (file.isInParts === true) {
      file.digests?.storeDigests(this.#files, file.row);
      this.#extract(file, file.wanting ?? [], getKeptContent(file));
      if (this.#memory.length > MEMORY_KEPT_BYTES) {
        releaseMemory(this.#memory);
        this.#memory = new Uint8Array(0);
      }
    }
  }

  recordProblem(code: ProblemNote['code'], message: string, path: string): void {
    this.#addProblem({ code, message }, path, undefined);
  }

  finish(): LayerFacts {
    assert(this.#current === undefined, 'no file that is begun and not ended');
    releaseMemory(this.#memory);
    const { notListed } = this.#problems;
    return {
      diffId: this.#options.diffId,
      files: this.#files,
      facts: this.#facts,
      problems: this.#problems.listed,
      ...(notListed > 0 ? { problemsNotListed: notListed } : {}),
      contentBytes: this.#contentBytes,
      folderBytes: this.#paths.folderBytes,
      ...this.#budget.outcome,
    };
  }

  #setEmptyDigests(row: number): void {
    if (this.#emptyRow === undefined) {
      this.#emptyRow = row;
      this.#files.setDigests(row, EMPTY_SHA256, EMPTY_SHA1);
    } else {
      this.#files.shareDigests(row, this.#emptyRow);
    }
  }

  #takeWhole(file: FileInProgress, content: Uint8Array): void {
    if (content.length === 0) {
      return;
    }
    if (this.#isSkipped(file)) {
      return;
    }
    const wanting = this.#selectWants(file, sliceHead(content, this.#headBytes));
    if (wanting.length > 0 || this.#options.isReadableAgain !== true) {
      this.#digestWhole(file, content);
    }
    if (wanting.length > 0) {
      this.#extract(file, wanting, toBytes(content));
    }
  }

  #digestWhole({ row, digester }: FileInProgress, content: Uint8Array): void {
    if (digester === undefined) {
      const sha256 = hash('sha256', content, 'latin1');
      this.#files.setDigests(row, sha256, hash('sha1', content, 'latin1'));
    } else {
      digester.add(row, content, WHOLE);
    }
    this.#setOtherDigests(row, (algorithm) => hash(algorithm, content, 'hex'));
  }

  #takePart(file: FileInProgress, content: Uint8Array): void {
    if (this.#isSkipped(file)) {
      return;
    }
    const isFirst = file.isInParts !== true;
    file.isInParts = true;
    const needed = Math.min(this.#headBytes, file.entry.sizeBytes);
    if (isFirst && content.length >= needed) {
      file.wanting = this.#selectWants(file, content.subarray(0, needed));
      file.isDigestLeft = this.#isWantedInPart(file.wanting, file.entry);
    }
    if (file.isDigestLeft !== true) {
      this.#digestPart(file, content, isFirst);
    }
    if (file.wanting === undefined) {
      this.#takeHead(file, content, needed);
    } else {
      this.#keep(file, content);
    }
    file.isSeen = file.isDigestLeft === true && (file.keptBytes ?? 0) >= (file.keptBytesMax ?? 0);
  }

  /** Returns whether no extractor needs all of a file that can be read again. */
  #isWantedInPart(wanting: readonly MatchedWant[], { sizeBytes }: FileEntry): boolean {
    return (
      this.#options.isReadableAgain === true &&
      (wanting.length === 0 || this.#computeKeptBytes(wanting, sizeBytes) < sizeBytes)
    );
  }

  /** The start of a file may come in pieces that are too short to find its extractors. */
  #takeHead(file: FileInProgress, content: Uint8Array, needed: number): void {
    file.head ??= new Uint8Array(needed);
    const taken = Math.min(needed - file.headFilled, content.length);
    file.head.set(content.subarray(0, taken), file.headFilled);
    file.headFilled += taken;
    if (file.headFilled === needed) {
      file.wanting = this.#selectWants(file, file.head);
      this.#keep(file, file.head);
      this.#keep(file, content.subarray(taken));
    }
  }

  #digestPart(file: FileInProgress, content: Uint8Array, isFirst: boolean): void {
    const { otherDigests = [] } = this.#options;
    const { digester } = file;
    file.digests ??= new RunningDigests({ otherDigests, areOthersOnly: digester !== undefined });
    file.digests.update(content);
    const isLast = file.receivedBytes === file.entry.sizeBytes;
    digester?.add(file.row, content, { isFirst, isLast });
  }

  #isSkipped({ entry: { path } }: FileInProgress): boolean {
    const { isWantedOnly = false, dispatch } = this.#options;
    return isWantedOnly && dispatch.findWants(path, NOTHING).length === 0;
  }

  #setOtherDigests(row: number, digestOf: (algorithm: OtherDigestAlgorithm) => string): void {
    const { otherDigests = [] } = this.#options;
    if (otherDigests.length > 0) {
      const digests = otherDigests.map((algorithm) => [algorithm, digestOf(algorithm)] as const);
      this.#files.setOtherDigests(row, Object.fromEntries(digests));
    }
  }

  #keep(file: FileInProgress, content: Uint8Array): void {
    if (file.wanting === undefined || file.wanting.length === 0 || content.length === 0) {
      return;
    }
    file.keptBytesMax ??= this.#computeKeptBytes(file.wanting, file.entry.sizeBytes);
    const filled = file.keptBytes ?? 0;
    const kept = content.subarray(0, file.keptBytesMax - filled);
    file.keptBytes = filled + kept.length;
    if (file.keptBytesMax <= this.#options.limits.memoryFileBytesMax) {
      file.memory ??= this.#reserveMemory(file.keptBytesMax);
      file.memory.set(kept, filled);
      return;
    }
    try {
      file.spilled ??= this.#options.spill.create();
      file.spilled.append(kept);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'E_LIMIT') {
        throw error;
      }
      this.recordProblem('P_LIMIT', error.message, file.entry.path);
      file.wanting = [];
    }
  }

  /**
   * Memory for the content of the current file, which is filled completely before it is read. The
   * memory is shared by successive files, because facts are plain data and no extractor keeps the
   * content: V8 would scan all objects again for each large allocation.
   */
  #reserveMemory(bytes: number): Uint8Array {
    if (this.#memory.length < bytes) {
      releaseMemory(this.#memory);
      const grown = Math.ceil(bytes / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES;
      this.#memory = new Uint8Array(Buffer.allocUnsafeSlow(grown).buffer);
    }
    return this.#memory.subarray(0, bytes);
  }

  /**
   * The most that any requesting extractor needs; everything if one of them needs the whole file.
   */
  #computeKeptBytes(wanting: readonly MatchedWant[], sizeBytes: number): number {
    const { limits } = this.#options;
    return Math.max(...wanting.map(({ want }) => computeReadBytes(want, sizeBytes, limits)));
  }

  /** Sets the MIME type, and finds the extractors that request the file and may have it. */
  #selectWants(file: FileInProgress, head: Uint8Array): readonly MatchedWant[] {
    const { path, sizeBytes } = file.entry;
    this.#files.setMimeType(file.row, detectMimeType(sliceHead(head, MIME_HEAD_BYTES)));
    const isWhiteout =
      this.#options.diffId !== undefined && path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1);
    const wanting = isWhiteout ? NO_WANTS : this.#options.dispatch.findWants(path, head);
    if (wanting.length === 0) {
      return NO_WANTS;
    }
    return wanting.filter(({ extractor, want }) => {
      const maxBytes = this.#options.limits[want.maxBytes];
      const isAllowed = sizeBytes <= maxBytes || want.isHeadOnly === true;
      if (!isAllowed) {
        const message = `the file was not read: it has ${sizeBytes} bytes, and the limit ${want.maxBytes} allows ${maxBytes}`;
        this.#addProblem({ code: 'P_LIMIT', message }, path, extractor.id);
      }
      return isAllowed;
    });
  }

  #extract(file: FileInProgress, wanting: readonly MatchedWant[], content: Bytes): void {
    const { path, sizeBytes, mode } = file.entry;
    const { limits, deferred } = this.#options;
    let later: DeferredFile | undefined;
    let atOnce = this.#takeSteps(file.entry, wanting);
    if (deferred !== undefined && atOnce.some(isDeferrable)) {
      later = deferred.createFile();
      atOnce = this.#putOff(file, atOnce, content, later);
    }
    const known = this.#facts.length;
    for (const { extractor, want } of atOnce) {
      const { role } = want;
      const of = { extractor: extractor.id, role, row: file.row };
      const budget = this.#budget.getPluginBudget(extractor.id);
      // Deferred extraction counts in no run, because whether it happens depends on the cache.
      let canWait = want.isLater === true;
      const extraction = extractSafely(() => {
        const handed = limitContent(content, computeReadBytes(want, sizeBytes, limits));
        const handing = { path, role, sizeBytes, mode, content: handed, limits, budget };
        const made = extractor.extract(handing);
        if (made.deferred === undefined) {
          return made;
        }
        canWait = true;
        later ??= deferred?.createFile();
        return later === undefined
          ? { fact: getFact(made) }
          : this.#deferFact(of, made.deferred, later);
      });
      const { fact } = extraction;
      if (fact !== undefined && (canWait || this.#budget.takeFact(extractor.id, fact))) {
        this.#facts.push({ ...of, fact });
      }
      for (const note of [...(extraction.problems ?? []), ...budget.drainProblems()]) {
        this.#addProblem(note, path, extractor.id);
      }
    }
    addMd5IfOwnable(this.#files, file, { content, wants: atOnce, facts: this.#facts.slice(known) });
  }

  /** Returns the extractors that have steps left for the content of a file; reports the others. */
  #takeSteps(
    { path, sizeBytes }: FileEntry,
    wanting: readonly MatchedWant[],
  ): readonly MatchedWant[] {
    return wanting.filter(({ extractor: { id }, want }) => {
      const isAllowed = this.#budget.takeContent(id, want, sizeBytes);
      const notes = isAllowed ? [] : this.#budget.getPluginBudget(id).drainProblems();
      notes.forEach((note) => this.#addProblem(note, path, id));
      return isAllowed;
    });
  }

  /** Keeps the file for extractors that can be deferred, if possible; returns the others. */
  #putOff(
    { entry, row }: FileInProgress,
    wanting: readonly MatchedWant[],
    content: Bytes,
    later: DeferredFile,
  ): readonly MatchedWant[] {
    const waiting = wanting.filter(isDeferrable);
    const kept = later.keep([content.read(0, this.#computeKeptBytes(waiting, entry.sizeBytes))]);
    if (kept === undefined) {
      return wanting;
    }
    const source = new LazyFile(waiting, entry, this.#options.limits, kept);
    for (const { extractor, want } of waiting) {
      const of = { extractor: extractor.id, role: want.role, row };
      this.#facts.push(new DeferredFact(of, source));
    }
    return waiting.length === wanting.length
      ? NO_WANTS
      : wanting.filter((one) => !isDeferrable(one));
  }

  /** Creates the fact at once if its content cannot be kept. */
  #deferFact(
    of: Omit<ExtractedFact, 'fact'>,
    { content, make }: DeferredExtraction<unknown>,
    later: DeferredFile,
  ): Extraction<unknown> {
    const kept = later.keep(content);
    if (kept === undefined) {
      return { fact: make(content) };
    }
    this.#facts.push(new DeferredFact(of, new WindowSource(make, kept)));
    return {};
  }

  #addProblem(note: ProblemNote, path: string, plugin: string | undefined): void {
    const { diffId } = this.#options;
    this.#problems.add({
      code: note.code,
      message: note.message,
      ...defined({ plugin }),
      ...(path === '' ? {} : { path }),
      ...defined({ layer: diffId, line: note.line }),
    });
  }
}

function isDeferrable({ want }: MatchedWant): boolean {
  return want.isLater === true;
}

/** Most files are short, and a window costs as much as reading everything. */
function sliceHead(content: Uint8Array, bytes: number): Uint8Array {
  return content.length <= bytes ? content : content.subarray(0, bytes);
}
