import { UserError } from '../core/error.ts';
import { listLayers } from './layer.ts';
import { qualifyShard } from './layer-reader.ts';
import { readDatabaseManifest } from './manifest.ts';

/**
 * Lists the shards that the publisher of a database has and that are not installed. Damage is
 * reported when the database is opened.
 */
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

/**
 * Refuses a database of which only parts are installed: a copy of it would look complete.
 *
 * @throws UserError `E_DB_MISSING`
 */
export function refuseAbsentShards(folder: string): void {
  const absent = findAbsentShards(folder);
  if (absent.length > 0) {
    throw new UserError('E_DB_MISSING', `the database lacks shards: ${absent.join(', ')}`, {
      hint: 'delete it with "plimsoll db delete", and install all of it with "plimsoll db update"',
    });
  }
}
