import { UserError } from '../core/error.ts';
import { listLayers } from './layer.ts';
import { qualifyShard } from './layer-reader.ts';
import { readDatabaseManifest } from './manifest.ts';

/** Lists the shards that the publisher of a database has and that are not installed. */
export function findAbsentShards(folder: string): readonly string[] {
  try {
    return listLayers(folder).flatMap(({ id, generation }) =>
      (readDatabaseManifest(generation).absent ?? []).map((name) => qualifyShard(id, name)),
    );
  } catch (error) {
    if (error instanceof UserError) {
      return [];
    }
    throw error;
  }
}
