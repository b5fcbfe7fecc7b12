import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { present } from '../../src/foundation/core/assert.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';

/**
 * Imports the recorded database of Grype, or another one, below a directory, and returns its
 * location.
 */
export async function importRecordedDatabase(
  shared: string,
  folder: string,
  now: string,
  archive = findRecordedArchive(shared),
): Promise<string> {
  const database = join(folder, 'db');
  await importDatabase(archive, database, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now,
  });
  return database;
}

export function findRecordedArchive(shared: string): string {
  const archives = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(archives).find((file) => file.endsWith('.tar.zst'));
  return join(archives, present(archive, 'the recorded database'));
}

/**
 * Unpacks the recorded database of Grype unchanged, for checks that must not depend on our import.
 */
export function unpackSource(shared: string, folder: string): string {
  const file = join(folder, 'vulnerability.db');
  const descriptor = openSync(file, 'w');
  const archive = findRecordedArchive(shared);
  const run = spawnSync('tar', ['--zstd', '-xOf', archive, 'vulnerability.db'], {
    stdio: ['ignore', descriptor, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(descriptor);
  if (run.status !== 0) {
    throw new Error(`tar could not unpack ${archive}: ${run.stderr}`);
  }
  return file;
}

/**
 * Creates a database in which the packages of some ecosystems are moved to others, for ecosystems
 * without recorded advisories.
 *
 * @param file Grype's database, which is changed
 * @param ecosystems e.g. `npm=hex`
 * @returns the archive that both programs import
 */
export function replaceEcosystems(file: string, ecosystems: readonly string[]): string {
  const database = new DatabaseSync(file);
  for (const [from = '', to = ''] of ecosystems.map((one) => one.split('='))) {
    database.function('relabelled', (value) =>
      String(value).replaceAll(/"type":"[^"]*"(?=,"constraint")/g, `"type":"${to}"`),
    );
    database
      .prepare(
        `UPDATE blobs SET value = relabelled(value) WHERE id IN (
           SELECT a.blob_id FROM affected_package_handles a JOIN packages p ON p.id = a.package_id
           WHERE p.ecosystem = ?)`,
      )
      .run(from);
    database.prepare('UPDATE packages SET ecosystem = ? WHERE ecosystem = ?').run(to, from);
  }
  database.close();
  const archive = `${file}.tar.zst`;
  const run = spawnSync('tar', ['--zstd', '-cf', archive, '-C', dirname(file), basename(file)]);
  if (run.status !== 0) {
    throw new Error(`tar could not pack ${file}: ${run.stderr.toString()}`);
  }
  return archive;
}
