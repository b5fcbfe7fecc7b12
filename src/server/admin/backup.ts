import { createHash } from 'node:crypto';
import {
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { readGeneration } from '../engine/current-generation.ts';
import { openDocumentFolder } from '../store/document-folder.ts';
import {
  createDocumentStore,
  DOCUMENT_FOLDER,
  type DocumentSetting,
  openDocuments,
} from '../store/documents.ts';
import { STORE_VERSION } from '../store/sql/migrations.ts';
import { SCHEMA } from '../store/sql/schema.data.ts';
import type { Row, SqlValue } from '../store/sql/store-engine.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { listDocuments, listJobDocuments } from './list-documents.ts';

/*
 * A backup is a directory with all rows of a store in one compressed file, the documents, and the
 * advisory database in use. It has the same form for every engine, so that a store can move from
 * SQLite to PostgreSQL. The manifest is written last: a directory without one is not a backup.
 */

const MANIFEST = 'backup.json';
const ROWS = 'rows.jsonl.zst';
const GENERATIONS = 'generations';
const FORMAT = 'plimsoll-backup-1';
/** Rows that are read and written at once. */
const ROWS_EACH = 2_000;

export interface BackupManifest {
  readonly format: string;
  /** Version of the store. */
  readonly version: number;
  /** Numbers of rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** SHA-256 of the file of rows. */
  readonly sha256: string;
  /** Digest of the advisory database; `null` for an empty store. */
  readonly generation: string | null;
  readonly documents: number;
  /** Jobs whose documents were lost before the backup. */
  readonly lostJobs: readonly number[];
}

/** The tables with content, in the order of the backup. */
const TABLES = (Object.keys(SCHEMA) as (keyof Tables)[]).filter((name) => name !== 'store');

/**
 * Writes a backup of one state of a store, also while a server uses it.
 *
 * @param setting the place of the documents and databases of the store
 * @throws UserError `E_USAGE` if the target exists
 */
export async function writeBackup(
  store: Store,
  setting: DocumentSetting,
  target: string,
): Promise<BackupManifest> {
  if (existsSync(target)) {
    throw new UserError('E_USAGE', `"${target}" already exists`, {
      hint: 'name a directory that does not exist yet',
    });
  }
  await store.requireSameVersion();
  mkdirSync(join(target, DOCUMENT_FOLDER), { recursive: true, mode: 0o700 });
  const rows = new Map<string, number>();
  const state = await store.readState(async (db) => {
    const file = join(target, ROWS);
    await pipeline(
      Readable.from(listLines(db, rows)),
      createZstdCompress(),
      createWriteStream(file, { mode: 0o600, flush: true }),
    );
    return {
      documents: await listDocuments(db),
      jobs: await listJobDocuments(db),
      generation: await readGeneration(db),
    };
  });
  const documents = openDocuments(setting);
  const copyDocument = async (digest: string): Promise<void> =>
    await documents.copy(digest, join(target, DOCUMENT_FOLDER));
  await runForEach(state.documents, copyDocument);
  const jobs = await runForJobs(state.jobs, state.documents, copyDocument);
  const { generation } = state;
  if (generation !== undefined) {
    const from = join(setting.folder, GENERATIONS, generation);
    cpSync(from, join(target, GENERATIONS, generation), { recursive: true });
  }
  const manifest: BackupManifest = {
    format: FORMAT,
    version: STORE_VERSION,
    rows: Object.fromEntries(rows),
    sha256: await digestFile(join(target, ROWS)),
    generation: generation ?? null,
    documents: state.documents.size + jobs.documents,
    lostJobs: jobs.lost,
  };
  const fresh = join(target, `${MANIFEST}.new`);
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  renameSync(fresh, join(target, MANIFEST));
  return manifest;
}

/** Lists the rows of all tables as lines of JSON, and counts them. */
async function* listLines(db: Kysely<Tables>, counts: Map<string, number>): AsyncGenerator<string> {
  for (const table of TABLES) {
    counts.set(table, 0);
    for (let offset: Row | undefined, isLast = false; !isLast; ) {
      const rows = await readRows(db, table, offset);
      counts.set(table, (counts.get(table) ?? 0) + rows.length);
      yield rows.map((row) => `${JSON.stringify([table, toJson(row)])}\n`).join('');
      offset = rows.at(-1);
      isLast = rows.length < ROWS_EACH;
    }
  }
}

/** Reads the next rows by their keys: an offset would count all rows before. */
async function readRows(
  db: Kysely<Tables>,
  table: keyof Tables,
  after: Row | undefined,
): Promise<readonly Row[]> {
  const keys: readonly string[] = SCHEMA[table].key;
  let query = db
    .selectFrom(table as 'job')
    .selectAll()
    .limit(ROWS_EACH);
  for (const key of keys) {
    query = query.orderBy(key as 'id');
  }
  if (after !== undefined) {
    query = query.where(({ and, eb, or }) =>
      or(
        keys.map((key, index) =>
          and([
            ...keys.slice(0, index).map((one) => eb(one as 'id', '=', after[one] as number)),
            eb(key as 'id', '>', after[key] as number),
          ]),
        ),
      ),
    );
  }
  return (await query.execute()) as readonly object[] as readonly Row[];
}

/** Bytes as JSON. */
interface EncodedBytes {
  readonly base64: string;
}

function toJson(row: Row): Readonly<Record<string, unknown>> {
  const members = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  ]);
  return Object.fromEntries(members) as Readonly<Record<string, unknown>>;
}

