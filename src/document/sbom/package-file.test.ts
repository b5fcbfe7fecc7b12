import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf, packageOf } from '../../../test/support/inventory.ts';
import type { InventoryFile } from '../../core/inventory.ts';
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
  ...inventoryOf({ packages: [] }),
  files: [
    { ...FILE, executable: EXECUTABLE },
    { ...FILE, path: '/app/a.jar', mimeType: 'application/java-archive' },
    { ...FILE, path: '/app/a.gz', mimeType: 'application/gzip' },
    { ...FILE, path: '/app/package.json', mimeType: 'application/json' },
  ],
});

function at(path: string) {
  return packageOf({ name: 'a', type: 'x', locations: [{ path, accessPath: path }] });
}

function words(path: string): readonly string[] {
  return createFileProperties(at(path), KINDS).map(({ value }) => value);
}

suite('the file that a package is', () => {
  test('is a program or an archive, in the words of the BSI', () => {
    assert.deepEqual(words('/app/run'), ['run', 'executable', 'no archive', 'unstructured']);
    assert.deepEqual(words('/app/a.jar'), ['a.jar', 'non-executable', 'archive', 'structured']);
  });

  test('is not guessed from a record of it, nor from a stream that was compressed', () => {
    assert.deepEqual(words('/app/package.json'), []);
    assert.deepEqual(words('/app/a.gz'), []);
    assert.equal(findPackageFile(packageOf({ name: 'a', type: 'x' }), KINDS), undefined);
  });

  test('is what a document told, where that did', () => {
    const file = { name: 'b.whl', isExecutable: false, isArchive: true, isStructured: true };
    assert.equal(findPackageFile({ ...at('/app/run'), file }, KINDS), file);
  });
});
