import fs from 'node:fs';
import path from 'node:path';
import { present } from '../../core/assert.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { canonicalizeJson } from '../../syntax/json/canonical-json.ts';
import { refuseAbsentShards } from '../absent-shards.ts';
import { describeDatabase } from '../describe-database.ts';
import { digestFile } from '../digest-file.ts';
import { makeOwnedFolder, removeAbandonedFolders } from '../folder-owner.ts';
import { type Layer, listLayers } from '../layer.ts';
import { readDatabaseManifest, toShardPath } from '../manifest.ts';
import { syncPath } from '../sync-path.ts';
import { lockUpdates } from '../update/update-lock.ts';
import {
  type DatabaseIndex,
  type DeliveredDelta,
  type DeliveredFile,
  formatPublishedIndex,
  INDEX_FILE,
  INDEX_FORMAT,
  INDEX_TYPE,
  type IndexLayer,
  type IndexShard,
  listFiles,
  parsePublishedIndex,
  readIndexContent,
  toCompletePath,
  toDeltaPath,
} from './database-index.ts';
import type { KeyList } from './key-list.ts';
import { packDelta, packShard, type ShardFile, unpackShard } from './shard-package.ts';
import { signDocument } from './signed-document.ts';
import type { SigningKey } from './signing-key.ts';

export interface PublishOptions {
  readonly signers: readonly SigningKey[];
  /** The key sets of the publisher; the last one contains the signers. */
  readonly keys: KeyList;
  /** How long a client accepts the index. */
  readonly validMs: number;
  /** RFC 3339. */
  readonly now: string;
  readonly limits: Limits;
  /** Receives a line before each slow step. */
  announce(line: string): void;
}

export interface Publication {
  readonly index: DatabaseIndex;
  /** Whether anything was written. */
  readonly isNew: boolean;
  /** Size of the new files. */
  readonly writtenBytes: number;
}

/** Older states of the database from which clients can update by deltas. */
const INDEXES_KEPT = 7;
const HISTORY_FOLDER = 'indexes';
const STAGING_PREFIX = 'publish-';
const FILE_MODE = 0o644;
/** Names of the files that a publication writes, by directory. Others are left alone. */
const OWN_NAMES: readonly (readonly [string, RegExp])[] = [
  [HISTORY_FOLDER, /^\d{1,16}\.json$/],
  ['shards', /^[0-9a-f]{64}\.zst$/],
  ['deltas', /^[0-9a-f]{64}-[0-9a-f]{64}\.delta$/],
];

/**
 * Publishes a database as static files: shards, and an index that names and signs them. Files of
 * the last indexes are kept for clients that read one of them. The index is replaced last, so a
 * client never sees one whose files are missing. Publishing the same database again writes nothing,
 * unless half of the index's validity has passed.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID` if there is no valid database or only parts of
 *   it are installed, `E_OUTPUT` if the directory is not writable
 */
