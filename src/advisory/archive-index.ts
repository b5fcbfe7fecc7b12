import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { UserError } from '../core/error.ts';
import { makeDirectory } from '../core/make-directory.ts';
import type { PublishedArchives, PublishedArtifact } from '../core/published-archives.ts';
import { ARCHIVE_INDEX_FILE } from './archive-index-file.ts';
import { digestFile } from './digest-file.ts';

/**
 * An optional shard next to the database's generations: its source is not an advisory feed, and it
 * outlives their updates.
 */
const INDEX_SCHEMA = 1;
/** Pragmas of a file that is written once, in a directory that is not read yet. */
const WRITE_PRAGMAS = `
  PRAGMA page_size = 4096;
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
`;

const TABLES = `
  CREATE TABLE about (schema INTEGER NOT NULL, identity TEXT NOT NULL);
  CREATE TABLE artifacts (
    number INTEGER PRIMARY KEY, group_id TEXT NOT NULL, artifact_id TEXT NOT NULL,
    UNIQUE (group_id, artifact_id)
  );
  CREATE TABLE archives (
    sha1 BLOB NOT NULL, artifact INTEGER NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (sha1, artifact, version)
  ) WITHOUT ROWID;
`;
const SQLITE_MAGIC = 'SQLite format 3\0';
const HEAD_BYTES = 4096;
const PIECE_BYTES = 1024 * 1024;
const LINE = /^([0-9a-fA-F]{40})\t([^\t\r]{1,512})\t([^\t\r]{1,512})\t([^\t\r]{1,512})\r?$/;
/** Tables of the index that Trivy publishes. */
const PEER_QUERY = `
  SELECT i.sha1 AS sha1, a.group_id AS groupId, a.artifact_id AS artifactId, i.version AS version
  FROM indices i JOIN artifacts a ON a.id = i.artifact_id
`;

interface ArchiveRow extends PublishedArtifact {
  readonly sha1: Uint8Array;
}

/** Returns whether a file is an index of Java archives rather than an advisory database. */
export function isArchiveIndex(file: string): boolean {
  let head: string;
  try {
    head = readHead(file);
  } catch {
    return false;
  }
  return head.startsWith(SQLITE_MAGIC)
    ? /CREATE TABLE\s+["`]?indices\b/i.test(head)
    : selectDataLines(head).some((line) => LINE.test(line));
}

/** Lines that begin with a number sign are comments. */
function selectDataLines(head: string): string[] {
  return head.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function readHead(file: string): string {
  const handle = fs.openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.toString('latin1', 0, fs.readSync(handle, head));
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * Imports an index of Java archives: lines of tab-separated SHA-1, group, artifact and version, or
 * the SQLite file that Trivy publishes. Returns the number of archives.
 *
 * @throws UserError `E_DB_IMPORT` if the file contains none.
 */
export function importArchiveIndex(file: string, folder: string): number {
  makeDirectory(folder, (each) => fs.mkdirSync(each));
  const made = path.join(folder, `${ARCHIVE_INDEX_FILE}.new`);
  fs.rmSync(made, { force: true });
  try {
    const count = writeIndex(file, made);
    if (count === 0) {
      throw new Error('it does not name an archive');
    }
    fs.renameSync(made, path.join(folder, ARCHIVE_INDEX_FILE));
    return count;
  } catch (cause) {
    fs.rmSync(made, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      'E_DB_IMPORT',
      `could not import the index of Java archives "${file}": ${reason}`,
      { cause },
    );
  }
}

function writeIndex(file: string, made: string): number {
  const database = new DatabaseSync(made);
  try {
    database.exec(WRITE_PRAGMAS + TABLES);
    database.exec('BEGIN');
    const about = database.prepare('INSERT INTO about VALUES (?, ?)');
    about.run(INDEX_SCHEMA, digestFile(file));
    const archive = database.prepare('INSERT OR IGNORE INTO archives VALUES (?, ?, ?)');
    const numberArtifact = createArtifactNumbering(database);
    let count = 0;
    for (const row of readRows(file)) {
      count += Number(archive.run(row.sha1, numberArtifact(row), row.version).changes);
    }
    database.exec('COMMIT');
    return count;
  } finally {
    database.close();
  }
}

function createArtifactNumbering(database: DatabaseSync): (artifact: PublishedArtifact) => number {
  const insert = database.prepare('INSERT INTO artifacts VALUES (?, ?, ?)');
  const numbers = new Map<string, number>();
  return ({ groupId, artifactId }) => {
    const key = `${groupId}\0${artifactId}`;
    const known = numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    const number = numbers.size + 1;
    numbers.set(key, number);
    insert.run(number, groupId, artifactId);
    return number;
  };
}

function* readRows(file: string): Iterable<ArchiveRow> {
  if (!readHead(file).startsWith(SQLITE_MAGIC)) {
    yield* readLineRows(file);
    return;
  }
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    for (const row of source.prepare(PEER_QUERY).iterate()) {
      const { sha1, groupId, artifactId, version } = row;
      const isSound =
        sha1 instanceof Uint8Array &&
        typeof groupId === 'string' &&
        typeof artifactId === 'string' &&
        typeof version === 'string';
      if (isSound) {
        yield { sha1, groupId, artifactId, version };
      }
    }
  } finally {
    source.close();
  }
}

function* readLineRows(file: string): Iterable<ArchiveRow> {
  for (const line of readLines(file)) {
    const [, sha1, groupId, artifactId, version] = LINE.exec(line) ?? [];
    if (sha1 !== undefined && groupId && artifactId && version) {
      yield { sha1: Buffer.from(sha1, 'hex'), groupId, artifactId, version };
    }
  }
}

function* readLines(file: string): Iterable<string> {
  const handle = fs.openSync(file, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let rest = '';
    for (let read = fs.readSync(handle, piece); read > 0; read = fs.readSync(handle, piece)) {
      const lines = (rest + piece.toString('latin1', 0, read)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      // Such a long line cannot be an entry of an index.
      rest = rest.length > PIECE_BYTES ? '' : rest;
    }
    yield rest;
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * Opens the index of a database directory; `undefined` if it has none.
 *
 * @throws UserError `E_DB_INVALID` if the index is damaged.
 */
export function openArchiveIndex(folder: string): (PublishedArchives & Disposable) | undefined {
  const file = path.join(folder, ARCHIVE_INDEX_FILE);
  if (!fs.existsSync(file)) {
    return undefined;
  }
  try {
    return new ArchiveIndex(file);
  } catch (cause) {
    throw new UserError('E_DB_INVALID', `the index of Java archives is damaged: "${file}"`, {
      hint: 'import the index again: plimsoll db import FILE',
      cause,
    });
  }
}

class ArchiveIndex implements PublishedArchives, Disposable {
  readonly identity: string;
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true });
    const about = this.#database.prepare('SELECT schema, identity FROM about').get();
    if (about?.['schema'] !== INDEX_SCHEMA || typeof about['identity'] !== 'string') {
      this.#database.close();
      throw new Error('its schema is not supported');
    }
    this.identity = about['identity'];
    this.#find = this.#database.prepare(`
      SELECT group_id AS groupId, artifact_id AS artifactId, version
      FROM archives JOIN artifacts ON number = artifact
      WHERE sha1 = ? ORDER BY group_id, artifact_id, version
    `);
  }

  find(sha1: string): readonly PublishedArtifact[] {
    return this.#find.all(Buffer.from(sha1, 'hex')).map(({ groupId, artifactId, version }) => ({
      groupId: String(groupId),
      artifactId: String(artifactId),
      version: String(version),
    }));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
