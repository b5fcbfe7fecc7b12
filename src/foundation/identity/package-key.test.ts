import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package } from '../core/package.ts';
import { computePackageKey } from './package-key.ts';

function createExample(changes: Partial<Package> = {}): Package {
  return {
    name: 'musl',
    version: '1.2.5-r0',
    type: 'apk',
    language: '',
    purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3',
    foundBy: 'apk-db',
    rule: 'a record of the apk database',
    confidence: 1,
    locations: [
      { path: '/lib/apk/db/installed', accessPath: '/lib/apk/db/installed', evidence: 'primary' },
    ],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    ...changes,
  };
}

function at(path: string, evidence: 'primary' | 'supporting'): Package['locations'][number] {
  return { path, accessPath: path, evidence };
}

test('the key of a package never changes between versions of plimsoll', () => {
  assert.equal(computePackageKey(createExample()), '2a2215a5aab0c7d2');
  assert.equal(computePackageKey(createExample({ purl: '', type: 'binary' })), '9a0b7734afe8a3e3');
});

test('ignores order, repetition and supporting evidence', () => {
  const one = createExample({ locations: [at('/a', 'primary'), at('/b', 'primary')] });
  const other = createExample({
    locations: [
      at('/b', 'primary'),
      at('/c', 'supporting'),
      at('/a', 'primary'),
      at('/a', 'primary'),
    ],
  });
  assert.equal(computePackageKey(one), computePackageKey(other));
});

test('depends on type, package URL and primary paths', () => {
  const keys = [
    createExample(),
    createExample({ type: 'deb' }),
    createExample({ purl: 'pkg:apk/alpine/musl@1.2.5-r1' }),
    createExample({ locations: [at('/a', 'primary')] }),
    createExample({ locations: [at('/a', 'primary'), at('/b', 'primary')] }),
  ].map(computePackageKey);
  assert.equal(new Set(keys).size, keys.length);
});

test('depends on name and version if there is no package URL', () => {
  const one = computePackageKey(createExample({ purl: '', name: 'a', version: 'bc' }));
  const other = computePackageKey(createExample({ purl: '', name: 'ab', version: 'c' }));
  assert.notEqual(one, other);
});
