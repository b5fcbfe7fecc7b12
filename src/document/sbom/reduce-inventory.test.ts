import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, createPackage } from '../../../test/support/inventory.ts';
import { IMAGE } from '../../../test/support/sample-report.ts';
import { measureCoverage } from '../../foundation/core/coverage.ts';
import type {
  Inventory,
  InventoryFile,
  InventoryPackage,
} from '../../foundation/core/inventory.ts';
import { reduceInventory } from './reduce-inventory.ts';

const EXECUTABLE = {
  format: 'elf',
  hasExports: true,
  hasEntrypoint: true,
  importedLibraries: [],
} as const;

function createFile(path: string, more: Partial<InventoryFile> = {}): InventoryFile {
  const frame = { type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 10 } as const;
  return { path, mimeType: 'text/plain', ...frame, ...more };
}

function reduce(paths: readonly string[], files: readonly InventoryFile[]): InventoryPackage {
  const pkg = createPackage({
    name: 'a',
    type: 'deb',
    ownedFiles: paths.map((path) => ({ path })),
  });
  const inventory = { ...createInventory({ packages: [], target: IMAGE }), files, packages: [pkg] };
  const [reduced] = reduceInventory(inventory).packages;
  return reduced ?? assert.fail();
}

const DOCUMENTATION = '/usr/share/doc/a/README';
const PROGRAM = createFile('/usr/bin/a', { mode: 0o755 });

function listInstalled(paths: readonly string[], files: readonly InventoryFile[]) {
  return reduce(paths, files).installedFiles?.map(({ path }) => path);
}

suite('a reduced inventory', () => {
  test('keeps the files of a package only if they can decide about a finding', () => {
    const files = [createFile(DOCUMENTATION), createFile('/etc/a.conf'), PROGRAM];
    assert.deepEqual(listInstalled([DOCUMENTATION], files), [DOCUMENTATION]);
    assert.deepEqual(listInstalled([DOCUMENTATION, '/etc/a.conf'], files), [
      DOCUMENTATION,
      '/etc/a.conf',
    ]);
    assert.equal(listInstalled([DOCUMENTATION, PROGRAM.path], files), undefined);
    assert.deepEqual(reduce([DOCUMENTATION, PROGRAM.path], files).ownedFiles, []);
    assert.equal(listInstalled([], files), undefined);
  });

  test('keeps the record of a package whose files are all gone', () => {
    const { installedFiles, ownedFiles } = reduce(['/usr/bin/gone'], [PROGRAM]);
    assert.deepEqual([installedFiles, ownedFiles], [[], [{ path: '/usr/bin/gone' }]]);
  });

  test('keeps the record of documentation if the files are not known', () => {
    const { installedFiles, ownedFiles } = reduce([DOCUMENTATION], []);
    assert.deepEqual([installedFiles, ownedFiles], [undefined, [{ path: DOCUMENTATION }]]);
    assert.deepEqual(reduce(['/usr/bin/gone'], []).ownedFiles, []);
  });

  test('keeps scripts in documentation, and kernel headers beside scripts', () => {
    const example = createFile('/usr/share/doc/a/run', { mode: 0o755 });
    assert.deepEqual(listInstalled([example.path], [example]), [example.path]);
    const header = createFile('/usr/include/linux/a.h');
    const script = createFile('/usr/src/linux-headers-6/scripts/a', { mode: 0o755 });
    assert.deepEqual(listInstalled([header.path, script.path], [header, script]), [
      header.path,
      script.path,
    ]);
  });

  test('is as incomplete as the whole', () => {
    const loader = createFile('/lib/ld-musl-x86_64.so.1', { executable: EXECUTABLE });
    const interpreter = loader.path;
    const program = createFile('/opt/a', { executable: { ...EXECUTABLE, interpreter } });
    const whole: Inventory = {
      ...createInventory({ packages: [{ name: 'a', type: 'deb' }], target: IMAGE }),
      files: [loader, program],
    };
    const reduced = reduceInventory(whole);
    assert.deepEqual(reduced.files, []);
    assert.deepEqual(measureCoverage(reduced), measureCoverage(whole));
    assert.deepEqual(
      measureCoverage(whole).reasons.map(({ about }) => about),
      ['package-database', 'executables'],
    );
    assert.deepEqual(reduceInventory(reduced), reduced);
  });

  test('keeps the only file of a target, which identifies it', () => {
    const target = { kind: 'file', userInput: 'a', name: 'a', path: 'a' } as const;
    const inventory = { ...createInventory({ packages: [], target }), files: [PROGRAM] };
    assert.deepEqual(reduceInventory(inventory).files, [PROGRAM]);
  });
});
