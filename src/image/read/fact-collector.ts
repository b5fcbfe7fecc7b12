import type { Budget } from '../../foundation/core/budget.ts';
import type { Bytes } from '../../foundation/core/bytes.ts';
import type {
  DeferredExtraction,
  ExtractedFact,
  Extraction,
  LayerFacts,
} from '../../foundation/core/cataloger.ts';
import { DeferredFact, getFact, WindowSource } from '../../foundation/core/deferred-fact.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { DeferredContent, DeferredFile } from './deferred-content.ts';
import type { MatchedWant } from './dispatch.ts';
import { extractSafely } from './extract-safely.ts';
import { IntakeBudget } from './intake-budget.ts';
import type { IntakeProblems } from './intake-problems.ts';
import { computeReadBytes, computeReadBytesMax, LazyFile, limitContent } from './lazy-file.ts';

export interface CollectorOptions {
  readonly limits: Limits;
  /** The budget of the target. */
  readonly budget: Budget;
  /** Keeps the content for deferred facts; if absent, all facts are created at once. */
  readonly deferred?: DeferredContent;
}

/** A file of the layer. */
export interface CollectedFile {
  readonly row: number;
  readonly entry: FileEntry;
}

/** Passes the content of files to extractors, and collects the facts of one layer. */
export class FactCollector {
  readonly #limits: Limits;
  readonly #deferred: DeferredContent | undefined;
  readonly #budget: IntakeBudget;
  readonly #problems: IntakeProblems;
  readonly #facts: ExtractedFact[] = [];

  constructor({ limits, budget, deferred }: CollectorOptions, problems: IntakeProblems) {
    this.#limits = limits;
    this.#deferred = deferred;
    this.#budget = new IntakeBudget(budget);
    this.#problems = problems;
  }

  get facts(): readonly ExtractedFact[] {
    return this.#facts;
  }

  /** The amounts of the budget that were used. */
  get outcome(): Pick<LayerFacts, 'taken' | 'isCut'> {
    return this.#budget.outcome;
  }

  extract(file: CollectedFile, wanting: readonly MatchedWant[], content: Bytes): void {
    if (wanting.length === 0) {
      return;
    }
    const kept = this.#deferred?.createFile();
    const allowed = this.#takeSteps(file.entry, wanting);
    const isDeferred = kept !== undefined && this.#deferExtractors(file, allowed, content, kept);
    for (const matched of allowed) {
      if (!isDeferred || matched.want.isDeferrable !== true) {
        this.#extractNow(file, matched, content, kept);
      }
    }
  }

  /** Returns the extractors that have steps left for the content of a file; reports the others. */
  #takeSteps(
    { path, sizeBytes }: FileEntry,
    wanting: readonly MatchedWant[],
  ): readonly MatchedWant[] {
    return wanting.filter(({ extractor: { id }, want }) => {
      const isAllowed = this.#budget.takeContent(id, want, sizeBytes);
      const notes = isAllowed ? [] : this.#budget.getPluginBudget(id).drainProblems();
      notes.forEach((note) => this.#problems.addNote(note, path, id));
      return isAllowed;
    });
  }

  /** Keeps the file for the extractors that can wait; returns whether that is possible. */
  #deferExtractors(
    { entry, row }: CollectedFile,
    wanting: readonly MatchedWant[],
    content: Bytes,
    kept: DeferredFile,
  ): boolean {
    const waiting = wanting.filter(({ want }) => want.isDeferrable === true);
    if (waiting.length === 0) {
      return false;
    }
    const bytes = computeReadBytesMax(waiting, entry.sizeBytes, this.#limits);
    const windows = kept.keep([content.read(0, bytes)]);
    if (windows === undefined) {
      return false;
    }
    const source = new LazyFile(waiting, entry, this.#limits, windows);
    for (const { extractor, want } of waiting) {
      const of = { extractor: extractor.id, role: want.role, row };
      this.#facts.push(new DeferredFact(of, source));
    }
    return true;
  }

  #extractNow(
    { row, entry: { path, sizeBytes, mode } }: CollectedFile,
    { extractor, want }: MatchedWant,
    content: Bytes,
    kept: DeferredFile | undefined,
  ): void {
    const limits = this.#limits;
    const { role } = want;
    const of = { extractor: extractor.id, role, row };
    const budget = this.#budget.getPluginBudget(extractor.id);
    // Deferred extraction is never counted, because whether it happens depends on the cache.
    let isCounted = want.isDeferrable !== true;
    const extraction = extractSafely(() => {
      const handed = limitContent(content, computeReadBytes(want, sizeBytes, limits));
      const made = extractor.extract({
        path,
        role,
        sizeBytes,
        mode,
        content: handed,
        limits,
        budget,
      });
      if (made.deferred === undefined) {
        return made;
      }
      isCounted = false;
      return kept === undefined
        ? { fact: getFact(made) }
        : this.#deferFact(of, made.deferred, kept);
    });
    const { fact } = extraction;
    if (fact !== undefined && (!isCounted || this.#budget.takeFact(extractor.id, fact))) {
      this.#facts.push({ ...of, fact });
    }
    for (const note of [...(extraction.problems ?? []), ...budget.drainProblems()]) {
      this.#problems.addNote(note, path, extractor.id);
    }
  }

  /** Creates the fact at once if its content cannot be kept. */
  #deferFact(
    of: Omit<ExtractedFact, 'fact'>,
    { content, make }: DeferredExtraction<unknown>,
    kept: DeferredFile,
  ): Extraction<unknown> {
    const windows = kept.keep(content);
    if (windows === undefined) {
      return { fact: make(content) };
    }
    this.#facts.push(new DeferredFact(of, new WindowSource(make, windows)));
    return {};
  }
}