function fromJson(row: Readonly<Record<string, SqlValue | EncodedBytes>>): Row {
  const members = Object.entries(row).map(([name, value]): [string, SqlValue] => [
    name,
    typeof value === 'object' && value !== null && 'base64' in value
      ? Buffer.from(value.base64, 'base64')
      : value,
  ]);
  return Object.fromEntries(members);
}

/** Requests to an object storage that are sent at the same time. */
const SIMULTANEOUS = 16;

/** Runs work for each item, several at a time. */
async function runForEach(
  items: Iterable<string>,
  work: (item: string) => Promise<void>,
): Promise<void> {
  const waiting = [...items].values();
  const workers = Array.from({ length: SIMULTANEOUS }, async () => {
    for (const item of waiting) {
      await work(item);
    }
  });
  await Promise.all(workers);
}

/**
 * Runs work for each document that only jobs need. If it is lost, its jobs cannot run, but images
 * are complete.
 */
async function runForJobs(
  jobs: ReadonlyMap<string, readonly number[]>,
  others: ReadonlySet<string>,
  work: (digest: string) => Promise<void>,
): Promise<{ readonly documents: number; readonly lost: readonly number[] }> {
  const own = [...jobs.keys()].filter((digest) => !others.has(digest));
  const lost = new Set<string>();
  await runForEach(own, async (digest) => {
    try {
      await work(digest);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'E_STORE_DAMAGED') {
        throw error;
      }
      lost.add(digest);
    }
  });
  const ids = new Set([...lost].flatMap((digest) => jobs.get(digest) ?? []));
  const sorted = [...ids].sort((left, right) => left - right);
  return { documents: own.length - lost.size, lost: sorted };
}

async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Writes a backup into an empty store of any engine. All rows are written in one transaction.
 * Returns the manifest with the jobs that cannot run, because the backup lacks their documents.
 *
 * @throws UserError `E_STORE_DAMAGED` if the backup is incomplete or was altered, `E_VERSION`
 *   if another version wrote it, `E_USAGE` if the store has content
 */
