import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { OperatingSystem } from '../core/advisory.ts';
import { defined } from '../core/defined.ts';
import { foldCase } from '../core/fold-case.ts';
import type { KeptCounts } from './build-account.ts';
import type { DatabaseWriter } from './database-writer.ts';
import type {
  FeedItem,
  FeedRelease,
  FeedRules,
  FeedSystem,
  StatedFacts,
} from './provider/contract.ts';
import type { SystemOverride } from './resolve-release.ts';
import {
  PRODUCT_SHARD,
  RECORDS_SHARD,
  toEcosystemShard,
  toReleaseKey,
  toSystemPackageKey,
  toSystemShard,
} from './schema.ts';
import type { ShardWriter } from './shard-writer.ts';
import type { Statement } from './statement.ts';
import { type StatementPlace, StatementStaging } from './statement-staging.ts';

/** Where the statements about a release are stored. */
interface SystemPlace {
  /** Family and release. */
  readonly key: string;
  readonly family: string;
  readonly release: string;
  readonly shard: string;
  readonly system: FeedSystem;
}

const TABLES = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE fact (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, cve TEXT NOT NULL,
    value TEXT NOT NULL, date TEXT NOT NULL, UNIQUE (kind, cve, value));
`;

/** Kinds of facts about vulnerabilities. */
type FactKind = Exclude<keyof StatedFacts, 'releases'>;
type FactOf<Kind extends FactKind> = NonNullable<StatedFacts[Kind]>[number];
type ReleaseDates = Pick<FeedRelease, 'endOfLife' | 'endOfActiveSupport'>;

/** The same trimming as in the resolution of a release, so that the two match. */
const LEADING_ZEROS = /^0+(?=.)/;

/** Sorts the statements of feeds, which come in any order, into the order of the shards. */
export class FeedStaging implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements: StatementStaging;
  readonly #systems = new Map<string, FeedSystem>();
  readonly #systemOverrides = new Map<string, SystemOverride>();
  readonly #ecosystemOverrides = new Map<string, { ecosystem: string; replacement: string }>();
  /** By all members of a system. */
  readonly #systemPlaces = new Map<string, SystemPlace>();
  readonly #ecosystemShards = new Map<string, string>();
  /** By the same key as the systems. */
  readonly #dates = new Map<string, ReleaseDates>();
  readonly #insertFact: StatementSync;
  #facts = 0;

  /** `folder`: directory for temporary files. */
  constructor(folder: string) {
    this.#statements = new StatementStaging(folder);
    this.#database = new DatabaseSync(path.join(folder, 'facts.db'));
    this.#database.exec(TABLES);
    this.#database.exec('BEGIN');
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#insertFact = prepare(
      'INSERT OR IGNORE INTO fact (kind, cve, value, date) VALUES (?, ?, ?, ?)',
    );
  }

  /** Rules repeated by several documents of a feed are stored once. */
  addRules({ systemOverrides = [], ecosystemOverrides = [] }: FeedRules): void {
    for (const rule of systemOverrides) {
      this.#systemOverrides.set(JSON.stringify(rule), rule);
    }
    for (const rule of ecosystemOverrides) {
      this.#ecosystemOverrides.set(JSON.stringify(rule), rule);
    }
  }

  addItem({ record, statements, weaknesses = [] }: FeedItem): void {
    const number = this.#statements.addRecord(record, statements.length > 0);
    for (const { system, statement } of statements) {
      this.#statements.addStatement(this.#place(system, statement), statement, number);
    }
    for (const weakness of weaknesses) {
      this.#addFact('weaknesses', weakness);
    }
  }

  addFacts({ exploited, epss, ssvc, weaknesses, releases }: StatedFacts): void {
    for (const [kind, list = []] of Object.entries({ exploited, epss, ssvc, weaknesses })) {
      for (const fact of list) {
        this.#facts += this.#addFact(kind as FactKind, fact) ? 1 : 0;
      }
    }
    for (const { system, endOfLife, endOfActiveSupport } of releases ?? []) {
      const { key } = this.#addSystem(system);
      if (!this.#dates.has(key)) {
        this.#dates.set(key, { endOfLife, ...defined({ endOfActiveSupport }) });
        this.#facts++;
      }
    }
  }

  /** Returns whether the fact is new. */
  #addFact<Kind extends FactKind>(kind: Kind, fact: FactOf<Kind>): boolean {
    const date = 'date' in fact ? fact.date : '';
    const { changes } = this.#insertFact.run(kind, foldCase(fact.cve), JSON.stringify(fact), date);
    return changes > 0;
  }

  *#readFacts<Kind extends FactKind>(kind: Kind): Generator<FactOf<Kind>> {
    const rows = this.#database
      .prepare('SELECT value FROM fact WHERE kind = ? ORDER BY cve, id')
      .iterate(kind);
    for (const row of rows) {
      yield JSON.parse(String(row['value'])) as FactOf<Kind>;
    }
  }

  /** Deletes all scores of a vulnerability but the newest, and returns their number. */
  #dropOutdatedScores(): number {
    const { changes } = this.#database
      .prepare(
        `DELETE FROM fact WHERE kind = 'epss' AND id NOT IN (SELECT id FROM (
           SELECT id, row_number() OVER (PARTITION BY cve ORDER BY date DESC, id) AS rank
           FROM fact WHERE kind = 'epss') WHERE rank = 1)`,
      )
      .run();
    return Number(changes);
  }

  /** Returns the counts of distinct records and statements. */
  writeShards(writer: DatabaseWriter): KeptCounts {
    this.#database.exec('COMMIT');
    const outdatedScores = this.#dropOutdatedScores();
    let statements = 0;
    for (const { shard: name, kind, family } of this.#statements.listShards()) {
      const fill = (shard: ShardWriter): void => this.#statements.fillShard(name, shard);
      const counts = writer.writeShard(name, { kind, family }, fill);
      statements += counts.affected + counts.unaffected;
    }
    writer.writeShard(RECORDS_SHARD, { kind: 'records', family: '' }, (shard) => {
      this.#statements.fillUnused(shard);
    });
    writer.writeMeta({
      systems: this.#numberSystems(),
      systemOverrides: this.#systemOverrides.values(),
      ecosystemOverrides: this.#ecosystemOverrides.values(),
      architectureAliases: [],
      exploited: this.#readFacts('exploited'),
      epss: this.#readFacts('epss'),
      weaknesses: this.#readFacts('weaknesses'),
      ssvc: this.#readFacts('ssvc'),
    });
    return {
      records: this.#statements.recordCount,
      statements,
      repeatedStatements: this.#statements.repeatedCount,
      facts: this.#facts - outdatedScores,
      outdatedScores,
    };
  }

  [Symbol.dispose](): void {
    this.#statements[Symbol.dispose]();
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }

  #place(system: FeedSystem | undefined, statement: Statement): StatementPlace {
    const { ecosystem = '', packageName = '', product } = statement;
    if (product !== undefined) {
      const name = foldCase(product.product);
      return { shard: PRODUCT_SHARD, kind: 'product', family: '', prefix: '', name };
    }
    if (system === undefined) {
      const family = foldCase(ecosystem);
      const name = foldCase(packageName);
      return {
        shard: this.#getEcosystemShard(family),
        kind: 'ecosystem',
        family,
        prefix: '',
        name,
      };
    }
    const { family, release, shard } = this.#addSystem(system);
    const prefix = toSystemPackageKey(release, ecosystem, '');
    return { shard, kind: 'system', family, prefix, name: foldCase(packageName) };
  }

  #getEcosystemShard(family: string): string {
    const shard = this.#ecosystemShards.get(family) ?? toEcosystemShard(family);
    this.#ecosystemShards.set(family, shard);
    return shard;
  }

  #addSystem(system: FeedSystem): SystemPlace {
    const { name, releaseId, majorVersion, minorVersion, label, codename, channel } = system;
    const text = `${name}\0${releaseId}\0${majorVersion}\0${minorVersion}\0${label}\0${codename}\0${channel}`;
    const place = this.#systemPlaces.get(text) ?? toSystemPlace(system);
    this.#systemPlaces.set(text, place);
    this.#systems.set(place.key, place.system);
    return place;
  }

  /**
   * In the order of their first occurrence in the feeds, which a look-up without a version returns.
   */
  *#numberSystems(): Generator<OperatingSystem> {
    let id = 0;
    for (const [key, system] of this.#systems) {
      yield { id: ++id, ...system, ...this.#dates.get(key) };
    }
  }
}

function toSystemPlace(feedSystem: FeedSystem): SystemPlace {
  const system = {
    ...feedSystem,
    majorVersion: feedSystem.majorVersion.replace(LEADING_ZEROS, ''),
    minorVersion: feedSystem.minorVersion.replace(LEADING_ZEROS, ''),
  };
  const family = foldCase(system.name);
  const release = toReleaseKey({ id: 0, ...system });
  return { key: `${family}\0${release}`, family, release, shard: toSystemShard(family), system };
}
