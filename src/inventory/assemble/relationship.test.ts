import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSquashedView } from '../../image/view/squashed-view.ts';
import { relate } from './relationship.ts';

function createPackage(key: string, more: Partial<InventoryPackage> = {}): InventoryPackage {
  return {
    key,
    name: key,
    version: '1',
    type: 'any',
    language: '',
    purl: '',
    foundBy: key,
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    ...more,
  };
}

test('adds one edge from a program to each package that contains its libraries', () => {
  const packages = [
    createPackage('app', {
      neededLibraries: ['libc.so.6', 'libm.so.6', 'libown.so', 'libgone.so'],
    }),
    createPackage('libc', {
      ownedFiles: [{ path: '/lib/libm.so.6' }, { path: '/lib/libc-2.31.so' }],
      otherOwnedFiles: [{ path: '/lib/libc.so.6' }],
    }),
    createPackage('noted', {
      locations: [{ path: '/opt/libown.so', accessPath: '/opt/libown.so' }],
    }),
    createPackage('other', { ownedFiles: [{ path: '/lib/libz.so.1' }] }),
  ];
  const { relationships } = relate(
    {
      view: createSquashedView([]),
      packages,
      others: [],
      assemblies: [],
      keysByPackage: new Map(),
    },
    DEFAULT_LIMITS,
  );
  assert.deepEqual(
    relationships.filter(({ kind }) => kind === 'dependency-of'),
    [
      { kind: 'dependency-of', from: 'libc', to: 'app' },
      { kind: 'dependency-of', from: 'noted', to: 'app' },
    ],
  );
});

test('adds no edge for a library of the package itself or without an owner', () => {
  const self = createPackage('self', {
    neededLibraries: ['libself.so', 'libnobody.so'],
    locations: [{ path: '/opt/libself.so', accessPath: '/opt/libself.so' }],
  });
  const { relationships } = relate(
    {
      view: createSquashedView([]),
      packages: [self],
      others: [],
      assemblies: [],
      keysByPackage: new Map(),
    },
    DEFAULT_LIMITS,
  );
  assert.deepEqual(
    relationships.map(({ kind }) => kind),
    ['evident-by'],
  );
});
