import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type {
  DatabaseProvider,
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  SsvcDecision,
  SystemCoverage,
  Weakness,
} from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { digestFile } from './digest-file.ts';
import type { FeedFacts } from './feed-facts.ts';
import { type ShardEntry, toShardPath, writeManifest } from './manifest.ts';
import { RECORD_ID_TABLES, RecordIdWriter } from './record-ids.ts';
import type { SystemOverride } from './resolve-release.ts';
import {
  META_SHARD,
  META_TABLES,
  SHARD_SCHEMA,
  type ShardKind,
  toReleaseKey,
  WRITE_PRAGMAS,
} from './schema.ts';
import { type ShardCounts, ShardWriter } from './shard-writer.ts';

/** Facts about the database as a whole. */
export interface DatabaseFacts {
  readonly sourceSchema: string;
  readonly builtAt: string;
  readonly origin: string;
  readonly providers: readonly DatabaseProvider[];
  readonly feed?: FeedFacts;
}

/** The content of the `meta` shard. Iterables are read once, in order. */
export interface MetaContent {
  readonly systems: Iterable<OperatingSystem>;
  readonly systemOverrides: Iterable<SystemOverride>;
  readonly ecosystemOverrides: Iterable<{
    readonly ecosystem: string;
    readonly replacement: string;
  }>;
  readonly architectureAliases: Iterable<{ readonly alias: string; readonly canonical: string }>;
  readonly exploited: Iterable<ExploitedRecord>;
  readonly epss: Iterable<EpssScore>;
  readonly weaknesses: Iterable<Weakness>;
  /** Absent in databases of other scanners. */
  readonly ssvc?: Iterable<SsvcDecision>;
}

export const NO_COUNTS: ShardCounts = {
  keys: 0,
  contents: 0,
  affected: 0,
  unaffected: 0,
  records: 0,
};
export const NO_COVERAGE: SystemCoverage = { statements: 0, unfixed: 0 };

/**
 * Fills one generation directory with shards and finally with the manifest, which makes it
 * complete.
 */
export class DatabaseWriter implements Disposable {
  readonly folder: string;
  readonly #meta: DatabaseSync;
  readonly #recordIds: RecordIdWriter;
  readonly #shards: ShardEntry[] = [];
  /** Counts of the statements written so far, by family and release key. */
  readonly #coverage = new Map<string, SystemCoverage>();

  constructor(folder: string) {
    this.folder = folder;
    this.#meta = new DatabaseSync(toShardPath(folder, META_SHARD));
    this.#meta.exec(WRITE_PRAGMAS + META_TABLES + RECORD_ID_TABLES);
    this.#meta.exec('BEGIN');
    this.#recordIds = new RecordIdWriter(this.#meta);
  }

  /** Writes one shard: `fill` stores its records and rows. A shard without either is left out. */
  writeShard(
    name: string,
    place: { readonly kind: ShardKind; readonly family: string },
    fill: (writer: ShardWriter) => void,
  ): ShardCounts {
    const file = toShardPath(this.folder, name);
    using writer = new ShardWriter(name, file, this.#recordIds.addShard(name));
    fill(writer);
    const counts = writer.finishShard();
    if (place.kind === 'system') {
      for (const [release, coverage] of writer.coverage) {
        this.#coverage.set(toCoverageKey(place.family, release), coverage);
      }
    }
    if (counts.keys === 0 && counts.records === 0) {
      fs.rmSync(file);
    } else {
      this.#shards.push(
        describeFile(file, { name, ...place, providers: writer.providers, counts }),
      );
    }
    return counts;
  }

  /**
   * Writes the lists of the database. The shards must be complete, because their counts of each
   * release are stored with its dates.
   */
  writeMeta(content: MetaContent): void {
    const file = toShardPath(this.folder, META_SHARD);
    fillLists(this.#meta, content, (system) => this.#getCoverage(system));
    fillByCve(this.#meta, content);
    this.#recordIds.fillIds();
    this.#meta.exec('COMMIT');
    this.#meta.close();
    const place = { name: META_SHARD, kind: 'meta', family: '' } as const;
    this.#shards.push(describeFile(file, { ...place, providers: [], counts: NO_COUNTS }));
  }

  #getCoverage(system: OperatingSystem): SystemCoverage {
    return this.#coverage.get(toCoverageKey(system.name, toReleaseKey(system))) ?? NO_COVERAGE;
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
    if (this.#meta.isOpen) {
      this.#meta.close();
    }
  }
}

/** Returns the key of a release in a map of the coverage of all releases. */
export function toCoverageKey(family: string, release: string): string {
  return `${foldCase(family)}\0${release}`;
}

/** Digest, size and time of a complete shard. */
function describeFile(
  file: string,
  entry: Omit<ShardEntry, 'sizeBytes' | 'modifiedSeconds' | 'digest'>,
): ShardEntry {
  const { size, mtimeMs } = fs.statSync(file);
  return {
    ...entry,
    sizeBytes: size,
    modifiedSeconds: Math.floor(mtimeMs / 1000),
    digest: digestFile(file),
  };
}

type CoverageOf = (system: OperatingSystem) => SystemCoverage;

function fillLists(database: DatabaseSync, content: MetaContent, findCoverage: CoverageOf): void {
  const system = database.prepare('INSERT INTO operating_systems VALUES (?, ?)');
  for (const row of content.systems) {
    system.run(row.id, JSON.stringify({ ...row, coverage: findCoverage(row) }));
  }
  const systemOverride = database.prepare('INSERT INTO system_overrides VALUES (?, ?)');
  let position = 0;
  for (const row of content.systemOverrides) {
    systemOverride.run(++position, JSON.stringify(row));
  }
  const ecosystem = database.prepare('INSERT INTO ecosystem_overrides VALUES (?, ?, ?)');
  position = 0;
  for (const row of content.ecosystemOverrides) {
    ecosystem.run(++position, row.ecosystem, row.replacement);
  }
  const architecture = database.prepare('INSERT OR IGNORE INTO architecture_aliases VALUES (?, ?)');
  for (const row of content.architectureAliases) {
    architecture.run(row.alias, row.canonical);
  }
}

function fillByCve(database: DatabaseSync, content: MetaContent): void {
  const exploited = database.prepare('INSERT INTO exploited VALUES (?, ?, ?)');
  let position = 0;
  for (const row of content.exploited) {
    exploited.run(foldCase(row.cve), ++position, JSON.stringify(row));
  }
  const epss = database.prepare('INSERT OR IGNORE INTO epss VALUES (?, ?, ?, ?, ?)');
  for (const row of content.epss) {
    epss.run(foldCase(row.cve), row.cve, row.epss, row.percentile, row.date);
  }
  const weakness = database.prepare('INSERT INTO weaknesses VALUES (?, ?, ?, ?, ?, ?)');
  position = 0;
  for (const row of content.weaknesses) {
    weakness.run(foldCase(row.cve), ++position, row.cve, row.cwe, row.source, row.kind);
  }
  const ssvc = database.prepare('INSERT INTO ssvc VALUES (?, ?, ?)');
  position = 0;
  for (const row of content.ssvc ?? []) {
    ssvc.run(foldCase(row.cve), ++position, JSON.stringify(row));
  }
}
