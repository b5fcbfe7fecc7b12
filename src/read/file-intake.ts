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
import type { Digest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { type FileEntry, FileTable, type OtherDigestAlgorithm } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { ProblemNote } from '../core/problem.ts';
import type { Spill } from '../core/target.ts';
import type { DeferredContent, DeferredFile } from './deferred-content.ts';
import type { FileDigester } from './digest-thread.ts';
import { type Dispatch, NOBODY, type Wanting } from './dispatch.ts';
import { extractionOf } from './extraction-of.ts';
import { type FileInProgress, keptContent } from './file-in-progress.ts';
import { IntakeBudget } from './intake-budget.ts';
import { handedBytes, headOf, LaterFile } from './later-file.ts';
import { MIME_HEAD_BYTES, mimeTypeOf } from './mime-type.ts';
import { PathBudget } from './path-budget.ts';
import { ProblemList } from './problem-list.ts';
import { RunningDigests } from './running-digests.ts';
import { SpilledPaths } from './spilled-paths.ts';

export interface IntakeOptions {
  /** Absent for a directory, whose files named like whiteouts are plain files. */
  readonly diffId: Digest | undefined;
  readonly dispatch: Dispatch;
  readonly limits: Limits;
  /** Of the target. */
  readonly budget: Budget;
  readonly spill: Spill;
  /** Keeps what facts are made of later; absent where all are made at once. */
  readonly deferred?: DeferredContent;
  /** Digests to take besides SHA-256 and SHA-1. */
  readonly otherDigests?: readonly OtherDigestAlgorithm[];
  /** Whether memory is bounded, so that what is kept goes to temporary files. */
  readonly isMemoryBound?: boolean;
  /** Takes SHA-256 and SHA-1 of files elsewhere; absent where they are taken here. */
  readonly digester?: FileDigester;
  /** Files that nobody wants by their path are passed over, without digests. */
  readonly isWantedOnly?: boolean;
  /** Digests are only taken of files of which all is wanted: the others can be read again. */
  readonly isReadableAgain?: boolean;
}

const NOTHING = new Uint8Array(0);
const WHOLE = { isFirst: true, isLast: true };
const EMPTY_SHA256 = hash('sha256', NOTHING, 'latin1');
const EMPTY_SHA1 = hash('sha1', NOTHING, 'latin1');
const WHITEOUT = '.wh.';
/** Memory for files grows by so much, which is little beside the largest of them. */
const MEMORY_STEP_BYTES = 1024 * 1024;
/** More is given back after the file: hardly another one needs it. */
const MEMORY_KEPT_BYTES = 2 * 1024 * 1024;

/**
 * Takes in the files of one layer, one after the other, each in pieces: makes its row, digests and
 * MIME type, and hands its content to the extractors that want it. What nobody wants is never kept.
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
  /** A row with the digests of nothing, which many files have. */
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

  /** Whether there is room for a path; where there is none any more, that is told once. */
  hasRoomFor(entry: FileEntry): boolean {
    if (this.#isFull) {
      return false;
    }
    const passed = this.#paths.take(entry);
    if (passed !== undefined) {
      this.#isFull = true;
      const most = this.#options.limits[passed];
      const message = `the paths exceed the limit ${passed} (${most}); the rest was not read`;
      this.note('P_LIMIT', message, entry.path);
    }
    return !this.#isFull;
  }

  /**
   * Adds a path that has no content to look at, such as a folder, a link or what could not be
   * opened.
   */
  add(entry: FileEntry): void {
    this.#files.add(entry);
    if (entry.type === 'regular') {
      this.#contentBytes += entry.sizeBytes;
    }
  }

  /**
   * Begins a regular file, whose content follows by {@link piece} and {@link end}.
   *
   * @param pieces whether the pieces are windows into what the digester sees
   */
  begin(entry: FileEntry, pieces: 'window' | 'copy' = 'window'): void {
    assert(this.#current === undefined && entry.type === 'regular', 'one regular file at a time');
    const row = this.#files.add(entry);
    this.#contentBytes += entry.sizeBytes;
    const digester = pieces === 'window' ? this.#options.digester : undefined;
    this.#current = { row, entry, digester, receivedBytes: 0, headFilled: 0 };
  }

  /** Whether somebody wants to see more of the file that was begun. */
  get wantsMore(): boolean {
    return this.#current?.isSeen !== true;
  }

  piece(content: Uint8Array): void {
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
   * Ends the file; where it is not complete, its row stays without digests and nobody sees its
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
      // Hardly a file has one, and `using` would make a record for each of them.
      file.spilled?.[Symbol.dispose]();
    }
  }

  #endComplete(file: FileInProgress): void {
    if (file.receivedBytes !== file.entry.sizeBytes && file.isSeen !== true) {
      this.note('P_TRUNCATED', 'the content differs from its recorded size', file.entry.path);
      return;
    }
    if (file.entry.sizeBytes === 0) {
      this.#setEmptyDigests(file.row);
      this.#setOtherDigests(file.row, (algorithm) => hash(algorithm, NOTHING, 'hex'));
      this.#extract(file, this.#wanting(file, NOTHING), toBytes(NOTHING));
    } else if (file.isInParts === true) {
      file.digests?.setOn(this.#files, file.row);
      this.#extract(file, file.wanting ?? [], keptContent(file));
      if (this.#memory.length > MEMORY_KEPT_BYTES) {
        releaseMemory(this.#memory);
        this.#memory = new Uint8Array(0);
      }
    }
  }

  note(code: ProblemNote['code'], message: string, path: string): void {
    this.#problem({ code, message }, path, undefined);
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
    if (this.#isPassedOver(file)) {
      return;
    }
    const wanting = this.#wanting(file, beginningOf(content, this.#headBytes));
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
    if (this.#isPassedOver(file)) {
      return;
    }
    const isFirst = file.isInParts !== true;
    file.isInParts = true;
    const needed = Math.min(this.#headBytes, file.entry.sizeBytes);
    if (isFirst && content.length >= needed) {
      file.wanting = this.#wanting(file, content.subarray(0, needed));
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

  /** Whether nobody needs all of a file that can be read again. */
  #isWantedInPart(wanting: readonly Wanting[], { sizeBytes }: FileEntry): boolean {
    return (
      this.#options.isReadableAgain === true &&
      (wanting.length === 0 || this.#keptBytesMax(wanting, sizeBytes) < sizeBytes)
    );
  }

  /** The beginning of a file may come in pieces that are too short to tell who wants it. */
  #takeHead(file: FileInProgress, content: Uint8Array, needed: number): void {
    file.head ??= new Uint8Array(needed);
    const taken = Math.min(needed - file.headFilled, content.length);
    file.head.set(content.subarray(0, taken), file.headFilled);
    file.headFilled += taken;
    if (file.headFilled === needed) {
      file.wanting = this.#wanting(file, file.head);
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

  #isPassedOver({ entry: { path } }: FileInProgress): boolean {
    const { isWantedOnly = false, dispatch } = this.#options;
    return isWantedOnly && dispatch.wanting(path, NOTHING).length === 0;
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
    file.keptBytesMax ??= this.#keptBytesMax(file.wanting, file.entry.sizeBytes);
    const filled = file.keptBytes ?? 0;
    const kept = content.subarray(0, file.keptBytesMax - filled);
    file.keptBytes = filled + kept.length;
    if (file.keptBytesMax <= this.#options.limits.memoryFileBytesMax) {
      file.memory ??= this.#memoryOf(file.keptBytesMax);
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
      this.note('P_LIMIT', error.message, file.entry.path);
      file.wanting = [];
    }
  }

  /**
   * Memory for the content of the file that is read, all of which is filled before anybody looks at
   * it. The same for one file after the other, since facts are plain data and nobody looks at the
   * content later: V8 would look through all objects again for each of the large ones.
   */
  #memoryOf(bytes: number): Uint8Array {
    if (this.#memory.length < bytes) {
      releaseMemory(this.#memory);
      const grown = Math.ceil(bytes / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES;
      this.#memory = new Uint8Array(Buffer.allocUnsafeSlow(grown).buffer);
    }
    return this.#memory.subarray(0, bytes);
  }

  /** As much as those need who want the file; all of it where one of them wants it whole. */
  #keptBytesMax(wanting: readonly Wanting[], sizeBytes: number): number {
    const { limits } = this.#options;
    return Math.max(...wanting.map(({ want }) => handedBytes(want, sizeBytes, limits)));
  }

  /** Sets the MIME type and tells who wants the file and may have it. */
  #wanting(file: FileInProgress, head: Uint8Array): readonly Wanting[] {
    const { path, sizeBytes } = file.entry;
    this.#files.setMimeType(file.row, mimeTypeOf(beginningOf(head, MIME_HEAD_BYTES)));
    const isWhiteout =
      this.#options.diffId !== undefined && path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1);
    const wanting = isWhiteout ? NOBODY : this.#options.dispatch.wanting(path, head);
    if (wanting.length === 0) {
      return NOBODY;
    }
    return wanting.filter(({ extractor, want }) => {
      const maxBytes = this.#options.limits[want.maxBytes];
      const isAllowed = sizeBytes <= maxBytes || want.isHeadOnly === true;
      if (!isAllowed) {
        const message = `the file was not read: it has ${sizeBytes} bytes, and the limit ${want.maxBytes} allows ${maxBytes}`;
        this.#problem({ code: 'P_LIMIT', message }, path, extractor.id);
      }
      return isAllowed;
    });
  }

  #extract(file: FileInProgress, wanting: readonly Wanting[], content: Bytes): void {
    const { path, sizeBytes, mode } = file.entry;
    const { limits, deferred } = this.#options;
    let later: DeferredFile | undefined;
    let atOnce = this.#withinSteps(file.entry, wanting);
    if (deferred !== undefined && atOnce.some(isLater)) {
      later = deferred.forFile();
      atOnce = this.#putOff(file, atOnce, content, later);
    }
    for (const { extractor, want } of atOnce) {
      const { role } = want;
      const of = { extractor: extractor.id, role, row: file.row };
      const budget = this.#budget.forPlugin(extractor.id);
      // What may wait counts in no run: whether it does depends on the cache.
      let canWait = want.isLater === true;
      const extraction = extractionOf(() => {
        const handed = headOf(content, handedBytes(want, sizeBytes, limits));
        const handing = { path, role, sizeBytes, mode, content: handed, limits, budget };
        const made = extractor.extract(handing);
        if (made.deferred === undefined) {
          return made;
        }
        canWait = true;
        later ??= deferred?.forFile();
        return later === undefined
          ? { fact: getFact(made) }
          : this.#later(of, made.deferred, later);
      });
      const { fact } = extraction;
      if (fact !== undefined && (canWait || this.#budget.takeFact(extractor.id, fact))) {
        this.#facts.push({ ...of, fact });
      }
      for (const note of [...(extraction.problems ?? []), ...budget.drainProblems()]) {
        this.#problem(note, path, extractor.id);
      }
    }
  }

  /** Those who have steps left for the content of a file; the others are reported. */
  #withinSteps({ path, sizeBytes }: FileEntry, wanting: readonly Wanting[]): readonly Wanting[] {
    return wanting.filter(({ extractor: { id }, want }) => {
      const isAllowed = this.#budget.takeContent(id, want, sizeBytes);
      const notes = isAllowed ? [] : this.#budget.forPlugin(id).drainProblems();
      notes.forEach((note) => this.#problem(note, path, id));
      return isAllowed;
    });
  }

  /** Keeps the file for those who may wait, where it can be kept; who else wants it is returned. */
  #putOff(
    { entry, row }: FileInProgress,
    wanting: readonly Wanting[],
    content: Bytes,
    later: DeferredFile,
  ): readonly Wanting[] {
    const waiting = wanting.filter(isLater);
    const kept = later.keep([content.read(0, this.#keptBytesMax(waiting, entry.sizeBytes))]);
    if (kept === undefined) {
      return wanting;
    }
    const source = new LaterFile(waiting, entry, this.#options.limits, kept);
    for (const { extractor, want } of waiting) {
      const of = { extractor: extractor.id, role: want.role, row };
      this.#facts.push(new DeferredFact(of, source));
    }
    return waiting.length === wanting.length ? NOBODY : wanting.filter((one) => !isLater(one));
  }

  /** Makes the fact at once where its content cannot be kept. */
  #later(
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

  #problem(note: ProblemNote, path: string, plugin: string | undefined): void {
    const { diffId } = this.#options;
    this.#problems.add({
      code: note.code,
      message: note.message,
      ...(plugin === undefined ? {} : { plugin }),
      ...(path === '' ? {} : { path }),
      ...(diffId === undefined ? {} : { layer: diffId }),
      ...(note.line === undefined ? {} : { line: note.line }),
    });
  }
}

function isLater({ want }: Wanting): boolean {
  return want.isLater === true;
}

/** Most files are short, and a window costs as much as a look at all that there is. */
function beginningOf(content: Uint8Array, bytes: number): Uint8Array {
  return content.length <= bytes ? content : content.subarray(0, bytes);
}
