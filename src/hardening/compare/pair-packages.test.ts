import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createPackage, type PackageSeed } from '../../../test/support/inventory.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { pairPackages } from './pair-packages.ts';

function createNpm(version: string, path: string): InventoryPackage {
  return createItem({
    name: 'lodash',
    type: 'npm',
    version,
    key: `${version} ${path}`,
    ...at(path),
  });
}

function createDeb(
  name: string,
  version: string,
  more: Partial<PackageSeed> = {},
): InventoryPackage {
  const key = [name, version, more.architecture ?? ''].join(' ');
  return createItem({ name, type: 'deb', version, key, ...at('/var/lib/dpkg/status'), ...more });
}

function createItem(seed: PackageSeed): InventoryPackage {
  return createPackage(seed);
}

function at(path: string): Pick<PackageSeed, 'locations'> {
  return { locations: [{ path, accessPath: path, evidence: 'primary' }] };
}

function formatPairs(
  before: readonly InventoryPackage[],
  after: readonly InventoryPackage[],
): string[] {
  return pairPackages(before, after).map(
    (pair) => `${pair.how}: ${pair.before?.key ?? '-'} > ${pair.after?.key ?? '-'}`,
  );
}

suite('pairs of packages', () => {
  test('a package is paired with the one in the same place, regardless of other moves', () => {
    assert.deepEqual(
      formatPairs(
        [createNpm('1.0', '/a'), createNpm('2.0', '/b')],
        [createNpm('2.0', '/a'), createNpm('1.0', '/b')],
      ),
      ['version: 2.0 /b > 1.0 /b', 'version: 1.0 /a > 2.0 /a'],
    );
  });

  test('more packages than a function takes arguments are added and removed', () => {
    const count = 200_000;
    const many = Array.from({ length: count }, (_, index) => createNpm('1.0', `/${index}`));
    assert.equal(pairPackages([], many).length, count);
    assert.equal(pairPackages(many, []).length, count);
  });

  test('the same version in another place has moved', () => {
    assert.deepEqual(formatPairs([createNpm('1.0', '/a')], [createNpm('1.0', '/c')]), [
      'moved: 1.0 /a > 1.0 /c',
    ]);
  });

  test('of several versions in one place, equal ones are paired first, then the oldest', () => {
    const before = ['1.9', '1.10', '3.0'].map((version) => createNpm(version, '/lock'));
    const after = ['3.0', '2.0', '1.11'].map((version) => createNpm(version, '/lock'));
    assert.deepEqual(formatPairs(before, after), [
      'version: 1.9 /lock > 1.11 /lock',
      'version: 1.10 /lock > 2.0 /lock',
      'same: 3.0 /lock > 3.0 /lock',
    ]);
  });

  test('packages of different architectures are kept apart', () => {
    const createBothArchitectures = (version: string): InventoryPackage[] => [
      createDeb('libc6', version, { architecture: 'amd64' }),
      createDeb('libc6', version, { architecture: 'i386' }),
    ];
    assert.deepEqual(
      formatPairs(createBothArchitectures('2.36'), createBothArchitectures('2.41').reverse()),
      [
        'version: libc6 2.36 amd64 > libc6 2.41 amd64',
        'version: libc6 2.36 i386 > libc6 2.41 i386',
      ],
    );
  });

  test('a package of the same source was renamed, one of another source was not', () => {
    const source = { upstreams: [{ name: 'openssl' }] };
    assert.deepEqual(
      formatPairs(
        [createDeb('libssl3', '3.0', source), createDeb('nano', '1')],
        [createDeb('libssl3t64', '3.5', source), createDeb('vim', '1')],
      ),
      ['renamed: libssl3 3.0  > libssl3t64 3.5 ', 'removed: nano 1  > -', 'added: - > vim 1 '],
    );
  });
});
