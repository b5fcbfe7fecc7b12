import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf, packageOf } from '../../../test/support/inventory.ts';
import { SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import {
  collectPossessions,
  createPackageProperties,
  createTargetProperties,
} from './sbom-property.ts';

suite('properties for what formats have no field for', () => {
  test('a long list of functions becomes several properties with the same path', () => {
    const symbols = [
      { path: 'example.org/m', symbols: Array.from({ length: 401 }, (_, n) => `F${n}`) },
    ];
    const parts = createPackageProperties(packageOf({ name: 'a', type: 'x', symbols }), new Map())
      .filter(({ name }) => name === 'plimsoll:symbols')
      .map(({ value }) => JSON.parse(value) as { path: string; symbols: string[] });
    assert.deepEqual(
      parts.map(({ symbols: names }) => names.length),
      [200, 200, 1],
    );
    assert.deepEqual(
      parts.flatMap(({ symbols: names }) => names),
      symbols[0]?.symbols,
    );
    assert.ok(parts.every(({ path }) => path === 'example.org/m'));
  });

  test('an empty module is told, an unknown one is not', () => {
    const names = (modularity: { readonly modularity?: string }): string[] =>
      createPackageProperties(packageOf({ name: 'a', type: 'x', ...modularity }), new Map()).map(
        ({ name }) => name,
      );
    assert.ok(names({ modularity: '' }).includes('plimsoll:modularity'));
    assert.ok(!names({}).includes('plimsoll:modularity'));
  });

  test('metadata is told member by member, without the list of files', () => {
    const metadata = { kind: 'k', value: { files: [1], epoch: 0, none: undefined, nothing: null } };
    const told = createPackageProperties(packageOf({ name: 'a', type: 'x', metadata }), new Map())
      .filter(({ name }) => name.startsWith('plimsoll:metadata'))
      .map(({ name, value }) => `${name}=${value}`);
    assert.deepEqual(told, [
      'plimsoll:metadataKind=k',
      'plimsoll:metadata:epoch=0',
      'plimsoll:metadata:nothing=null',
    ]);
  });

  test('ownership is told with the package that owns', () => {
    const relationships = [{ kind: 'owns-package', from: 'a', to: 'b', paths: ['/x'] }] as const;
    const owned = collectPossessions(inventoryOf({ packages: [], relationships }));
    const properties = createPackageProperties(
      packageOf({ key: 'a', name: 'a', type: 'x' }),
      owned,
    );
    assert.deepEqual(
      properties.filter(({ name }) => name === 'plimsoll:ownsPackage'),
      [{ name: 'plimsoll:ownsPackage', value: '{"key":"b","paths":["/x"]}' }],
    );
  });

  test('problems are never dropped in silence', () => {
    const names = createTargetProperties(SAMPLE_INVENTORY).map(({ name }) => name);
    assert.equal(names.filter((name) => name === 'plimsoll:problem').length, 3);
    assert.ok(names.includes('plimsoll:problemsNotListed'));
  });
});
