import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory, InventoryFile } from '../../foundation/core/inventory.ts';
import { mergeInventories } from './merge-inventories.ts';

const AT_A = { path: '/a', accessPath: '/a' };
const AT_B = { path: '/b', accessPath: '/b' };

test('merges a package of two documents with the evidence of both', () => {
  const first = createInventory({
    packages: [{ name: 'zlib', type: 'deb', key: '1', locations: [AT_A] }],
  });
  const second = createInventory({
    packages: [
      {
        name: 'zlib',
        type: 'deb',
        key: '1',
        locations: [AT_B],
        cpes: ['cpe:2.3:a:z:z:1:*:*:*:*:*:*:*'],
      },
      { name: 'curl', type: 'deb', key: '2' },
    ],
  });
  const { packages, target } = mergeInventories([first, second]);
  assert.deepEqual(
    packages.map(({ name, locations, cpes }) => [
      name,
      locations.map(({ path }) => path),
      cpes.length,
    ]),
    [
      ['curl', [], 0],
      ['zlib', ['/a', '/b'], 1],
    ],
  );
  assert.equal(target.kind, 'sbom');
  assert.equal(mergeInventories([first, second], 'app').target.name, 'app');
});

test('keeps the edges of all inventories without duplicates', () => {
  const edge = { kind: 'dependency-of', from: '1', to: '2' } as const;
  const part = createInventory({
    packages: [
      { name: 'a', type: 'npm', key: '1' },
      { name: 'b', type: 'npm', key: '2' },
    ],
    relationships: [edge],
  });
  assert.deepEqual(mergeInventories([part, part]).relationships, [edge]);
});

test('keeps the distribution of each package if the distributions differ', () => {
  const createPart = (id: string, versionId: string, type: string) =>
    createInventory({ distro: { id, versionId }, packages: [{ name: id, type, key: id }] });
  const [alpine, debian] = [createPart('alpine', '3.20', 'apk'), createPart('debian', '12', 'deb')];
  const none = createInventory({ packages: [] });
  assert.equal(mergeInventories([none, alpine]).distro?.id, 'alpine');
  const { distro, problems, packages } = mergeInventories([alpine, debian]);
  assert.equal(distro, undefined);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map((item) => `${item.name} ${item.distro?.versionId}`),
    ['alpine 3.20', 'debian 12'],
  );
});

test('adds up the executables of documents that list files and of those that only count them', () => {
  const unexplained = [{ path: '/opt/b', sizeBytes: 5, format: 'elf' }] as const;
  const fileSummary = { executables: 2, bytes: 10, unexplained, unexplainedBytes: 5 };
  const counted = { ...createInventory({ packages: [] }), fileSummary };
  const executable = { format: 'pe', hasExports: false, hasEntrypoint: true } as const;
  const file: InventoryFile = {
    path: '/opt/a',
    type: 'regular',
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes: 7,
    mimeType: '',
    executable: { ...executable, importedLibraries: [] },
  };
  const listed = { ...createInventory({ packages: [] }), files: [file] };
  assert.deepEqual(mergeInventories([counted, listed]).fileSummary, {
    executables: 3,
    bytes: 17,
    unexplained: [{ path: '/opt/a', sizeBytes: 7, format: 'pe' }, ...unexplained],
    unexplainedBytes: 12,
  });
  assert.equal(mergeInventories([listed, listed]).fileSummary, undefined);
});

test('files that one document lists with a package are not those of another document', () => {
  const [file] = [{ path: '/a' } as InventoryFile];
  const createPart = (installedFiles?: readonly InventoryFile[]) => {
    const part = createInventory({ packages: [{ name: 'a', type: 'deb', key: '1' }] });
    const packages = part.packages.map((pkg) => ({ ...pkg, ...defined({ installedFiles }) }));
    return { ...part, packages };
  };
  const mergeFiles = (...parts: readonly Inventory[]) =>
    mergeInventories(parts).packages[0]?.installedFiles;
  assert.equal(mergeFiles(createPart([file]), createPart()), undefined);
  assert.equal(mergeFiles(createPart(), createPart([file])), undefined);
  assert.deepEqual(mergeFiles(createPart([file]), createPart([file])), [file]);
});
