import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { OperatingSystem } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
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
  type ShardKind,
  toEcosystemShard,
  toReleaseKey,
  toSystemShard,
} from './schema.ts';
import type { ShardWriter, StoredRecord } from './shard-writer.ts';
import type { Statement } from './statement.ts';
import { decodeRecord, encodeRecord } from './vulnerability-record.ts';

interface Place {
  readonly shard: string;
  readonly kind: ShardKind;
  readonly family: string;
  /** Empty outside of systems. */
  readonly release: string;
}

const TABLES = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE record (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE, provider TEXT NOT NULL,
    name TEXT NOT NULL, is_used INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE statement (id INTEGER PRIMARY KEY, shard TEXT NOT NULL, kind TEXT NOT NULL,
    family TEXT NOT NULL, release TEXT NOT NULL, record INTEGER NOT NULL, value TEXT NOT NULL);
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
  readonly #insertRecord: StatementSync;
  readonly #selectRecord: StatementSync;
  readonly #insertStatement: StatementSync;
  readonly #systems = new Map<string, FeedSystem>();
  readonly #systemOverrides = new Map<string, SystemOverride>();
  readonly #ecosystemOverrides = new Map<string, { ecosystem: string; replacement: string }>();
  /** By the same key as the systems. */
  readonly #dates = new Map<string, ReleaseDates>();
  readonly #insertFact: StatementSync;
  #facts = 0;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(TABLES);
    this.#database.exec('BEGIN');
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#insertRecord = prepare(
      `INSERT INTO record (value, provider, name, is_used) VALUES (?, ?, ?, ?)
       ON CONFLICT (value) DO UPDATE SET is_used = max(is_used, excluded.is_used)`,
    );
    this.#selectRecord = prepare('SELECT id FROM record WHERE value = ?');
    this.#insertStatement = prepare(
      'INSERT INTO statement (shard, kind, family, release, record, value) VALUES (?, ?, ?, ?, ?, ?)',
    );
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
    const value = encodeRecord(record);
    this.#insertRecord.run(value, record.provider, record.id, statements.length > 0 ? 1 : 0);
    const row = present(this.#selectRecord.get(value), 'the record has just been stored');
    for (const { system, statement } of statements) {
      const { shard, kind, family, release } = this.#place(system, statement);
      const text = JSON.stringify(statement);
      this.#insertStatement.run(shard, kind, family, release, Number(row['id']), text);
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
    this.#database.exec('COMMIT; CREATE INDEX statement_order ON statement (shard, id)');
    const outdatedScores = this.#dropOutdatedScores();
    const shards = this.#database
      .prepare('SELECT DISTINCT shard, kind, family FROM statement ORDER BY shard')
      .all();
    let statements = 0;
    let repeatedStatements = 0;
    for (const row of shards) {
      const place = { kind: String(row['kind']) as ShardKind, family: String(row['family']) };
      const name = String(row['shard']);
      const { counts, repeated } = writer.writeShard(name, place, (shard) =>
        this.#fill(shard, name),
      );
      statements += counts.affected + counts.unaffected;
      repeatedStatements += repeated;
    }
    writer.writeShard(RECORDS_SHARD, { kind: 'records', family: '' }, (shard) => {
      this.#addRecords(shard, 'SELECT id FROM record WHERE is_used = 0');
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
    const records = this.#database.prepare('SELECT count(*) AS n FROM record').get()?.['n'];
    return {
      records: Number(records),
      statements,
      repeatedStatements,
      facts: this.#facts - outdatedScores,
      outdatedScores,
    };
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }

  #place(feedSystem: FeedSystem | undefined, statement: Statement): Place {
    const { ecosystem = '', product } = statement;
    if (product !== undefined) {
      return { shard: PRODUCT_SHARD, kind: 'product', family: '', release: '' };
    }
    if (feedSystem === undefined) {
      const family = foldCase(ecosystem);
      return { shard: toEcosystemShard(family), kind: 'ecosystem', family, release: '' };
    }
    const { family, release } = this.#addSystem(feedSystem);
    return { shard: toSystemShard(family), kind: 'system', family, release };
  }

  #addSystem(feedSystem: FeedSystem): {
    readonly key: string;
    readonly family: string;
    readonly release: string;
  } {
    const system = {
      ...feedSystem,
      majorVersion: feedSystem.majorVersion.replace(LEADING_ZEROS, ''),
      minorVersion: feedSystem.minorVersion.replace(LEADING_ZEROS, ''),
    };
    const family = foldCase(system.name);
    const release = toReleaseKey({ id: 0, ...system });
    const key = `${family}\0${release}`;
    this.#systems.set(key, system);
    return { key, family, release };
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

  /** Row ID of a staged record → the record in the shard. */
  #addRecords(
    shard: ShardWriter,
    wanted: string,
    ...parameters: string[]
  ): ReadonlyMap<number, StoredRecord> {
    const records = new Map<number, StoredRecord>();
    const rows = this.#database
      .prepare(`SELECT id, value FROM record WHERE id IN (${wanted}) ORDER BY provider, name, id`)
      .iterate(...parameters);
    for (const row of rows) {
      records.set(Number(row['id']), shard.addRecord(decodeRecord(String(row['value']))));
    }
    return records;
  }

  #fill(shard: ShardWriter, name: string): void {
    const records = this.#addRecords(shard, 'SELECT record FROM statement WHERE shard = ?', name);
    const rows = this.#database
      .prepare('SELECT release, record, value FROM statement WHERE shard = ? ORDER BY id')
      .iterate(name);
    for (const row of rows) {
      const statement = JSON.parse(String(row['value'])) as Statement;
      const record = present(records.get(Number(row['record'])), 'records are added first');
      shard.addStatement(String(row['release']), statement, record);
    }
  }
}
