import { importDatabaseArchive, isDatabaseArchive } from './database-archive.ts';
import { type ImportOptions, importDatabase } from './import-database.ts';
import type { DatabaseStatus } from './open-database.ts';

/**
 * Makes a file the database in use: one of our own that was exported, or one of another scanner.
 *
 * @throws UserError as {@link importDatabaseArchive} and {@link importDatabase} do.
 */
export async function fillDatabase(
  file: string,
  destination: string,
  options: ImportOptions,
): Promise<DatabaseStatus> {
  return isDatabaseArchive(file)
    ? await importDatabaseArchive(file, destination, options)
    : await importDatabase(file, destination, options);
}
