import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Advisory, OperatingSystem, VulnerabilityRecord } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import { contentsWith } from './id-index.ts';
import { LinePageReader } from './line-pages.ts';
import { REIMPORT_HINT } from './manifest.ts';
import { decodeRow } from './statement.ts';
import { decodeRecord } from './vulnerability-record.ts';

const SELECT_CONTENT = 'SELECT content FROM package_keys WHERE key = ?';
/** Opens a file that is not written any more, without locks and without looking for a journal. */
export function openImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  database.exec(`PRAGMA cache_size = ${CACHED_PAGES}`);
  return database;
}

/** Keys are asked for all over a shard, so that few pages are met again; the usual are 500. */
const CACHED_PAGES = 32;

/** Turns an error of SQLite or of a decoder into the one that a damaged database ends with. */
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
 * Reads one shard that a `ShardWriter` wrote. All methods throw `UserError` `E_DB_INVALID` for
 * damage.
 */
export class ShardReader implements Disposable {
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #contents: LinePageReader;
  readonly #records: LinePageReader;
  /** Of many a shard only records are asked for. */
  #selectContent: StatementSync | undefined;

  constructor(name: string, file: string) {
    this.name = name;
    this.#database = readSafely(name, () => openImmutable(file));
    this.#contents = new LinePageReader(this.#database, 'content_pages');
    this.#records = new LinePageReader(this.#database, 'record_pages');
  }

  /** The advisories under a key; none where there is no such key. */
  advisories(key: string, system: OperatingSystem | undefined): readonly Advisory[] {
    return readSafely(this.name, () => {
      this.#selectContent ??= this.#database.prepare(SELECT_CONTENT);
      const row = this.#selectContent.get(key);
      return row === undefined ? [] : this.#decode(Number(row['content']), system);
    });
  }

  /** Whether any key starts with a prefix. */
  hasKeyWith(prefix: string): boolean {
    return readSafely(this.name, () => {
      const select = this.#database.prepare('SELECT key FROM package_keys WHERE key >= ? LIMIT 1');
      const row = select.get(prefix);
      return row !== undefined && String(row['key']).startsWith(prefix);
    });
  }

  record(number: number): VulnerabilityRecord {
    return readSafely(this.name, () => decodeRecord(this.#records.line(number)));
  }

  /**
   * Every row whose key is wanted and which may have a statement that goes by one of `ids`, where
   * there are any; in the order of the keys. A row is decoded where it is asked for.
   */
  *rows(
    isWanted: (key: string) => boolean,
    ids: readonly string[],
  ): Generator<{
    readonly key: string;
    readonly advisories: (system: OperatingSystem | undefined) => readonly Advisory[];
  }> {
    for (const row of readSafely(this.name, () => this.#keysWith(ids))) {
      const key = String(row['key']);
      if (isWanted(key)) {
        const advisories = (system: OperatingSystem | undefined) =>
          readSafely(this.name, () => this.#decode(Number(row['content']), system));
        yield { key, advisories };
      }
    }
  }

  /** Keys with the numbers of their contents, by the index of ids where there are any. */
  #keysWith(ids: readonly string[]): Iterable<Record<string, SQLOutputValue>> {
    const select = 'SELECT key, content FROM package_keys';
    if (ids.length === 0) {
      return this.#database.prepare(`${select} ORDER BY key`).iterate();
    }
    const contents = contentsWith(this.#database, ids);
    const listed = 'SELECT value FROM json_each(?)';
    return this.#database
      .prepare(`${select} WHERE content IN (${listed}) ORDER BY key`)
      .iterate(JSON.stringify(contents));
  }

  /**
   * Keys with their hashes, in the order of the keys: what a difference of two databases merges.
   */
  *keyHashes(): Generator<{ readonly key: string; readonly hash: string }> {
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
    return decodeRow(this.#contents.line(content), this.name, system);
  }
}
