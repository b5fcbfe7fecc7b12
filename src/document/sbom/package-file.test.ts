import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, createPackage } from '../../../test/support/inventory.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { createFileProperties, detectFileKinds, findPackageFile } from './package-file.ts';

const FILE: InventoryFile = {
  path: '/app/run',
  type: 'regular',
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 1,
  mimeType: 'application/x-executable',
};

const EXECUTABLE = {
  format: 'elf',
  hasExports: false,
  hasEntrypoint: true,
  importedLibraries: [],
} as const;

const KINDS = detectFileKinds({
  ...createInventory({ packages: [] }),
  files: [
    { ...FILE, executable: EXECUTABLE },
    { ...FILE, path: '/app/a.jar', mimeType: 'application/java-archive' },
    { ...FILE, path: '/app/a.gz', mimeType: 'application/gzip' },
    { ...FILE, path: '/app/package.json', mimeType: 'application/json' },
  ],
});

function at(path: string) {
  return createPackage({ name: 'a', type: 'x', locations: [{ path, accessPath: path }] });
}

function listValues(path: string): readonly string[] {
  return createFileProperties(at(path), KINDS).map(({ value }) => value);
}

suite('the file of a package', () => {
  test('is a program or an archive, in BSI terms', () => {
    assert.deepEqual(listValues('/app/run'), ['run', 'executable', 'no archive', 'unstructured']);
    assert.deepEqual(listValues('/app/a.jar'), [
      'a.jar',
      'non-executable',
      'archive',
      'structured',
    ]);
  });

  test('is not derived from its record, nor from a compressed stream', () => {
    assert.deepEqual(listValues('/app/package.json'), []);
    assert.deepEqual(listValues('/app/a.gz'), []);
    assert.equal(findPackageFile(createPackage({ name: 'a', type: 'x' }), KINDS), undefined);
  });

  test('is the declared one if a document declares it', () => {
    const file = { name: 'b.whl', isExecutable: false, isArchive: true, isStructured: true };
    assert.equal(findPackageFile({ ...at('/app/run'), file }, KINDS), file);
  });
});
