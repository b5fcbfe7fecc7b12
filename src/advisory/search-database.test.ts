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

function searchSample(query: Partial<DatabaseQuery>): string[] {
  return [...searchDatabase(root, { ids: [], packages: [], ...query })].map((advisory) => {
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

test('finds an ID as the ID, alias or CVE of a statement', () => {
  const all = [PADS[0], PRODUCT, PADS[1], ...MUSL, NGINX];
  assert.deepEqual(searchSample({ ids: ['CVE-2020-0001'] }).toSorted(), all.toSorted());
  assert.deepEqual(searchSample({ ids: ['OTHER-1'] }), PADS);
  assert.deepEqual(searchSample({ ids: ['CVE-2020'] }), []);
});

test('finds a package by name in any case, and by ecosystem', () => {
  assert.deepEqual(searchSample({ packages: [{ name: 'musl' }] }), [PRODUCT, ...MUSL]);
  assert.deepEqual(searchSample({ packages: [{ name: 'musl', ecosystem: 'apk' }] }), MUSL);
  assert.deepEqual(searchSample({ packages: [{ name: 'musl', ecosystem: 'npm' }] }), []);
  assert.deepEqual(searchSample({ packages: [{ name: 'LEFT-PAD', ecosystem: 'npm' }] }), [PADS[1]]);
});

test('finds a product by vendor and name', () => {
  assert.deepEqual(searchSample({ packages: [{ name: 'musl', vendor: 'libc' }] }), [PRODUCT]);
  assert.deepEqual(searchSample({ packages: [{ name: 'musl', vendor: 'other' }] }), []);
});

test('combines IDs, packages and systems', () => {
  using database = openDatabase(root);
  const systems = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9' });
  assert.deepEqual(searchSample({ systems }), [MUSL[1]]);
  assert.deepEqual(searchSample({ systems, packages: [{ name: 'nginx' }] }), []);
  assert.deepEqual(searchSample({ ids: ['OTHER-1'], packages: [{ name: 'musl' }] }), []);
});

test('reports a damaged shard instead of an empty result', () => {
  const copy = path.join(folder, 'copy');
  fs.cpSync(root, copy, { recursive: true });
  using database = openDatabase(copy);
  const { path: generation } = database.description;
  fs.writeFileSync(path.join(generation, 'os-alpine.db'), Buffer.alloc(8192, 'x'));
  assert.throws(() => [...searchDatabase(copy, { ids: ['CVE-2020-0001'], packages: [] })], {
    code: 'E_DB_INVALID',
  });
});
