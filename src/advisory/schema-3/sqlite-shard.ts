import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { addToList } from '../../core/add-to-list.ts';
import type { Advisory, OperatingSystem, VulnerabilityRecord } from '../../core/advisory.ts';
import { openImmutable } from '../open-immutable.ts';
import { toByteKey } from '../page-file/byte-key.ts';
import { readSafely, type ShardReader, type Subject, type SubjectQuery } from '../shard-reader.ts';
import type { ShardPlace } from '../shard-writer.ts';
import { decodeRecord } from '../vulnerability-record.ts';
import { findContents } from './id-index.ts';
import { LinePageReader } from './line-pages.ts';
import { decodeRow } from './row.ts';

const SELECT_CONTENT = 'SELECT content FROM package_keys WHERE key = ?';
/** Reads one shard of a database of schema 3. */
export class SqliteShard implements ShardReader {
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #contents: LinePageReader;
  readonly #records: LinePageReader;
  readonly #isSystem: boolean;
  /** Created on first use: many shards are only read for their records. */
  #selectContent: StatementSync | undefined;

  constructor(name: string, file: string, { kind }: Pick<ShardPlace, 'kind'>) {
    this.name = name;
    this.#isSystem = kind === 'system';
    this.#database = readSafely(name, () => openImmutable(file));
    this.#contents = new LinePageReader(this.#database, 'content_pages');
    this.#records = new LinePageReader(this.#database, 'record_pages');
  }

  readAdvisories(
    subject: string,
    release: string,
    system: OperatingSystem | undefined,
  ): readonly Advisory[] {
    return readSafely(this.name, () => {
      this.#selectContent ??= this.#database.prepare(SELECT_CONTENT);
      const row = this.#selectContent.get(this.#isSystem ? `${release}\0${subject}` : subject);
      return row === undefined ? [] : this.#decode(Number(row['content']), system);
    });
  }

  hasStatements(release: string, ecosystem: string): boolean {
    const prefix = this.#isSystem ? `${release}\0${ecosystem}\0` : '';
    return readSafely(this.name, () => {
      const select = this.#database.prepare('SELECT key FROM package_keys WHERE key >= ? LIMIT 1');
      const row = select.get(prefix);
      return row !== undefined && String(row['key']).startsWith(prefix);
    });
  }

  readRecord(key: string): VulnerabilityRecord {
    return readSafely(this.name, () => decodeRecord(this.#records.readLine(Number(key))));
  }

  *listRecords(): Generator<VulnerabilityRecord> {
    const lines = this.#records.readLines();
    for (;;) {
      const line = readSafely(this.name, () => lines.next());
      if (line.done === true) {
        return;
      }
      yield readSafely(this.name, () => decodeRecord(line.value));
    }
  }

  *listSubjects({ ids }: SubjectQuery): Generator<Subject> {
    const contents = new Map<string, (readonly [release: string, content: number])[]>();
    for (const row of readSafely(this.name, () => this.#selectKeys(ids))) {
      const key = String(row['key']);
      const at = this.#isSystem ? key.indexOf('\0') : -1;
      const release = key.slice(0, Math.max(at, 0));
      addToList(contents, key.slice(at + 1), [release, Number(row['content'])]);
    }
    const ordered = [...contents].sort(([left], [right]) =>
      toByteKey(left) < toByteKey(right) ? -1 : 1,
    );
    for (const [subject, stored] of ordered) {
      const readStatements = () =>
        readSafely(
          this.name,
          () =>
            new Map(
              stored.map(([release, content]) => [release, this.#decode(content, undefined)]),
            ),
        );
      yield { subject, readStatements };
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /**
   * Returns keys with the numbers of their contents; uses the index of IDs if there are any `ids`.
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

  #decode(content: number, system: OperatingSystem | undefined): readonly Advisory[] {
    return decodeRow(this.#contents.readLine(content), this.name, system);
  }
}
