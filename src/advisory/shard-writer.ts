import { hash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SystemCoverage, VulnerabilityRecord } from '../core/advisory.ts';
import { assert, present } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import { ID_INDEX_TABLE, IdIndexWriter } from './id-index.ts';
import { LinePageWriter } from './line-pages.ts';
import { SHARD_TABLES, toRecordIdKey, WRITE_PRAGMAS } from './schema.ts';
import { encodeRow, encodeStatement, isUnfixed, type Statement } from './statement.ts';
import { encodeRecord } from './vulnerability-record.ts';

/** A statement with the number of its record, ready to be stored. */
export interface StoredStatement {
  readonly vulnerability: string;
  readonly provider: string;
  readonly effect: Statement['effect'];
  readonly record: number;
  readonly text: string;
  /** Whether it names an affected package without a fix. */
  readonly isUnfixed: boolean;
  /** All distinct IDs of the vulnerability in it. */
  readonly ids: readonly string[];
}

export interface ShardCounts {
  readonly keys: number;
  readonly contents: number;
  readonly affected: number;
  readonly unaffected: number;
  readonly records: number;
}

/** 128 bits of SHA-256 in hexadecimal: enough to avoid collisions within a database. */
const HASH_HEX_CHARS = 32;
/**
 * Small, because look-ups are spread over the whole shard: the neighbors of the requested content
 * are decompressed in vain.
 */
const CONTENT_PAGE_BYTES = 8 * 1024;
/** Larger, because records are longer and repeat each other's words. */
const RECORD_PAGE_BYTES = 32 * 1024;

/** Prepares a statement for {@link ShardWriter.putRow}. */
export function toStoredStatement(statement: Statement, record: number): StoredStatement {
  const { vulnerability, provider, effect } = statement;
  const text = encodeStatement(statement);
  const ids = [...new Set([vulnerability, ...statement.aliases, ...statement.cves])];
  return {
    vulnerability,
    provider,
    effect,
    record,
    text,
    isUnfixed: isUnfixed(statement),
    ids,
  };
}

/**
 * Writes one shard: first its records, then rows that refer to them. The same calls in the same
 * order produce the same bytes.
 */
export class ShardWriter implements Disposable {
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #insertKey: StatementSync;
  readonly #ids = new IdIndexWriter();
  readonly #reportId: (key: string, number: number) => void;
  readonly #contents: LinePageWriter;
  readonly #records: LinePageWriter;
  readonly #recordByHash = new Map<string, number>();
  readonly #recordHashes: string[] = [''];
  readonly #contentByHash = new Map<string, number>();
  readonly #providers = new Set<string>();
  readonly #coverage = new Map<string, SystemCoverage>();
  #keys = 0;
  #affected = 0;
  #unaffected = 0;

  /** `reportId` receives the number of each record with the key of its ID. */
  constructor(name: string, path: string, reportId: (key: string, number: number) => void) {
    this.name = name;
    this.#reportId = reportId;
    this.#database = new DatabaseSync(path);
    this.#database.exec(WRITE_PRAGMAS + SHARD_TABLES + ID_INDEX_TABLE);
    this.#database.exec('BEGIN');
    this.#insertKey = this.#database.prepare('INSERT INTO package_keys VALUES (?, ?, ?)');
    this.#contents = new LinePageWriter(this.#database, 'content_pages', CONTENT_PAGE_BYTES);
    this.#records = new LinePageWriter(this.#database, 'record_pages', RECORD_PAGE_BYTES);
  }

  /** Returns the providers of the records so far, in order. */
  get providers(): readonly string[] {
    return [...this.#providers].sort(compareText);
  }

  /** Returns the statement counts of each release so far, by the prefix of their keys. */
  get coverage(): ReadonlyMap<string, SystemCoverage> {
    return this.#coverage;
  }

  /**
   * Stores a record and returns its number, which is the existing one if the record is already
   * stored.
   */
  addRecord(record: VulnerabilityRecord): number {
    const text = encodeRecord(record);
    const recordHash = hashText(text);
    const known = this.#recordByHash.get(recordHash);
    if (known !== undefined) {
      return known;
    }
    const number = this.#records.storeLine(text);
    this.#recordByHash.set(recordHash, number);
    this.#recordHashes.push(recordHash);
    this.#providers.add(record.provider);
    this.#reportId(toRecordIdKey(record.provider, record.id), number);
    return number;
  }

  /** Stores the statements under one key, in order of vulnerability, provider and effect. */
  putRow(
    key: string,
    ecosystem: string,
    name: string,
    statements: readonly StoredStatement[],
  ): void {
    assert(statements.length > 0, 'a row has statements');
    const ordered = statements.toSorted(compareStatements);
    const rowHash = this.#hashRow(ecosystem, name, ordered);
    let content = this.#contentByHash.get(rowHash);
    if (content === undefined) {
      content = this.#contents.storeLine(encodeRow(ecosystem, name, ordered));
      this.#contentByHash.set(rowHash, content);
      for (const id of ordered.flatMap(({ ids }) => ids)) {
        this.#ids.addId(id, content);
      }
    }
    this.#insertKey.run(key, content, Buffer.from(rowHash, 'hex'));
    this.#keys++;
    addCoverage(this.#coverage, key, {
      statements: ordered.length,
      unfixed: ordered.filter((statement) => statement.isUnfixed).length,
    });
    for (const { effect } of ordered) {
      if (effect === 'affected') {
        this.#affected++;
      } else {
        this.#unaffected++;
      }
    }
  }

  /** Completes the file, which is not flushed to disk yet. */
  finishShard(): ShardCounts {
    this.#records.flush();
    this.#contents.flush();
    this.#ids.writeIndex(this.#database);
    this.#database.exec('COMMIT');
    this.#database.close();
    return {
      keys: this.#keys,
      contents: this.#contentByHash.size,
      affected: this.#affected,
      unaffected: this.#unaffected,
      records: this.#recordHashes.length - 1,
    };
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }

  #hashRow(ecosystem: string, name: string, statements: readonly StoredStatement[]): string {
    const lines = [JSON.stringify([ecosystem, name])];
    for (const { record, text } of statements) {
      lines.push(present(this.#recordHashes[record], 'a record is stored before its row'), text);
    }
    return hashText(lines.join('\n'));
  }
}

/** Adds the counts of a key to those of its release, the prefix of the key. */
export function addCoverage(
  coverageByRelease: Map<string, SystemCoverage>,
  key: string,
  { statements, unfixed }: SystemCoverage,
): void {
  const [release = ''] = key.split('\0', 1);
  const known = coverageByRelease.get(release);
  coverageByRelease.set(release, {
    statements: statements + (known?.statements ?? 0),
    unfixed: unfixed + (known?.unfixed ?? 0),
  });
}

function compareStatements(left: StoredStatement, right: StoredStatement): number {
  return (
    compareText(left.vulnerability, right.vulnerability) ||
    compareText(left.provider, right.provider) ||
    compareText(left.effect, right.effect)
  );
}

function hashText(text: string): string {
  return hash('sha256', text, 'hex').slice(0, HASH_HEX_CHARS);
}
