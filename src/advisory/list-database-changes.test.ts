import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { buildDatabase } from './build-database.ts';
import { importDatabase } from './import-database.ts';
import { listDatabaseChanges } from './list-database-changes.ts';
import { openDatabase } from './open-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

/** Returns the changes of the sample database by further SQL: keys, facts, and rules. */
async function listChanges(sql: string): Promise<readonly (readonly string[])[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-changes-'));
  try {
    for (const [name, change] of Object.entries({ before: '', after: sql })) {
      fs.mkdirSync(path.join(folder, name));
      const source = writeGrypeDatabase(path.join(folder, name), change);
      await importDatabase(source, path.join(folder, name, 'db'), OPTIONS);
    }
    const [before = '', after = ''] = ['before', 'after'].map((one) =>
      path.join(folder, one, 'db'),
    );
    const { keys, facts, rules } = listDatabaseChanges(before, after);
    return [
      [...keys].sort().map((key) => key.replaceAll('\0', ' ')),
      [...facts],
      rules.map((one) => [one.kind, one.name, one.change, one.before, one.after].join('|')),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('finds no change in equal data', async () => {
  assert.deepEqual(await listChanges(''), [[], [], []]);
});

test('lists the key of a changed statement under each name of its ecosystem', async () => {
  assert.deepEqual(
    await listChanges(
      `UPDATE blobs SET value = replace(value, 'not-fixed', 'wont-fix') WHERE id = 6`,
    ),
    [['c left-pad', 'n javascript left-pad', 'n npm left-pad'], [], []],
  );
});

test('lists a changed record by its provider, also if no statement refers to it', async () => {
  assert.deepEqual(
    await listChanges(`
      UPDATE blobs SET value = replace(value, 'overflows', 'underflows') WHERE id = 3;
      UPDATE vulnerability_handles SET status = 'active' WHERE id = 4;
    `),
    [['c musl', 'r nvd/cve-2020-0001', 'r nvd/cve-2020-0009'], [], []],
  );
});

test('lists a release or an ecosystem that has its first or lost its last statement', async () => {
  assert.deepEqual(await listChanges('DELETE FROM affected_package_handles WHERE id > 1'), [
    [
      'c left-pad',
      'e javascript',
      'e npm',
      'h alpine 3.10 apk',
      'n javascript left-pad',
      'n npm left-pad',
      'r github/ghsa-aaaa-bbbb-cccc',
      's alpine 3.10 apk musl',
    ],
    [],
    ['coverage|alpine 3.10|changed|statements|no statements'],
  ]);
});

test('lists facts, and a score that crosses no threshold', async () => {
  assert.deepEqual(await listChanges('UPDATE epss_handles SET epss = 0.3'), [
    ['f cve-2020-0001'],
    ['cve-2020-0001'],
    [],
  ]);
});

test('lists products with another end of life, of which the first layer counts', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-products-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const build = async (name: string, ends: Readonly<Record<string, string>>): Promise<string> => {
    const [root, file] = [path.join(folder, name), path.join(folder, `${name}.json`)];
    const identifiers = [{ type: 'cpe', id: 'cpe:/a:python:python' }];
    const releases = Object.entries(ends).map(([line, eolFrom]) => ({ name: line, eolFrom }));
    const result = [
      { name: 'python', identifiers, releases },
      { name: 'azure', releases },
    ];
    fs.writeFileSync(file, JSON.stringify({ result }));
    const inputs = [{ provider: 'endoflife-date', file }];
    const { accounts } = await buildDatabase(inputs, root, OPTIONS);
    assert.equal(accounts.get('endoflife-date')?.facts?.kept, 1);
    return root;
  };
  const before = await build('before', { '3.10': '2026-10-31' });
  const after = await build('after', { '3.10': '2026-11-30', '2.7': '2020-01-01' });
  using database = openDatabase(after);
  assert.deepEqual(
    database.listLifecycles().map(({ product, cycles }) => [product, cycles.length]),
    [['python', 2]],
  );
  const { keys, rules } = listDatabaseChanges(before, after);
  assert.equal(keys.size, 0);
  assert.deepEqual(
    rules.map((one) => Object.values(one).join('|')),
    [
      'python|product|changed|python:python, 3.10 to 2026-10-31|python:python, 3.10 to 2026-11-30, 2.7 to 2020-01-01',
    ],
  );
  assert.deepEqual(listDatabaseChanges(before, before).rules, []);
});

test('lists lifecycles and rules about names', async () => {
  assert.deepEqual(
    await listChanges(`
      UPDATE operating_systems SET eol_date = '2030-01-01 00:00:00+00:00' WHERE id = 2;
      UPDATE architecture_aliases SET canonical = 'x64';
      UPDATE package_specifier_overrides SET ecosystem = 'ecmascript' WHERE replacement_ecosystem = 'npm';
      DELETE FROM operating_system_specifier_overrides WHERE alias = 'rocky';
    `),
    [
      ['a', 'e ecmascript', 'e javascript'],
      [],
      [
        'release|alpine 3.10|changed|to|to 2030-01-01',
        'system-rule|rocky|removed|1 rule: name rhel|',
        'ecosystem-rule|ecmascript|added||npm',
        'ecosystem-rule|javascript|changed|npm|other',
        'architecture|x86_64|changed|amd64|x64',
      ],
    ],
  );
});
