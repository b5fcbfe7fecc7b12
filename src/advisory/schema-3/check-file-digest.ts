import fs from 'node:fs';
import { digestFile } from '../digest-file.ts';
import { createShardError, type ShardEntry, toShardPath } from '../manifest.ts';

/** Throws `UserError` `E_DB_INVALID` if the content of a shard is not the recorded one. */
export function checkFileDigest(
  folder: string,
  { name, digest }: Pick<ShardEntry, 'name' | 'digest'>,
): void {
  const file = toShardPath(folder, name);
  if (!fs.existsSync(file) || digestFile(file) !== digest) {
    throw createShardError(name, 'has changed since it was written');
  }
}
