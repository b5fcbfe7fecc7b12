import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
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
  await importDatabase(recordedArchive(shared), database, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now,
  });
  return database;
}

function recordedArchive(shared: string): string {
  const archives = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(archives).find((file) => file.endsWith('.tar.zst'));
  return join(archives, present(archive, 'the recorded database'));
}

/** The recorded database of Grype as it is, for what is to be told without our import of it. */
export function unpackedSource(shared: string, folder: string): string {
  const file = join(folder, 'vulnerability.db');
  const descriptor = openSync(file, 'w');
  const archive = recordedArchive(shared);
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
