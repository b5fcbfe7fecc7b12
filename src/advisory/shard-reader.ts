import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Advisory, OperatingSystem, VulnerabilityRecord } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import { findContents } from './id-index.ts';
import { LinePageReader } from './line-pages.ts';
import { REIMPORT_HINT } from './manifest.ts';
import { decodeRow } from './statement.ts';
import { decodeRecord } from './vulnerability-record.ts';

const SELECT_CONTENT = 'SELECT content FROM package_keys WHERE key = ?';
/** Opens a file that is never written again, without locks and without checking for a journal. */
export function openImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  database.exec(`PRAGMA cache_size = ${CACHED_PAGES}`);
  return database;
}

/**
 * Look-ups are spread over the whole shard and rarely read a page twice; SQLite's default is 500.
 */
const CACHED_PAGES = 32;

/** Converts an error of SQLite or of a decoder to the error for a damaged database. */
export function readSafely<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DB_INVALID', `the shard ${name} of the advisory database is damaged`, {
      hint: REIMPORT_HINT,
      cause,
    });
  }
}

/**
 * Reads one shard written by `ShardWriter`. All methods throw `UserError` `E_DB_INVALID` for
 * damage.
 */
export class ShardReader implements Disposable {
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #contents: LinePageReader;
  readonly #records: LinePageReader;
  /** Created on first use: many shards are only read for their records. */
  #selectContent: StatementSync | undefined;

  constructor(name: string, file: string) {
    this.name = name;
    this.#database = readSafely(name, () => openImmutable(file));
    this.#contents = new LinePageReader(this.#database, 'content_pages');
    this.#records = new LinePageReader(this.#database, 'record_pages');
  }

  /** Returns the advisories under a key; empty if the key does not exist. */
  readAdvisories(key: string, system: OperatingSystem | undefined): readonly Advisory[] {
    return readSafely(this.name, () => {
      this.#selectContent ??= this.#database.prepare(SELECT_CONTENT);
      const row = this.#selectContent.get(key);
      return row === undefined ? [] : this.#decode(Number(row['content']), system);
    });
  }

  /** Returns whether any key starts with a prefix. */
  hasKeyPrefix(prefix: string): boolean {
    return readSafely(this.name, () => {
      const select = this.#database.prepare('SELECT key FROM package_keys WHERE key >= ? LIMIT 1');
      const row = select.get(prefix);
      return row !== undefined && String(row['key']).startsWith(prefix);
    });
  }

  readRecord(number: number): VulnerabilityRecord {
    return readSafely(this.name, () => decodeRecord(this.#records.readLine(number)));
  }

  /**
   * Yields every row with a wanted key, in the order of the keys. If `ids` are given, it only
   * yields rows that may have a statement about one of them. A row is decoded on first use.
   */
  *readRows(
    isWanted: (key: string) => boolean,
    ids: readonly string[],
  ): Generator<{
    readonly key: string;
    readonly readAdvisories: (system: OperatingSystem | undefined) => readonly Advisory[];
  }> {
    for (const row of readSafely(this.name, () => this.#selectKeys(ids))) {
      const key = String(row['key']);
      if (isWanted(key)) {
        const readAdvisories = (system: OperatingSystem | undefined) =>
          readSafely(this.name, () => this.#decode(Number(row['content']), system));
        yield { key, readAdvisories };
      }
    }
  }

  /**
   * Yields keys with the numbers of their contents; uses the index of IDs if there are any `ids`.
   */
  #selectKeys(ids: readonly string[]): Iterable<Record<string, SQLOutputValue>> {
    const select = 'SELECT key, content FROM package_keys';
    if (ids.length === 0) {
      return this.#database.prepare(`${select} ORDER BY key`).iterate();
    }
    const contents = findContents(this.#database, ids);
    const listed = 'SELECT value FROM json_each(?)';
    return this.#database
      .prepare(`${select} WHERE content IN (${listed}) ORDER BY key`)
      .iterate(JSON.stringify(contents));
  }

  /**
   * Keys with their hashes, in the order of the keys, which the comparison of two databases merges.
   */
  *readKeyHashes(): Generator<{ readonly key: string; readonly hash: string }> {
    const select = readSafely(this.name, () =>
      this.#database.prepare('SELECT key, hex(hash) AS hash FROM package_keys ORDER BY key'),
    );
    for (const row of select.iterate()) {
      yield { key: String(row['key']), hash: String(row['hash']).toLowerCase() };
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #decode(content: number, system: OperatingSystem | undefined): readonly Advisory[] {
    return decodeRow(this.#contents.readLine(content), this.name, system);
  }
}
