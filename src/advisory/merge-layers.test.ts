import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatingSystem } from '../core/advisory.ts';
import { mergeReleases } from './merge-layers.ts';
import { type ReleaseTables, resolveReleases } from './resolve-release.ts';

const ROCKY_9 = { id: 'rocky', idLike: ['rhel'], versionId: '9.4' };

function createTables(name: string, releaseId: string, statements: number): ReleaseTables {
  const system: OperatingSystem = {
    id: 1,
    name,
    releaseId,
    majorVersion: '9',
    minorVersion: '',
    label: '',
    codename: '',
    channel: '',
  };
  const coverage = new Map([[1, { statements, unfixed: 0 }]]);
  return { systems: [system], overrides: [], coverage };
}

/** A base that replaces Rocky Linux by Red Hat, as Grype's databases do. */
const BASE: ReleaseTables = {
  ...createTables('redhat', 'rhel', 5),
  overrides: [
    {
      alias: 'rockylinux',
      version: '',
      versionPattern: '',
      codename: '',
      isRolling: false,
      name: 'rhel',
    },
  ],
};

function resolveNames(tables: readonly ReleaseTables[]): readonly string[] {
  const options = { isReplaced: true, isWidened: true, isStated: true };
  return resolveReleases(ROCKY_9, mergeReleases(tables), options).map(({ name }) => name);
}

test('errata of a distribution apply next to the statements that the base replaces them by', () => {
  assert.deepEqual(resolveNames([BASE]), ['redhat']);
  assert.deepEqual(resolveNames([BASE, createTables('rockylinux', 'rocky', 3)]), [
    'rockylinux',
    'redhat',
  ]);
});

test('a layer without statements about the distribution changes nothing', () => {
  assert.deepEqual(resolveNames([BASE, createTables('rockylinux', 'rocky', 0)]), ['redhat']);
  assert.deepEqual(resolveNames([BASE, createTables('debian', 'debian', 3)]), ['redhat']);
});
