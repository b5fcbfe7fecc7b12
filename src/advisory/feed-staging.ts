import { hash } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { OperatingSystem, ProductLifecycle } from '../core/advisory.ts';
import { defined } from '../core/defined.ts';
import { foldCase } from '../core/fold-case.ts';
import type { KeptCounts } from './build-account.ts';
import type { DatabaseWriter } from './database-writer.ts';
import { ItemSpill } from './item-spill.ts';
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
  CREATE TABLE fact (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, cve TEXT NOT NULL,
    value TEXT NOT NULL, date TEXT NOT NULL, UNIQUE (kind, cve, value));
`;

/** Kinds of facts about vulnerabilities. */
type FactKind = Exclude<keyof StatedFacts, 'releases' | 'products'>;
type FactOf<Kind extends FactKind> = NonNullable<StatedFacts[Kind]>[number];
type ReleaseDates = Pick<FeedRelease, 'endOfLife' | 'endOfActiveSupport'>;

/** The same trimming as in the resolution of a release, so that the two match. */
const LEADING_ZEROS = /^0+(?=.)/;

/** Passes the items of feeds on to the shards, and keeps facts until all documents are read. */
export class FeedStaging implements Disposable {
  readonly #database: DatabaseSync;
  readonly #writer: DatabaseWriter;
  /** Records without a statement, as far as known. */
  readonly #unused: ItemSpill;
  /** Hash of a record → whether it has a statement. */
  readonly #records = new Map<string, boolean>();
  readonly #systems = new Map<string, FeedSystem>();
  readonly #systemOverrides = new Map<string, SystemOverride>();
  readonly #ecosystemOverrides = new Map<string, { ecosystem: string; replacement: string }>();
  /** By the same key as the systems. */
  readonly #dates = new Map<string, ReleaseDates>();
  readonly #products = new Map<string, ProductLifecycle>();
  readonly #insertFact: StatementSync;
  #facts = 0;

  /** `folder`: directory for temporary files. */
  constructor(writer: DatabaseWriter, folder: string) {
    this.#writer = writer;
    this.#unused = new ItemSpill(path.join(folder, 'unused'));
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

  /** Returns whether the record is new. */
  addItem({ record, statements, weaknesses = [] }: FeedItem): boolean {
    const text = encodeRecord(record);
    const key = hashRecord(text);
    const known = this.#records.get(key);
    if (known === undefined && statements.length === 0) {
      this.#unused.spillLine(text);
    }
    this.#records.set(key, known === true || statements.length > 0);
    const stored = new Map<ShardWriter, StoredRecord>();
    for (const { system, statement } of statements) {
      const { shard: name, release, kind, family } = this.#place(system, statement);
      const shard = this.#writer.openShard(name, { kind, family });
      const added = stored.get(shard) ?? shard.addRecord(record, text);
      stored.set(shard, added);
      shard.addStatement(release, statement, added);
    }
    for (const weakness of weaknesses) {
      this.#addFact('weaknesses', weakness);
    }
    return known === undefined;
  }

  /** Returns whether a document had statements about a release, or its dates. */
  hasSystem(system: FeedSystem): boolean {
    return this.#systems.has(toSystemKey(system));
  }

  addFacts({ exploited, epss, ssvc, weaknesses, releases, products }: StatedFacts): void {
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
    for (const lifecycle of products ?? []) {
      if (!this.#products.has(lifecycle.product)) {
        this.#products.set(lifecycle.product, lifecycle);
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
  writeShards(): KeptCounts {
    const writer = this.#writer;
    this.#database.exec('COMMIT');
    const outdatedScores = this.#dropOutdatedScores();
    const unused = writer.openShard(RECORDS_SHARD, { kind: 'records', family: '' });
    for (const text of this.#unused.readLines()) {
      if (this.#records.get(hashRecord(text)) === false) {
        unused.addRecord(decodeRecord(text), text);
      }
    }
    const { statements, repeated: repeatedStatements } = writer.finishShards();
    writer.writeMeta({
      systems: this.#numberSystems(),
      systemOverrides: this.#systemOverrides.values(),
      ecosystemOverrides: this.#ecosystemOverrides.values(),
      architectureAliases: [],
      exploited: this.#readFacts('exploited'),
      epss: this.#readFacts('epss'),
      weaknesses: this.#readFacts('weaknesses'),
      ssvc: this.#readFacts('ssvc'),
      products: this.#products.values(),
    });
    return {
      records: this.#records.size,
      statements,
      repeatedStatements,
      facts: this.#facts - outdatedScores,
      outdatedScores,
    };
  }

  [Symbol.dispose](): void {
    this.#unused[Symbol.dispose]();
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
    const key = toSystemKey(system);
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
}

function toSystemKey(system: FeedSystem): string {
  return `${foldCase(system.name)}\0${toReleaseKey({ id: 0, ...system })}`;
}

function hashRecord(text: string): string {
  return hash('sha256', text, 'base64url');
}
