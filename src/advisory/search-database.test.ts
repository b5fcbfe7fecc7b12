import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { importDatabase } from './import-database.ts';
import { openDatabase } from './open-database.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';
import { type DatabaseQuery, searchDatabase } from './search-database.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-search-'));
after(() => fs.rmSync(folder, { recursive: true }));
const source = writeGrypeDatabase(folder);
const root = path.join(folder, 'db');
await importDatabase(source, root, {
  progress: SILENT,
  limits: DEFAULT_LIMITS,
  now: '2026-01-03T00:00:00Z',
});

function found(query: Partial<DatabaseQuery>): string[] {
  using database = openDatabase(root);
  const { path: generation } = database.description;
  return [...searchDatabase(generation, { ids: [], packages: [], ...query })].map((advisory) => {
    const { vulnerability, operatingSystem: system, packageName = '', product } = advisory;
    const where = system === undefined ? '' : ` ${system.name} ${system.minorVersion}`;
    const what = product === undefined ? packageName : `${product.vendor}/${product.product}`;
    return `${vulnerability} ${what}${where} ${advisory.effect}`;
  });
}

const MUSL = [
  'CVE-2020-0001 Musl alpine 10 affected',
  'CVE-2020-0001 Musl alpine 9 affected',
] as const;
const PADS = [
  'GHSA-aaaa-bbbb-cccc pad/left-pad affected',
  'GHSA-aaaa-bbbb-cccc left-pad affected',
] as const;
const PRODUCT = 'CVE-2020-0001 libc/Musl affected';
const NGINX = 'CVE-2020-0001 nginx redhat 4 unaffected';

test('an id is found wherever it is the id, an alias, or a CVE of a statement', () => {
  const all = [PADS[0], PRODUCT, PADS[1], ...MUSL, NGINX];
  assert.deepEqual(found({ ids: ['CVE-2020-0001'] }).toSorted(), all.toSorted());
  assert.deepEqual(found({ ids: ['OTHER-1'] }), PADS);
  assert.deepEqual(found({ ids: ['CVE-2020'] }), []);
});

test('a package is found by its name, whatever the case, and by its ecosystem', () => {
  assert.deepEqual(found({ packages: [{ name: 'musl' }] }), [PRODUCT, ...MUSL]);
  assert.deepEqual(found({ packages: [{ name: 'musl', ecosystem: 'apk' }] }), MUSL);
  assert.deepEqual(found({ packages: [{ name: 'musl', ecosystem: 'npm' }] }), []);
  assert.deepEqual(found({ packages: [{ name: 'LEFT-PAD', ecosystem: 'npm' }] }), [PADS[1]]);
});

test('a product is found by its vendor and name', () => {
  assert.deepEqual(found({ packages: [{ name: 'musl', vendor: 'libc' }] }), [PRODUCT]);
  assert.deepEqual(found({ packages: [{ name: 'musl', vendor: 'other' }] }), []);
});

test('ids, packages and systems have all to hold', () => {
  using database = openDatabase(root);
  const systems = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9' });
  assert.deepEqual(found({ systems }), [MUSL[1]]);
  assert.deepEqual(found({ systems, packages: [{ name: 'nginx' }] }), []);
  assert.deepEqual(found({ ids: ['OTHER-1'], packages: [{ name: 'musl' }] }), []);
});

test('a damaged shard is told, and is no empty answer', () => {
  const copy = path.join(folder, 'copy');
  fs.cpSync(root, copy, { recursive: true });
  using database = openDatabase(copy);
  const { path: generation } = database.description;
  fs.writeFileSync(path.join(generation, 'os-alpine.db'), Buffer.alloc(8192, 'x'));
  assert.throws(() => [...searchDatabase(generation, { ids: ['CVE-2020-0001'], packages: [] })], {
    code: 'E_DB_INVALID',
  });
});
