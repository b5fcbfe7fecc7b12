import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/error.ts';
import { type Layer, listLayers, toLayerRoot } from './layer.ts';
import { readDatabaseManifest, toShardPath } from './manifest.ts';

const POINTER_FILE = 'current';
const SHARDS_FOLDER = 'shards';

/** A database that stays as it is. */
export interface PinnedDatabase {
  /** SHA-256 of its manifests, in hexadecimal digits. */
  readonly digest: string;
  /** A database directory of its own. */
  readonly folder: string;
}

/**
 * Keeps the current generations of a database below `root`, where no update removes them. Files are
 * hard links if possible, and shards with equal content are the same file in every pinned database.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID`
 */
export function pinDatabase(source: string, root: string): PinnedDatabase {
  const layers = listLayers(source);
  if (layers.length === 0) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${source}"`);
  }
  const digest = digestLayers(layers);
  const folder = path.join(root, digest);
  if (fs.existsSync(folder)) {
    return { digest, folder };
  }
  const shards = path.join(root, SHARDS_FOLDER);
  fs.mkdirSync(shards, { recursive: true });
  const fresh = fs.mkdtempSync(`${folder}.`);
  try {
    for (const layer of layers) {
      pinLayer(layer, layer.id === '' ? fresh : toLayerRoot(fresh, layer.id), shards);
    }
    fs.renameSync(fresh, folder);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  return { digest, folder };
}

function digestLayers(layers: readonly Layer[]): string {
  const hash = createHash('sha256');
  for (const { id, generation } of layers) {
    hash.update(`${id}\0`).update(JSON.stringify(readDatabaseManifest(generation)));
  }
  return hash.digest('hex');
}

function pinLayer({ generation }: Layer, root: string, shards: string): void {
  const name = path.basename(generation);
  const folder = path.join(root, name);
  fs.mkdirSync(folder, { recursive: true });
  const manifest = readDatabaseManifest(generation);
  const digests = new Map(
    manifest.shards.map((shard) => [toShardPath(generation, shard.name), shard.digest]),
  );
  for (const file of fs.readdirSync(generation)) {
    const from = path.join(generation, file);
    const digest = digests.get(from);
    if (digest === undefined) {
      linkFile(from, path.join(folder, file));
      continue;
    }
    const { size } = fs.statSync(from);
    const shared = path.join(shards, `${digest.replace(':', '-')}-${size}`);
    // A copy that was interrupted is shorter.
    if (fs.statSync(shared, { throwIfNoEntry: false })?.size !== size) {
      fs.rmSync(shared, { force: true });
      linkFile(from, shared);
    }
    linkFile(shared, path.join(folder, file));
  }
  fs.writeFileSync(path.join(root, POINTER_FILE), `${name}\n`);
}

function linkFile(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
    const { atime, mtime } = fs.statSync(from);
    fs.utimesSync(to, atime, mtime);
  }
}
