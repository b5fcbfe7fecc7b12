import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importDatabase } from '../../src/advisory/import-database.ts';
import { present } from '../../src/core/assert.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { SILENT } from '../../src/core/progress.ts';

/** Imports the recorded database of Grype below a folder, and answers where it lies. */
export async function importedDatabase(
  shared: string,
  folder: string,
  now: string,
): Promise<string> {
  const database = join(folder, 'db');
  const archives = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(archives).find((file) => file.endsWith('.tar.zst'));
  await importDatabase(join(archives, present(archive, 'the recorded database')), database, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now,
  });
  return database;
}
