import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { License, Location, Package } from '../../foundation/core/package.ts';
import { computePackageKey } from '../../foundation/identity/package-key.ts';
import { mergePackages } from './package-merge.ts';

const at = (path: string, evidence: Location['evidence'] = 'primary'): Location => ({
  path,
  accessPath: path,
  evidence: evidence ?? 'primary',
});

function createPackage(more: Partial<Package>): Package {
  return {
    name: 'a',
    version: '1',
    type: 'x',
    language: '',
    purl: 'pkg:generic/a@1',
    foundBy: 'first',
    rule: 'a record',
    confidence: 1,
    locations: [at('/db')],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    ...more,
  };
}

const createLicense = (path: string): License => ({
  value: 'MIT',
  expression: 'MIT',
  kind: 'concluded',
  urls: [],
  locations: [at(path)],
});
const merge = (...packages: readonly Package[]) =>
  mergePackages(packages, (each) => ({ ...each, key: computePackageKey(each) }));

test('merges a package of two records with the data of both', () => {
  const merged = merge(
    createPackage({
      locations: [at('/db'), at('/list', 'supporting')],
      licenses: [createLicense('/LICENSE')],
      ownedFiles: [{ path: '/bin/a' }],
      otherOwnedFiles: [{ path: '/bin/link' }],
    }),
    createPackage({
      foundBy: 'second',
      locations: [at('/db'), at('/other', 'supporting')],
      licenses: [createLicense('/COPYING')],
      cpes: [{ cpe: 'cpe:2.3:a:a:a:1:*:*:*:*:*:*:*', source: 'declared' }],
      ownedFiles: [{ path: '/bin/a' }, { path: '/bin/b' }],
      neededLibraries: ['libc.so.6'],
      symbols: [{ path: 'p', symbols: ['f'] }],
    }),
  );
  assert.equal(merged.length, 1);
  const [one] = merged;
  assert.deepEqual(
    one?.locations.map(({ path }) => path),
    ['/db', '/list', '/other'],
  );
  assert.deepEqual(
    one?.licenses.map(({ value, locations }) => [value, locations.map(({ path }) => path)]),
    [['MIT', ['/LICENSE', '/COPYING']]],
  );
  assert.equal(one?.cpes.length, 1);
  assert.deepEqual(one?.ownedFiles, [{ path: '/bin/a' }, { path: '/bin/b' }]);
  assert.deepEqual(one?.otherOwnedFiles, [{ path: '/bin/link' }]);
  assert.deepEqual(one?.neededLibraries, ['libc.so.6']);
  assert.deepEqual(one?.symbols, [{ path: 'p', symbols: ['f'] }]);
  assert.equal(one?.foundBy, 'first');
});

test('keeps packages at two locations apart, and missing data absent', () => {
  const merged = merge(createPackage({}), createPackage({ locations: [at('/elsewhere')] }));
  assert.equal(merged.length, 2);
  assert.ok(merged.every((each) => !('symbols' in each) && !('otherOwnedFiles' in each)));
});
