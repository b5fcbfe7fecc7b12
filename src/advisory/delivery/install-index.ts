import fs from 'node:fs';
import path from 'node:path';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { type Progress, type ProgressEvent, SILENT } from '../../core/progress.ts';
import { formatBytes, formatCount } from '../../core/screen-text.ts';
import { refuseFuture } from '../database-future.ts';
import {
  beginGeneration,
  commitGenerations,
  deleteGenerations,
  discardGeneration,
  findCurrentGeneration,
  type Generation,
} from '../generation.ts';
import { formatLayerName, toLayerRoot } from '../layer.ts';
import { qualifyShard } from '../layer-reader.ts';
import {
  checkShardSize,
  type Manifest,
  readDatabaseManifest,
  type ShardEntry,
  toShardPath,
  writeManifest,
} from '../manifest.ts';
import { verifyShard } from '../open-shard.ts';
import { READABLE_SCHEMAS, SHARD_SCHEMA } from '../schema.ts';
import {
  type DatabaseIndex,
  type DeliveredDelta,
  type DeliveredFile,
  type IndexLayer,
  type IndexShard,
  toCompletePath,
  toDeltaPath,
} from './database-index.ts';
import { createExplainer, type DeliverySource } from './delivery-source.ts';
import { type ShardFile, unpackDelta, unpackShard } from './shard-package.ts';
import { readStoredIndex, storeIndex } from './stored-index.ts';
import type { TrustedIndex } from './trust.ts';

export interface InstallOptions extends ShardSelection {
  /** Directory of the database. */
  readonly root: string;
  /** Directory for downloaded files; the caller removes it. */
  readonly folder: string;
  readonly source: DeliverySource;
  readonly limits: Limits;
  readonly progress?: Progress;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** If true, the database may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
  /** Receives a line before each slow step. */
  announce(line: string): void;
}

/** Which shards of an index are installed. */
export interface ShardSelection {
  /**
   * If true, a new layer gets only the shards that every run needs. If absent, it gets all. A
   * layer that is there keeps its selection.
   */
  readonly isPartial?: boolean;
  /** Further shards, by their names with the layer. */
  readonly neededShards?: readonly string[];
  /** If true, every page that is there is verified, and damaged shards are installed again. */
  readonly isThorough?: boolean;
}

/** A layer that an index changes, with its current state. */
interface LayerPlan {
  readonly layer: IndexLayer;
  /** The shards to install. */
  readonly shards: readonly IndexShard[];
  readonly layerRoot: string;
  /** Directory and manifest of the current generation, if it is usable. */
  readonly current: CurrentLayer | undefined;
}