export async function publishDatabase(
  database: string,
  target: string,
  options: PublishOptions,
): Promise<Publication> {
  requireValid(database);
  refuseAbsentShards(database);
  try {
    makeDirectory(target, (folder) => fs.mkdirSync(folder));
    using lock = await lockUpdates(target, {
      waitMsMax: options.limits.databaseWaitMsMax,
      onWait: () => options.announce('waiting for another process that publishes to the directory'),
    });
    if (lock === undefined) {
      throw new UserError('E_OUTPUT', `another process is publishing to "${target}"`);
    }
    removeAbandonedFolders(target, STAGING_PREFIX, options.now);
    const staging = makeOwnedFolder(target, STAGING_PREFIX);
    try {
      return await new Publisher(target, staging, options).publish(listLayers(database));
    } finally {
      fs.rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    throw toOutputError(target, error);
  }
}

function requireValid(database: string): void {
  const { isValid, error, shards } = describeDatabase(database, true);
  if (!isValid) {
    const code = shards.length === 0 ? 'E_DB_MISSING' : 'E_DB_INVALID';
    throw new UserError(code, error ?? 'no advisory database found', {
      hint: 'run "plimsoll db update" to download one, or "plimsoll db build" to build one',
    });
  }
}

function toOutputError(target: string, error: unknown): Error {
  if (error instanceof Error && !(error instanceof UserError) && 'syscall' in error) {
    return new UserError('E_OUTPUT', `could not publish to "${target}": ${error.message}`, {
      hint: 'free some space, or use another directory; the published index is unchanged',
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** One run of {@link publishDatabase} on a locked directory. */
class Publisher {
  readonly #target: string;
  readonly #staging: string;
  readonly #options: PublishOptions;
  /** Earlier indexes, the newest first. */
  readonly #history: readonly DatabaseIndex[];
  #writtenBytes = 0;

  constructor(target: string, staging: string, options: PublishOptions) {
    this.#target = target;
    this.#staging = staging;
    this.#options = options;
    this.#history = this.#readHistory();
  }

  async publish(layers: readonly Layer[]): Promise<Publication> {
    const shards = new Map<IndexShard, ShardFile>();
    const contents: IndexLayer[] = [];
    for (const { id, generation } of layers) {
      const { shards: entries, importedAt: _, ...manifest } = readDatabaseManifest(generation);
      const published: IndexShard[] = [];
      for (const { modifiedSeconds: _time, ...entry } of entries) {
        const file = toShardPath(generation, entry.name);
        const shard = { name: entry.name, digest: entry.digest, schema: manifest.schema, file };
        const complete = await this.#publishComplete(shard);
        const listed = { ...entry, complete, deltas: [] };
        shards.set(listed, shard);
        published.push(listed);
      }
      contents.push({ id, ...manifest, shards: published });
    }
    const [last] = this.#history;
    if (last !== undefined && this.#isStillGood(last, contents)) {
      this.#removeUnused(this.#history.slice(0, INDEXES_KEPT));
      return { index: last, isNew: false, writtenBytes: 0 };
    }
    const index = this.#createIndex(await this.#addDeltas(contents, shards), last);
    this.#writeIndex(index);
    this.#removeUnused([index, ...this.#history].slice(0, INDEXES_KEPT));
    return { index, isNew: true, writtenBytes: this.#writtenBytes };
  }

  /** Publishes the changes since each earlier state of every shard. */
  async #addDeltas(
    layers: readonly IndexLayer[],
    files: ReadonlyMap<IndexShard, ShardFile>,
  ): Promise<readonly IndexLayer[]> {
    const result: IndexLayer[] = [];
    for (const layer of layers) {
      const shards: IndexShard[] = [];
      for (const shard of layer.shards) {
        const file = present(files.get(shard), 'a listed shard has a file');
        const deltas: DeliveredDelta[] = [];
        for (const older of this.#listOlder(layer.id, file)) {
          const delta = await this.#publishDelta(older, file, shard.complete);
          if (delta !== undefined) {
            deltas.push({ from: older.digest, ...delta });
          }
        }
        shards.push({ ...shard, deltas });
      }
      result.push({ ...layer, shards });
    }
    return result;
  }

  /** Packs a shard unless the directory has it. Packing again might give other bytes. */
  async #publishComplete(shard: ShardFile): Promise<DeliveredFile> {
    const known = this.#findPublished(shard.digest);
    if (known !== undefined) {
      return known;
    }
    const place = toCompletePath(shard);
    const staged = path.join(this.#staging, path.basename(place));
    await packShard(shard, staged);
    return this.#place(staged, place);
  }

  /** Lists the earlier states of a shard that the kept indexes list, each once. */
  #listOlder(layerId: string, { name, digest, schema }: ShardFile): readonly IndexShard[] {
    const states = this.#history
      .slice(0, INDEXES_KEPT - 1)
      .flatMap(({ layers }) => layers.filter(({ id }) => id === layerId))
      .filter((layer) => layer.schema === schema)
      .flatMap(({ shards }) => shards.filter((shard) => shard.name === name))
      .filter((shard) => shard.digest !== digest);
    return [...new Map(states.map((shard) => [shard.digest, shard])).values()];
  }

  /** Returns no delta if it is not smaller than the shard. */
  async #publishDelta(
    older: IndexShard,
    newer: ShardFile,
    complete: DeliveredFile,
  ): Promise<DeliveredFile | undefined> {
    const place = toDeltaPath(newer, older.digest);
    const known = this.#findPublishedDelta(place, older.digest, newer.digest);
    if (known !== undefined) {
      return known;
    }
    const before = await this.#restoreOlder(older, newer.schema);
    const staged = path.join(this.#staging, 'delta');
    const isPossible = before !== undefined && (await packDelta(before, newer, staged));
    if (!isPossible || fs.statSync(staged).size >= complete.sizeBytes) {
      fs.rmSync(staged, { force: true });
      return undefined;
    }
    return this.#place(staged, place);
  }

  #findPublishedDelta(place: string, from: string, to: string): DeliveredFile | undefined {
    const known = this.#history
      .flatMap(({ layers }) => layers.flatMap(({ shards }) => shards))
      .filter(({ digest }) => digest === to)
      .flatMap(({ deltas }) => deltas)
      .find((delta) => delta.from === from);
    const isThere =
      known !== undefined && digestPresent(path.join(this.#target, place)) === known.digest;
    return isThere ? { digest: known.digest, sizeBytes: known.sizeBytes } : undefined;
  }

  /** Unpacks an earlier state of a shard; returns `undefined` if its file is missing or damaged. */
  async #restoreOlder(
    { name, digest, complete }: IndexShard,
    schema: number,
  ): Promise<ShardFile | undefined> {
    const packed = path.join(this.#target, toCompletePath({ digest }));
    const shard = { name, digest, schema, file: path.join(this.#staging, `${digest}.old`) };
    if (!fs.existsSync(shard.file)) {
      if (digestPresent(packed) !== complete.digest) {
        return undefined;
      }
      await unpackShard(packed, shard, this.#options.limits);
    }
    return shard;
  }

  #findPublished(digest: string): DeliveredFile | undefined {
    const published = this.#history
      .flatMap(({ layers }) => layers.flatMap(({ shards }) => shards))
      .find((shard) => shard.digest === digest)?.complete;
    const file = path.join(this.#target, toCompletePath({ digest }));
    const isThere = published !== undefined && digestPresent(file) === published.digest;
    return isThere ? published : undefined;
  }

  /** Flushes a staged file and moves it to its place. */
  #place(staged: string, place: string): DeliveredFile {
    const target = path.join(this.#target, place);
    makeDirectory(path.dirname(target), (folder) => fs.mkdirSync(folder));
    fs.chmodSync(staged, FILE_MODE);
    syncPath(staged);
    const file = { digest: digestFile(staged), sizeBytes: fs.statSync(staged).size };
    fs.renameSync(staged, target);
    syncPath(path.dirname(target));
    this.#writtenBytes += file.sizeBytes;
    return file;
  }

  /** Returns whether an index lists the same database and keys, and stays valid. */
  #isStillGood(last: DatabaseIndex, layers: readonly IndexLayer[]): boolean {
    const { now, keys, signers } = this.#options;
    const text = this.#readPublished(INDEX_FILE);
    if (text === undefined) {
      return false;
    }
    const published = parsePublishedIndex(text, this.#target, this.#options.limits);
    const signedBy = new Set(published.document.signatures.map(({ key }) => key));
    const isSameKey =
      canonicalizeJson(published.keys) === canonicalizeJson(keys) &&
      signedBy.size === signers.length &&
      signers.every(({ id }) => signedBy.has(id));
    const restMs = Date.parse(last.expires) - Date.parse(now);
    const isFresh = restMs * 2 > Date.parse(last.expires) - Date.parse(last.created);
    return isSameKey && isFresh && describeContents(last.layers) === describeContents(layers);
  }

  #createIndex(layers: readonly IndexLayer[], last: DatabaseIndex | undefined): DatabaseIndex {
    const { now, validMs } = this.#options;
    const nowMs = Date.parse(now);
    // Seconds of the clock, so that a directory that was lost is not followed by lower numbers.
    const sequence = Math.max(Math.floor(nowMs / 1000), (last?.sequence ?? 0) + 1);
    const expires = new Date(nowMs + validMs).toISOString();
    return { sequence, created: now, expires, layers };
  }

  #writeIndex(index: DatabaseIndex): void {
    const { keys, signers } = this.#options;
    const document = signDocument({ type: INDEX_TYPE, format: INDEX_FORMAT, ...index }, signers);
    const text = formatPublishedIndex({ keys, document });
    for (const place of [`${HISTORY_FOLDER}/${index.sequence}.json`, INDEX_FILE]) {
      const staged = path.join(this.#staging, 'index');
      fs.writeFileSync(staged, text);
      this.#place(staged, place);
    }
  }

  #readHistory(): readonly DatabaseIndex[] {
    const names = readNames(path.join(this.#target, HISTORY_FOLDER))
      .filter((name) => /^\d{1,16}\.json$/.test(name))
      .sort((left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10))
      .map((name) => `${HISTORY_FOLDER}/${name}`);
    const current = this.#readIndex(INDEX_FILE);
    // A run that was killed may have left an index that was never the current one.
    return names
      .flatMap((name) => this.#readIndex(name) ?? [])
      .filter(({ sequence }) => current !== undefined && sequence <= current.sequence);
  }

  #readIndex(place: string): DatabaseIndex | undefined {
    const text = this.#readPublished(place);
    if (text === undefined) {
      return undefined;
    }
    const file = path.join(this.#target, place);
    return readIndexContent(parsePublishedIndex(text, file, this.#options.limits).document, file);
  }

  #readPublished(place: string): string | undefined {
    try {
      return fs.readFileSync(path.join(this.#target, place), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  /** Removes files that none of the kept indexes lists. */
  #removeUnused(kept: readonly DatabaseIndex[]): void {
    const used = new Set(kept.flatMap((index) => listFiles(index).map(({ path: place }) => place)));
    for (const { sequence } of kept) {
      used.add(`${HISTORY_FOLDER}/${sequence}.json`);
    }
    for (const [folder, pattern] of OWN_NAMES) {
      for (const name of readNames(path.join(this.#target, folder))) {
        if (pattern.test(name) && !used.has(`${folder}/${name}`)) {
          fs.rmSync(path.join(this.#target, folder, name), { force: true });
        }
      }
    }
  }
}

/** Deltas depend on the history, so they are not part of the comparison. */
function describeContents(layers: readonly IndexLayer[]): string {
  return canonicalizeJson(
    layers.map(({ shards, ...layer }) => {
      return { ...layer, shards: shards.map(({ deltas: _, ...shard }) => shard) };
    }),
  );
}

function digestPresent(file: string): string | undefined {
  return fs.existsSync(file) ? digestFile(file) : undefined;
}

function readNames(folder: string): readonly string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}
