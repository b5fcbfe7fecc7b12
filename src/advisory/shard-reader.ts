import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type {
  Advisory,
  OperatingSystem,
  RecordRef,
  VulnerabilityRecord,
} from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import { unpackBytes, unpackText } from './compact-value.ts';
import { contentsWith } from './id-index.ts';
import { REIMPORT_HINT } from './manifest.ts';
import { decodeRow } from './statement.ts';
import { decodeRecord } from './vulnerability-record.ts';

/** Records on lines. Few of a page are asked for, so that each is made a text on its own. */
interface RecordPage {
  readonly first: number;
  readonly bytes: Buffer;
  /** Where lines begin, and at last where one more would. */
  readonly starts: readonly number[];
}

const NO_DICTIONARY = new Uint8Array(0);
const SELECT_ROW = `
  SELECT contents.value AS value FROM package_keys
  JOIN contents ON contents.number = package_keys.content WHERE package_keys.key = ?`;
const SELECT_PAGE = `
  SELECT first, value FROM record_pages WHERE first <= ? ORDER BY first DESC LIMIT 1`;
const SELECT_IDS = `
  SELECT key, number FROM record_ids WHERE key IN (SELECT value FROM json_each(?))`;
/** Pages of records kept unpacked: many records are read in the order in which they lie. */
const PAGES_KEPT = 8;

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
    throw new UserError('E_DB_INVALID', `The shard ${name} of the advisory database is damaged.`, {
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
  #knownDictionary: Uint8Array | undefined;
  /** Of many a shard nothing is asked but where records lie. */
  readonly #prepared = new Map<string, StatementSync>();
  readonly #pages = new Map<number, RecordPage>();
  #lastPage: RecordPage | undefined;

  constructor(name: string, file: string) {
    this.name = name;
    this.#database = readSafely(name, () => openImmutable(file));
  }

  /** The advisories under a key; none where there is no such key. */
  advisories(key: string, system: OperatingSystem | undefined): readonly Advisory[] {
    return readSafely(this.name, () => {
      const row = this.#prepare(SELECT_ROW).get(key);
      if (row === undefined) {
        return [];
      }
      const text = unpackText(row['value'] as Uint8Array, this.#dictionary());
      return decodeRow(text, this.name, system);
    });
  }

  record(number: number): VulnerabilityRecord {
    return readSafely(this.name, () => {
      const { first, bytes, starts } = this.#pageOf(number);
      const line = number - first;
      const end = present(starts[line + 1], 'the page holds the record');
      return decodeRecord(bytes.toString('utf8', starts[line], end - 1));
    });
  }

  /** Where records lie of which the keys are given; without those that are not here. */
  locate(keys: readonly string[]): ReadonlyMap<string, RecordRef> {
    return readSafely(this.name, () => {
      const rows = this.#prepare(SELECT_IDS).all(JSON.stringify(keys));
      return new Map(
        rows.map((row) => [
          String(row['key']),
          { shard: this.name, number: Number(row['number']) },
        ]),
      );
    });
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
    const content = readSafely(this.name, () =>
      this.#database.prepare('SELECT value FROM contents WHERE number = ?'),
    );
    const textOf = (number: number): string => {
      const packed = present(content.get(number), 'there is a content for every key')['value'];
      return unpackText(packed as Uint8Array, this.#dictionary());
    };
    for (const row of readSafely(this.name, () => this.#keysWith(ids))) {
      const key = String(row['key']);
      if (isWanted(key)) {
        const advisories = (system: OperatingSystem | undefined) =>
          readSafely(this.name, () => decodeRow(textOf(Number(row['content'])), this.name, system));
        yield { key, advisories };
      }
    }
  }

  /** Keys with the numbers of their contents, by the index of ids where the import made one. */
  #keysWith(ids: readonly string[]): Iterable<Record<string, SQLOutputValue>> {
    const select = 'SELECT key, content FROM package_keys';
    const contents = ids.length === 0 ? undefined : contentsWith(this.#database, ids);
    if (contents === undefined) {
      return this.#database.prepare(`${select} ORDER BY key`).iterate();
    }
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

  #prepare(sql: string): StatementSync {
    const statement = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  #dictionary(): Uint8Array {
    if (this.#knownDictionary === undefined) {
      const row = this.#database.prepare('SELECT value FROM dictionary').get();
      this.#knownDictionary = (row?.['value'] ?? NO_DICTIONARY) as Uint8Array;
    }
    return this.#knownDictionary;
  }

  #pageOf(number: number): RecordPage {
    if (this.#lastPage !== undefined && holds(this.#lastPage, number)) {
      return this.#lastPage;
    }
    this.#lastPage = this.#pages.values().find((page) => holds(page, number)) ?? this.#read(number);
    return this.#lastPage;
  }

  #read(number: number): RecordPage {
    const row = present(this.#prepare(SELECT_PAGE).get(number), 'there is a page for every record');
    const first = Number(row['first']);
    const bytes = unpackBytes(row['value'] as Uint8Array, NO_DICTIONARY);
    const page = { first, bytes, starts: lineStarts(bytes) };
    const oldest = this.#pages.keys().next();
    if (this.#pages.size >= PAGES_KEPT && oldest.done !== true) {
      this.#pages.delete(oldest.value);
    }
    this.#pages.set(first, page);
    return page;
  }
}

function holds({ first, starts }: RecordPage, number: number): boolean {
  return number >= first && number < first + starts.length - 1;
}

const LINE_END = 0x0a;

/** The last line has no end of its own. */
function lineStarts(bytes: Buffer): readonly number[] {
  const starts = [0];
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, end + 1)) {
    starts.push(end + 1);
  }
  starts.push(bytes.length + 1);
  return starts;
}