interface CurrentLayer {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Kinds of shards that every run needs. */
const ALWAYS_NEEDED: ReadonlySet<string> = new Set(['meta', 'scores']);

/** Returns whether a database has all layers of an index in their listed state. */
export function isInstalled(
  index: DatabaseIndex,
  root: string,
  selection: ShardSelection = {},
): boolean {
  return planLayers(index, root, selection).length === 0;
}

/**
 * Makes the layers of a verified index the current ones. Each shard is taken over from the current
 * generation if it is unchanged there, and downloaded otherwise. The old database stays usable
 * until then, and is kept if anything fails. Other layers stay.
 *
 * @throws UserError `E_DIGEST_MISMATCH` for a wrong file, `E_DB_LOSS`, and errors of the source
 */
export async function installIndex(
  { index, published }: Pick<TrustedIndex, 'index' | 'published'>,
  options: InstallOptions,
): Promise<void> {
  const dropped = listDroppedLayers(index, options);
  const plans = planLayers(index, options.root, options);
  for (const { layer } of plans) {
    checkSchema(layer);
    refuseFuture(layer.builtAt, options.machineTime);
  }
  const installation = new Installation(index, options);
  const generations: Generation[] = [];
  try {
    const wanted = plans.flatMap(({ shards, current }) =>
      shards.filter((shard) => findUnchanged(shard, current) === undefined),
    );
    installation.announce(wanted);
    for (const plan of plans) {
      const generation = beginGeneration(plan.layerRoot, options.now);
      generations.push(generation);
      await installation.fillLayer(plan, generation.folder);
    }
    installation.finish();
    commitGenerations(generations, options);
  } catch (error) {
    installation.fail(error);
    generations.forEach(discardGeneration);
    throw error;
  }
  for (const layerRoot of dropped) {
    deleteGenerations(layerRoot, options.now);
  }
  storeIndex(options.root, published);
}

/**
 * Lists the directories of layers that the publisher does not deliver any more. A layer that the
 * user replaced since is not one of them.
 *
 * @throws UserError `E_DB_LOSS` unless that is accepted
 */
function listDroppedLayers(
  { layers }: DatabaseIndex,
  { root, limits, isLossAccepted }: InstallOptions,
): readonly string[] {
  const ids = new Set(layers.map(({ id }) => id));
  const before = readStoredIndex(root, limits)?.index.layers ?? [];
  const dropped = before.filter((layer) => {
    const current = readCurrentLayer(findLayerRoot(root, layer.id));
    return !ids.has(layer.id) && current !== undefined && isCurrent(layer, current);
  });
  const [first] = dropped;
  if (first !== undefined && isLossAccepted !== true) {
    const name = formatLayerName(first.id);
    throw new UserError('E_DB_LOSS', `the new database lost the layer ${name}`, {
      hint: 'the database in use is unchanged; allow it with --accept-loss',
    });
  }
  return dropped.map(({ id }) => findLayerRoot(root, id));
}

function findLayerRoot(root: string, id: string): string {
  return id === '' ? root : toLayerRoot(root, id);
}

/** Returns the layers of an index that differ from the current ones. */
function planLayers(
  index: DatabaseIndex,
  root: string,
  selection: ShardSelection,
): readonly LayerPlan[] {
  return index.layers.flatMap((layer) => {
    const layerRoot = findLayerRoot(root, layer.id);
    const current = readCurrentLayer(layerRoot);
    const shards = selectShards(layer, current, selection);
    const isUnchanged =
      isCurrent({ ...layer, shards }, current) &&
      (selection.isThorough !== true || shards.every((shard) => isIntact(shard, current)));
    return isUnchanged ? [] : { layer, shards, layerRoot, current };
  });
}

/** A layer that was installed in part gets the same shards again, and those that are needed now. */
function selectShards(
  { id, shards }: IndexLayer,
  current: CurrentLayer | undefined,
  { isPartial = false, neededShards = [] }: ShardSelection,
): readonly IndexShard[] {
  const isWhole = current === undefined ? !isPartial : current.manifest.absent === undefined;
  if (isWhole) {
    return shards;
  }
  const installed = new Set(current?.manifest.shards.map(({ name }) => name));
  return shards.filter(
    ({ name, kind }) =>
      ALWAYS_NEEDED.has(kind) ||
      installed.has(name) ||
      neededShards.includes(qualifyShard(id, name)),
  );
}

function readCurrentLayer(layerRoot: string): CurrentLayer | undefined {
  const folder = findCurrentGeneration(layerRoot);
  if (folder === undefined) {
    return undefined;
  }
  try {
    return { folder, manifest: readDatabaseManifest(folder) };
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

function isCurrent(layer: IndexLayer, current: CurrentLayer | undefined): boolean {
  return (
    current?.manifest.builtAt === layer.builtAt &&
    current.manifest.shards.length === layer.shards.length &&
    layer.shards.every((shard) => findUnchanged(shard, current) !== undefined)
  );
}

/** Returns the path of an installed shard that is already in the listed state. */
function findUnchanged(shard: IndexShard, current: CurrentLayer | undefined): string | undefined {
  const entry = current?.manifest.shards.find(({ name }) => name === shard.name);
  if (current === undefined || entry?.digest !== shard.digest) {
    return undefined;
  }
  try {
    checkShardSize(current.folder, entry);
    return toShardPath(current.folder, shard.name);
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

function checkSchema({ schema }: IndexLayer): void {
  if (!READABLE_SCHEMAS.includes(schema)) {
    throw new UserError(
      'E_DB_UPDATE',
      `unsupported schema ${schema} of the published database: this version reads the schemas ${READABLE_SCHEMAS.join(' and ')}`,
      {
        hint: schema > SHARD_SCHEMA ? 'update plimsoll' : 'ask the publisher for a newer database',
      },
    );
  }
}

/** Fills new generations with the shards of an index. */
class Installation {
  readonly #options: InstallOptions;
  readonly #explain: (digest: string) => string;
  #doneBytes = 0;
  /** Whether a download is reported. */
  #isRunning = false;

  constructor(index: DatabaseIndex, options: InstallOptions) {
    this.#options = options;
    this.#explain = createExplainer(index);
  }

  announce(shards: readonly IndexShard[]): void {
    const bytes = shards.reduce((sum, { complete }) => sum + complete.sizeBytes, 0);
    if (shards.length > 0) {
      const size = formatBytes(bytes);
      const count = formatCount(shards.length, 'shard');
      const { source, announce } = this.#options;
      announce(`downloading ${count} of the advisory database (${size}) from ${source.place}`);
      this.#isRunning = true;
      this.#emit({ kind: 'stage-started', stage: 'download', detail: source.place });
    }
  }

  /** Ends the report of the download. */
  finish(): void {
    if (this.#isRunning) {
      this.#isRunning = false;
      const count = this.#doneBytes;
      this.#emit({ kind: 'stage-finished', stage: 'download', count, unit: 'bytes' });
    }
  }

  fail(error: unknown): void {
    if (this.#isRunning) {
      const message = error instanceof Error ? error.message : String(error);
      this.#emit({ kind: 'stage-failed', stage: 'download', message });
    }
  }

  #emit(event: ProgressEvent): void {
    (this.#options.progress ?? SILENT).emit(event);
  }

  async fillLayer({ layer, shards, current }: LayerPlan, folder: string): Promise<void> {
    const entries: ShardEntry[] = [];
    for (const shard of shards) {
      const target = { ...shard, schema: layer.schema, file: toShardPath(folder, shard.name) };
      if (!linkUnchanged(shard, current, target.file)) {
        await this.#fetchShard({ shard, target, current });
      }
      entries.push(describeShard(shard, target.file));
    }
    const { schema, sourceSchema, builtAt, origin, providers, feed } = layer;
    const absent = layer.shards.filter((shard) => !shards.includes(shard)).map(({ name }) => name);
    writeManifest(folder, {
      schema,
      sourceSchema,
      builtAt,
      importedAt: this.#options.now,
      origin,
      providers,
      ...defined({ feed }),
      shards: entries,
      ...(absent.length === 0 ? {} : { absent }),
    });
  }

  async #fetchShard(order: ShardOrder): Promise<void> {
    const { shard, target } = order;
    const { source } = this.#options;
    const delta = source.hasDeltas ? findDelta(order) : undefined;
    const isRestored = delta !== undefined && (await this.#fetchDelta(order, delta));
    if (!isRestored) {
      const packed = await this.#fetchFile(shard.complete, toCompletePath(shard));
      await unpackShard(packed, target, this.#options.limits);
      this.#removeDownload(packed);
    }
  }

  /** Returns whether a delta led to the listed shard: the installed shard may be damaged. */
  async #fetchDelta(
    { shard, target, current }: ShardOrder,
    delta: DeliveredDelta,
  ): Promise<boolean> {
    const { limits } = this.#options;
    const { name, schema } = target;
    const older = {
      name,
      schema,
      digest: delta.from,
      file: toShardPath(current?.folder ?? '', name),
    };
    const packed = await this.#fetchFile(delta, toDeltaPath(shard, delta.from));
    try {
      await unpackDelta(older, packed, target, limits);
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'E_DB_INVALID') {
        throw error;
      }
      fs.rmSync(target.file, { force: true });
      return false;
    } finally {
      this.#removeDownload(packed);
    }
  }

  async #fetchFile({ digest, sizeBytes }: DeliveredFile, place: string): Promise<string> {
    const { source, folder } = this.#options;
    const requested = { digest, sizeBytes, path: place, explain: this.#explain };
    const file = await source.fetchFile(requested, folder);
    this.#doneBytes += sizeBytes;
    const done = this.#doneBytes;
    this.#emit({ kind: 'stage-advanced', stage: 'download', done, unit: 'bytes' });
    return file;
  }

  /** Files of a directory on this machine are not copies. */
  #removeDownload(file: string): void {
    if (path.dirname(file) === this.#options.folder) {
      fs.rmSync(file);
    }
  }
}

/** A shard to fetch into a new generation. */
interface ShardOrder {
  readonly shard: IndexShard;
  readonly target: ShardFile;
  readonly current: CurrentLayer | undefined;
}

/** Returns the delta from the installed state of a shard if it is smaller than the shard. */
function findDelta({ shard, target, current }: ShardOrder): DeliveredDelta | undefined {
  const installed = current?.manifest.shards.find(({ name }) => name === shard.name);
  return current?.manifest.schema === target.schema
    ? shard.deltas.find(
        ({ from, sizeBytes }) => from === installed?.digest && sizeBytes < shard.complete.sizeBytes,
      )
    : undefined;
}

/** Links an unchanged shard into the new generation, unless its content is damaged. */
function linkUnchanged(
  shard: IndexShard,
  current: CurrentLayer | undefined,
  target: string,
): boolean {
  const file = findUnchanged(shard, current);
  if (file === undefined || !isIntact(shard, current)) {
    return false;
  }
  try {
    fs.linkSync(file, target);
  } catch {
    // Some file systems have no hard links.
    fs.copyFileSync(file, target, fs.constants.COPYFILE_EXCL);
  }
  return true;
}

function isIntact({ name }: IndexShard, current: CurrentLayer | undefined): boolean {
  const entry = current?.manifest.shards.find((each) => each.name === name);
  if (current === undefined || entry === undefined) {
    return false;
  }
  try {
    verifyShard(current, entry);
    return true;
  } catch (error) {
    if (error instanceof UserError) {
      return false;
    }
    throw error;
  }
}

function describeShard(shard: IndexShard, file: string): ShardEntry {
  const { name, kind, family, digest, providers, counts } = shard;
  // Another compressor may store the same pages in more or fewer bytes.
  const { size: sizeBytes, mtimeMs } = fs.statSync(file);
  const modifiedSeconds = Math.floor(mtimeMs / 1000);
  return { name, kind, family, sizeBytes, modifiedSeconds, digest, providers, counts };
}
