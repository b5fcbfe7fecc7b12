import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { writeAdvisorySource } from '../../test/support/advisory-database.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { exportDatabase } from './database-archive.ts';
import { describeDatabase } from './describe-database.ts';
import { fillDatabase } from './fill-database.ts';
import { MANIFEST_FILE } from './manifest.ts';

/** A time set for reproducible output does not make a database from the future acceptable. */
const OPTIONS = {
  progress: SILENT,
  limits: DEFAULT_LIMITS,
  now: '2199-01-01T00:00:00Z',
  machineTime: '2026-03-01T12:00:00Z',
};

function makeFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-future-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a database of the Grype form that claims to be built then. */
function writeSource(folder: string, builtAt: string): string {
  const file = path.join(folder, `${builtAt.replaceAll(':', '-')}.db`);
  writeAdvisorySource(file, {
    builtAt,
    statements: [{ id: 'CVE-2030-0001', provider: 'npm', ecosystem: 'npm', name: 'left' }],
  });
  return file;
}

suite('a new database from the future', () => {
  test('is refused, and the database in use stays', async (t) => {
    const folder = makeFolder(t);
    const root = path.join(folder, 'db');
    const near = '2026-03-02T11:00:00Z';
    await fillDatabase(writeSource(folder, near), root, OPTIONS);
    for (const far of ['2026-03-02T13:00:00Z', '2099-01-01T00:00:00Z']) {
      await assert.rejects(fillDatabase(writeSource(folder, far), root, OPTIONS), {
        code: 'E_DB_IMPORT',
        message: /the database has a build date in the future/,
      });
    }
    assert.equal(describeDatabase(root).description?.builtAt, near);
  });

  test('is refused in an archive of our own', async (t) => {
    const folder = makeFolder(t);
    const from = path.join(folder, 'from');
    const status = await fillDatabase(writeSource(folder, '2026-03-01T00:00:00Z'), from, OPTIONS);
    const manifest = path.join(status.path, MANIFEST_FILE);
    const text = fs.readFileSync(manifest, 'utf8');
    fs.writeFileSync(
      manifest,
      text.replace(/"builtAt": "[^"]*"/, '"builtAt": "2099-01-01T00:00:00Z"'),
    );
    const archive = path.join(folder, 'archive.tar');
    const file = fs.openSync(archive, 'w');
    exportDatabase(from, (bytes) => fs.writeSync(file, bytes));
    fs.closeSync(file);
    await assert.rejects(fillDatabase(archive, path.join(folder, 'to'), OPTIONS), {
      code: 'E_DB_IMPORT',
      message: /the database has a build date in the future/,
    });
  });
});
