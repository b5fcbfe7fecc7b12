import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf } from '../../../test/support/inventory.ts';
import { SAMPLE_INVENTORY, SAMPLE_REPORT } from '../../../test/support/sample-report.ts';
import type { Inventory } from '../../core/inventory.ts';
import { chooseCyclonedxVersion, createCyclonedxModel, toReference } from './cyclonedx-model.ts';

function modelOf(inventory: Inventory): ReturnType<typeof createCyclonedxModel> {
  return createCyclonedxModel({ ...SAMPLE_REPORT, inventory });
}

function readDependency(from: string, to: string): Inventory['relationships'][number] {
  return { kind: 'dependency-of', from, to };
}

suite('the model of CycloneDX', () => {
  test('every package can be reached from the target, those in a circle too', () => {
    const packages = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, name: key, type: 'x' }));
    const relationships = [
      readDependency('b', 'a'),
      readDependency('c', 'd'),
      readDependency('d', 'c'),
      readDependency('gone', 'a'),
      readDependency('e', 'e'),
    ];
    const { dependencies } = modelOf(inventoryOf({ packages, relationships }));
    assert.deepEqual(dependencies, [
      { ref: 'target:directory', dependsOn: ['a', 'c', 'e'] },
      { ref: 'a', dependsOn: ['b'] },
      { ref: 'c', dependsOn: ['d'] },
      { ref: 'd', dependsOn: ['c'] },
      { ref: 'e', dependsOn: ['e'] },
    ]);
  });

  test('two copies of a package have references of their own', () => {
    const references = [...modelOf(SAMPLE_INVENTORY).components()].map(({ ref }) => ref);
    assert.equal(new Set(references).size, references.length);
  });

  test('the key goes before the part of a package URL that names a path in it', () => {
    const [pkg] = SAMPLE_INVENTORY.packages;
    assert.ok(pkg);
    const purl = 'pkg:golang/example.org/m@v1#sub';
    assert.equal(
      toReference({ ...pkg, key: 'k', purl }),
      'pkg:golang/example.org/m@v1?package-id=k#sub',
    );
  });

  test('the usual version is written where none is asked for', () => {
    assert.equal(chooseCyclonedxVersion(undefined), '1.6');
    assert.equal(chooseCyclonedxVersion('1.4'), '1.4');
  });

  test('a system is a component, with all that is known of it', () => {
    const system = [...modelOf(SAMPLE_INVENTORY).components()].find(
      ({ type }) => type === 'operating-system',
    );
    assert.equal(system?.ref, 'os:alpine@3.20.3');
    assert.ok(system.properties.some(({ name }) => name === 'plimsoll:distro'));
  });
});
