import { type Manifest, type ShardEntry, toShardPath } from './manifest.ts';
import { type MetaReader, PageMeta } from './meta-reader.ts';
import { PageFile } from './page-file/page-file.ts';
import { META_SHARD, SCORES_SHARD } from './schema.ts';
import { checkFileDigest } from './schema-3/check-file-digest.ts';
import { SqliteMeta } from './schema-3/sqlite-meta.ts';
import { SqliteShard } from './schema-3/sqlite-shard.ts';
import { PageShard, type ShardReader } from './shard-reader.ts';

/** A directory of shards and what its manifest declares about them. */
export interface ShardFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Returns whether the shards are page files. */
export function hasPageFiles({ schema }: Pick<Manifest, 'schema'>): boolean {
  return schema > 3;
}

/**
 * Opens a shard with statements or records. `name`: the one in references to its records.
 *
 * @throws UserError `E_DB_INVALID` if it is missing or damaged
 */
export function openShard(
  { folder, manifest }: ShardFolder,
  entry: ShardEntry,
  name: string,
): ShardReader {
  if (hasPageFiles(manifest)) {
    return new PageShard(name, openPages(folder, entry), entry);
  }
  checkFileDigest(folder, entry);
  return new SqliteShard(name, toShardPath(folder, entry.name), entry);
}

/** Opens the lists of a layer. Throws `UserError` `E_DB_INVALID`. */
export function openMeta({ folder, manifest }: ShardFolder): MetaReader {
  const find = (name: string) => manifest.shards.find((shard) => shard.name === name);
  const entry = find(META_SHARD) ?? MISSING_META;
  if (hasPageFiles(manifest)) {
    const scores = find(SCORES_SHARD);
    return new PageMeta(openPages(folder, entry), () => scores && openPages(folder, scores));
  }
  checkFileDigest(folder, entry);
  return new SqliteMeta(toShardPath(folder, META_SHARD));
}

const MISSING_META = { name: META_SHARD, digest: '' };

/** Opens a shard of any kind as a page file. */
export function openPages(
  folder: string,
  { name, digest }: Pick<ShardEntry, 'name' | 'digest'>,
): PageFile {
  return new PageFile(name, toShardPath(folder, name), digest);
}

/** Reads every byte of a shard. Throws `UserError` `E_DB_INVALID` if it is not the declared one. */
export function verifyShard({ folder, manifest }: ShardFolder, entry: ShardEntry): void {
  if (!hasPageFiles(manifest)) {
    checkFileDigest(folder, entry);
    return;
  }
  using file = openPages(folder, entry);
  for (const ref of file.listLeaves()) {
    file.readLeaf(ref);
  }
}