export async function restoreStore(
  store: Store,
  setting: DocumentSetting,
  source: string,
): Promise<BackupManifest & { readonly lostJobs: readonly number[] }> {
  const manifest = readBackupManifest(source);
  await checkBackup(manifest, source);
  const from = createDocumentStore(openDocumentFolder(join(source, DOCUMENT_FOLDER)));
  return await store.runTransaction(async (transaction) => {
    await store.requireSameVersion(transaction.db);
    await requireEmpty(transaction);
    const counts = new Map<string, number>();
    for await (const [table, rows] of readBatches(join(source, ROWS))) {
      await transaction.writeRows(table, rows);
      counts.set(table, (counts.get(table) ?? 0) + rows.length);
    }
    const differing = TABLES.find((name) => (counts.get(name) ?? 0) !== manifest.rows[name]);
    if (differing !== undefined) {
      throw createDamage(`the backup has ${counts.get(differing) ?? 0} rows of ${differing}`);
    }
    // In the transaction, so that a damaged document leaves the store empty.
    const to = openDocuments(setting);
    const copyDocument = async (digest: string): Promise<void> =>
      void (await to.put(await from.get(digest)));
    const documents = await listDocuments(transaction.db);
    await runForEach(documents, copyDocument);
    const jobs = await runForJobs(await listJobDocuments(transaction.db), documents, copyDocument);
    requireKnownLoss(manifest, jobs.lost);
    copyGenerations(join(source, GENERATIONS), join(setting.folder, GENERATIONS));
    return { ...manifest, documents: documents.size + jobs.documents, lostJobs: jobs.lost };
  });
}

function requireKnownLoss({ lostJobs }: BackupManifest, lost: readonly number[]): void {
  const other = lost.find((id) => !lostJobs.includes(id));
  if (other !== undefined) {
    throw createDamage(`the backup lacks a document of job ${other}`);
  }
}

function readBackupManifest(source: string): BackupManifest {
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(readFileSync(join(source, MANIFEST), 'utf8')) as BackupManifest;
  } catch {
    throw createDamage(`"${source}" is not a complete backup`);
  }
  const { format, version } = manifest;
  if (format !== FORMAT || version !== STORE_VERSION) {
    const message = `the backup is of "${format}" with version ${version} of the store, not of "${FORMAT}" with ${STORE_VERSION}`;
    throw new UserError('E_VERSION', message, {
      hint: 'restore it with the version of plimsoll that wrote it, and update that store',
    });
  }
  return manifest;
}

async function checkBackup({ sha256 }: BackupManifest, source: string): Promise<void> {
  if ((await digestFile(join(source, ROWS))) !== sha256) {
    throw createDamage('the rows of the backup were altered');
  }
}

function createDamage(message: string): UserError {
  return new UserError('E_STORE_DAMAGED', message, { hint: 'use another backup' });
}

async function requireEmpty({ db }: StoreTransaction): Promise<void> {
  const row = await db.selectFrom('revision').select('id').limit(1).executeTakeFirst();
  if (row !== undefined) {
    throw new UserError('E_USAGE', 'the store is not empty', {
      hint: 'name a new directory with --server-dir, or an empty database with --database',
    });
  }
}

/** Reads the rows of a backup, at most {@link ROWS_EACH} of one table at once. */
async function* readBatches(file: string): AsyncGenerator<readonly [keyof Tables, readonly Row[]]> {
  const input = createReadStream(file).pipe(createZstdDecompress());
  const known = new Set<string>(TABLES);
  let table: keyof Tables | undefined;
  let rows: Row[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const [name, row] = JSON.parse(line) as [keyof Tables, Parameters<typeof fromJson>[0]];
    if (!known.has(name)) {
      throw createDamage(`the backup has an unknown table "${name}"`);
    }
    if (table !== undefined && (name !== table || rows.length === ROWS_EACH)) {
      yield [table, rows];
      rows = [];
    }
    table = name;
    rows.push(fromJson(row));
  }
  if (table !== undefined) {
    yield [table, rows];
  }
}

function copyGenerations(from: string, to: string): void {
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    cpSync(join(from, name), join(to, name), { recursive: true });
  }
  mkdirSync(join(to, 'shards'), { recursive: true });
}
