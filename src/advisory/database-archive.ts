import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import {
  readFirstBlock,
  type WriteBytes,
  writeArchiveEnd,
  writeArchiveFile,
} from './archive-entry.ts';
import { refuseFuture } from './database-future.ts';
import { type DatabaseStatus, describeDatabase } from './describe-database.ts';
import {
  beginGeneration,
  commitGenerations,
  discardGeneration,
  type Generation,
} from './generation.ts';
import { isLayerId, LAYER_PREFIX, listLayers, toLayerRoot } from './layer.ts';
import {
  checkShardSize,
  isShardName,
  MANIFEST_FILE,
  type Manifest,
  readDatabaseManifest,
  type ShardEntry,
  toShardPath,
  writeManifest,
} from './manifest.ts';
import { findManifestDifference } from './manifest-difference.ts';
import { type ShardFolder, verifyShard } from './open-shard.ts';
import { createArchiveError, unpackArchive } from './unpack-archive.ts';

/**
 * A database as a single file for a machine without a network: a tar archive with a manifest and
 * then the unchanged shards of each layer. Those of a provider are below its directory.
 */
const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
const SHARD_SUFFIX = '.db';
const FIRST_ENTRY = new RegExp(`^(?:${LAYER_PREFIX}[a-z0-9-]{1,64}/)?${MANIFEST_FILE}\0`);

/**
 * Returns whether the first block of a file is the header of an archive that {@link exportDatabase}
 * wrote.
 */
export function isDatabaseArchive(file: string): boolean {
  try {
    return FIRST_ENTRY.test(readFirstBlock(file).toString('latin1'));
  } catch {
    return false;
  }
}

/**
 * Writes the current database as one archive; the same database produces the same bytes.
 *
 * @throws UserError `E_DB_INVALID` if a shard was changed since it was written.
 */
export function exportDatabase(folder: string, write: WriteBytes): void {
  const { isValid, error, shards } = describeDatabase(folder, true);
  if (!isValid) {
    const code = shards.length === 0 ? 'E_DB_MISSING' : 'E_DB_INVALID';
    throw new UserError(code, error ?? 'no advisory database found', {
      hint: 'run "plimsoll db update" to download one',
    });
  }
  for (const { id, generation } of listLayers(folder).toReversed()) {
    const prefix = id === '' ? '' : `${LAYER_PREFIX}${id}/`;
    const manifest = readDatabaseManifest(generation);
    const seconds = Math.floor(Date.parse(manifest.importedAt) / 1000);
    const source = path.join(generation, MANIFEST_FILE);
    writeArchiveFile(write, source, { name: `${prefix}${MANIFEST_FILE}`, seconds });
    for (const { name, modifiedSeconds } of manifest.shards) {
      const entry = `${prefix}${name}${SHARD_SUFFIX}`;
      const shard = toShardPath(generation, name);
      writeArchiveFile(write, shard, { name: entry, seconds: modifiedSeconds });
    }
  }
  writeArchiveEnd(write);
}

export interface ArchiveOptions {
  readonly limits: Limits;
  /** RFC 3339. */
  readonly now: string;
  /** Time of the machine's clock in RFC 3339, to refuse a database from the future. */
  readonly machineTime?: string;
  /** If true, the database may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

/**
 * Makes the layers of an exported database the current ones after it verified each shard by its
 * digest in the manifest, and the manifest by the rows of the shards. Layers that the archive does
 * not have stay. The old database stays usable until then, and is kept if anything fails.
 *
 * @throws UserError `E_DB_IMPORT` for an incomplete archive, `E_DB_INVALID` for one of another
 *   schema.
 */
export async function importDatabaseArchive(
  file: string,
  destination: string,
  { limits, now, machineTime, isLossAccepted }: ArchiveOptions,
): Promise<DatabaseStatus> {
  const generations = new Map<string, Generation>();
  const openLayer = (id: string): string => {
    const root = id === '' ? destination : toLayerRoot(destination, id);
    const generation = generations.get(id) ?? beginGeneration(root, now);
    generations.set(id, generation);
    return generation.folder;
  };
  try {
    await unpack(file, openLayer, limits);
    for (const { folder } of generations.values()) {
      checkGeneration(file, folder, { now, machineTime });
    }
    commitGenerations([...generations.values()], { isLossAccepted });
  } catch (error) {
    for (const generation of generations.values()) {
      discardGeneration(generation);
    }
    throw error;
  }
  return describeDatabase(destination);
}

/** Verifies an unpacked layer and completes its manifest. */
function checkGeneration(
  file: string,
  folder: string,
  { now, machineTime }: Pick<ArchiveOptions, 'now'> & { readonly machineTime: string | undefined },
): void {
  const manifest = readDatabaseManifest(folder);
  refuseFuture(manifest.builtAt, machineTime);
  for (const shard of manifest.shards) {
    checkShard(file, { folder, manifest }, shard);
  }
  const unknown = fs
    .readdirSync(folder)
    .find((name) => name !== MANIFEST_FILE && !isListed(name, manifest));
  if (unknown !== undefined) {
    throw createArchiveError(file, `contains ${unknown}, which its manifest does not list`);
  }
  const difference = findManifestDifference(folder, manifest);
  if (difference !== undefined) {
    throw createArchiveError(file, difference);
  }
  fs.rmSync(path.join(folder, MANIFEST_FILE));
  writeManifest(folder, { ...manifest, importedAt: now });
}

function isListed(name: string, { shards }: Manifest): boolean {
  return shards.some((shard) => `${shard.name}${SHARD_SUFFIX}` === name);
}

function checkShard(file: string, shards: ShardFolder, shard: ShardEntry): void {
  const target = toShardPath(shards.folder, shard.name);
  if (!isShardName(shard.name) || !isDeclaredShard(shards, shard)) {
    throw createArchiveError(
      file,
      `does not contain the shard ${shard.name} as its manifest describes it`,
    );
  }
  fs.utimesSync(target, shard.modifiedSeconds, shard.modifiedSeconds);
}

function isDeclaredShard(shards: ShardFolder, shard: ShardEntry): boolean {
  try {
    checkShardSize(shards.folder, shard);
    verifyShard(shards, shard);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_DB_INVALID') {
      return false;
    }
    throw error;
  }
}

/** Unpacks only manifests and shards. `openLayer` returns the directory of a layer, by its ID. */
async function unpack(
  file: string,
  openLayer: (id: string) => string,
  limits: Limits,
): Promise<void> {
  await unpackArchive(file, limits, (entry) => {
    const { layerId, name } = parseEntryName(entry.name);
    const isManifest = name === MANIFEST_FILE && entry.sizeBytes <= MANIFEST_BYTES_MAX;
    const isShard = name.endsWith(SHARD_SUFFIX) && isShardName(name.slice(0, -SHARD_SUFFIX.length));
    if (layerId === undefined || !(isManifest || isShard)) {
      throw createArchiveError(file, 'contains an entry that is neither the manifest nor a shard');
    }
    return path.join(openLayer(layerId), name);
  });
}

/** Returns no layer if the directory in the name is not one of a layer. */
function parseEntryName(entry: string): {
  readonly layerId: string | undefined;
  readonly name: string;
} {
  const at = entry.indexOf('/');
  if (at < 0) {
    return { layerId: '', name: entry };
  }
  const folder = entry.slice(0, at);
  const id = folder.startsWith(LAYER_PREFIX) ? folder.slice(LAYER_PREFIX.length) : '';
  return { layerId: isLayerId(id) ? id : undefined, name: entry.slice(at + 1) };
}
