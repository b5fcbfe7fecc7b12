import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, createPackage } from '../../../test/support/inventory.ts';
import { SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import {
  collectPossessions,
  createPackageProperties,
  createTargetProperties,
} from './sbom-property.ts';

suite('properties for facts without a field in the format', () => {
  test('a long list of functions becomes several properties with the same path', () => {
    const symbols = [
      { path: 'example.org/m', symbols: Array.from({ length: 401 }, (_, n) => `F${n}`) },
    ];
    const parts = createPackageProperties(
      createPackage({ name: 'a', type: 'x', symbols }),
      new Map(),
    )
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

  test('writes an empty module, and omits an unknown one', () => {
    const listNames = (modularity: { readonly modularity?: string }): string[] =>
      createPackageProperties(
        createPackage({ name: 'a', type: 'x', ...modularity }),
        new Map(),
      ).map(({ name }) => name);
    assert.ok(listNames({ modularity: '' }).includes('plimsoll:modularity'));
    assert.ok(!listNames({}).includes('plimsoll:modularity'));
  });

  test('writes metadata by member, without the list of files', () => {
    const metadata = { kind: 'k', value: { files: [1], epoch: 0, none: undefined, nothing: null } };
    const told = createPackageProperties(
      createPackage({ name: 'a', type: 'x', metadata }),
      new Map(),
    )
      .filter(({ name }) => name.startsWith('plimsoll:metadata'))
      .map(({ name, value }) => `${name}=${value}`);
    assert.deepEqual(told, [
      'plimsoll:metadataKind=k',
      'plimsoll:metadata:epoch=0',
      'plimsoll:metadata:nothing=null',
    ]);
  });

  test('writes ownership with the owning package', () => {
    const relationships = [{ kind: 'owns-package', from: 'a', to: 'b', paths: ['/x'] }] as const;
    const owned = collectPossessions(createInventory({ packages: [], relationships }));
    const properties = createPackageProperties(
      createPackage({ key: 'a', name: 'a', type: 'x' }),
      owned,
    );
    assert.deepEqual(
      properties.filter(({ name }) => name === 'plimsoll:ownsPackage'),
      [{ name: 'plimsoll:ownsPackage', value: '{"key":"b","paths":["/x"]}' }],
    );
  });

  test('never drops problems silently', () => {
    const names = createTargetProperties(SAMPLE_INVENTORY).map(({ name }) => name);
    assert.equal(names.filter((name) => name === 'plimsoll:problem').length, 3);
    assert.ok(names.includes('plimsoll:problemsNotListed'));
  });
});
