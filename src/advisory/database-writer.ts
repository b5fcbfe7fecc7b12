import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseProvider, SystemCoverage } from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import type { FeedFacts } from './feed-facts.ts';
import { type ShardEntry, toShardPath, writeManifest } from './manifest.ts';
import { type MetaContent, writeMetaFile, writeScoresFile } from './meta-writer.ts';
import { EntrySorter, SorterMemory } from './page-file/entry-sorter.ts';
import type { PageFileSummary } from './page-file/page-file-writer.ts';
import { META_SECTIONS, META_SHARD, SCORES_SHARD, SHARD_SCHEMA, toReleaseKey } from './schema.ts';
import { type ShardCounts, type ShardPlace, ShardWriter } from './shard-writer.ts';

/** Facts about the database as a whole. */
export interface DatabaseFacts {
  readonly sourceSchema: string;
  readonly builtAt: string;
  readonly origin: string;
  readonly providers: readonly DatabaseProvider[];
  readonly feed?: FeedFacts;
}

export const NO_COUNTS: ShardCounts = {
  keys: 0,
  contents: 0,
  affected: 0,
  unaffected: 0,
  records: 0,
};
export const NO_COVERAGE: SystemCoverage = { statements: 0, unfixed: 0 };

export interface DatabaseWriterOptions {
  /** Shared by writers that are filled at the same time. */
  readonly memory?: SorterMemory;
  /** If false, equal statements about a release are stored once. */
  readonly keepsRepeated?: boolean;
}

/** Statements in all shards that were finished together. */
export interface StatementCounts {
  readonly statements: number;
  /** Statements that were added again and are not stored. */
  readonly repeated: number;
}

/**
 * Fills one generation directory with shards and finally with the manifest, which makes it
 * complete.
 */
export class DatabaseWriter implements Disposable {
  readonly folder: string;
  /** Keys of all records with the names of their shards. */
  readonly #locations: EntrySorter;
  readonly #shards: ShardEntry[] = [];
  readonly #memory: SorterMemory;
  readonly #keepsRepeated: boolean;
  readonly #open = new Map<string, { readonly writer: ShardWriter; readonly place: ShardPlace }>();
  /** Counts of the statements written so far, by family and release key. */
  readonly #coverage = new Map<string, SystemCoverage>();

  constructor(
    folder: string,
    { memory = new SorterMemory(), keepsRepeated = true }: DatabaseWriterOptions = {},
  ) {
    this.folder = folder;
    this.#memory = memory;
    this.#keepsRepeated = keepsRepeated;
    this.#locations = new EntrySorter(path.join(folder, 'locations.unsorted'), this.#memory);
  }

  /**
   * Returns the writer of a shard, which takes records and statements in any order until
   * {@link finishShards} is called.
   */
  openShard(name: string, place: ShardPlace): ShardWriter {
    const known = this.#open.get(name);
    if (known !== undefined) {
      return known.writer;
    }
    const file = toShardPath(this.folder, name);
    const options = { memory: this.#memory, keepsRepeated: this.#keepsRepeated };
    const writer = new ShardWriter(place.kind, file, options);
    this.#open.set(name, { writer, place });
    return writer;
  }

  /** Completes all open shards. Those without records and statements are left out. */
  finishShards(): StatementCounts {
    let statements = 0;
    let repeated = 0;
    for (const [name, { writer, place }] of [...this.#open].sort(([a], [b]) => compareText(a, b))) {
      this.#finishShard(name, place, writer);
      statements += writer.counts.affected + writer.counts.unaffected;
      repeated += writer.repeated;
      writer[Symbol.dispose]();
      this.#open.delete(name);
    }
    return { statements, repeated };
  }

  #finishShard(name: string, place: ShardPlace, writer: ShardWriter): void {
    const summary = writer.finishShard((recordKey) =>
      this.#locations.addEntry(`${META_SECTIONS.location}${recordKey}`, name),
    );
    const { counts, providers } = writer;
    for (const [release, coverage] of writer.coverage) {
      this.#coverage.set(toCoverageKey(place.family, release), coverage);
    }
    if (counts.keys === 0 && counts.records === 0) {
      fs.rmSync(toShardPath(this.folder, name));
    } else {
      this.#listShard({ name, ...place, providers, counts }, summary);
    }
  }

  /**
   * Writes the lists of the database. The shards must be complete, because their counts of each
   * release are stored with its dates.
   */
  writeMeta(content: MetaContent): void {
    const scores = toShardPath(this.folder, SCORES_SHARD);
    const summary = writeScoresFile(scores, content.epss);
    if (summary !== undefined) {
      const place = { name: SCORES_SHARD, kind: 'scores', family: '' } as const;
      this.#listShard({ ...place, providers: [], counts: NO_COUNTS }, summary);
    }
    const place = { name: META_SHARD, kind: 'meta', family: '' } as const;
    const meta = writeMetaFile(toShardPath(this.folder, META_SHARD), content, {
      locations: this.#locations,
      findCoverage: (system) =>
        this.#coverage.get(toCoverageKey(system.name, toReleaseKey(system))) ?? NO_COVERAGE,
    });
    this.#listShard({ ...place, providers: [], counts: NO_COUNTS }, meta);
  }

  /** Completes the generation. `importedAt`: RFC 3339. */
  finishGeneration(facts: DatabaseFacts, importedAt: string): void {
    assert(
      this.#shards.some(({ kind }) => kind === 'meta'),
      'the meta shard is written before the manifest',
    );
    const shards = this.#shards.toSorted((left, right) => compareText(left.name, right.name));
    writeManifest(this.folder, { schema: SHARD_SCHEMA, ...facts, importedAt, shards });
  }

  [Symbol.dispose](): void {
    this.#locations[Symbol.dispose]();
    for (const { writer } of this.#open.values()) {
      writer[Symbol.dispose]();
    }
    this.#open.clear();
  }

  #listShard(
    entry: Omit<ShardEntry, 'sizeBytes' | 'modifiedSeconds' | 'digest'>,
    { root, sizeBytes }: PageFileSummary,
  ): void {
    const { mtimeMs } = fs.statSync(toShardPath(this.folder, entry.name));
    const modifiedSeconds = Math.floor(mtimeMs / 1000);
    this.#shards.push({ ...entry, sizeBytes, modifiedSeconds, digest: root });
  }
}

/** Returns the key of a release in a map of the coverage of all releases. */
export function toCoverageKey(family: string, release: string): string {
  return `${foldCase(family)}\0${release}`;
}
