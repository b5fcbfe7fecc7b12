import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_INVENTORY, SAMPLE_REPORT } from '../../../test/support/sample-report.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { chooseCyclonedxVersion, createCyclonedxModel, toReference } from './cyclonedx-model.ts';

function createModel(inventory: Inventory): ReturnType<typeof createCyclonedxModel> {
  return createCyclonedxModel({ ...SAMPLE_REPORT, inventory }, { isFull: true });
}

function readDependency(from: string, to: string): Inventory['relationships'][number] {
  return { kind: 'dependency-of', from, to };
}

suite('the model of CycloneDX', () => {
  test('every package is reachable from the target, even in circles', () => {
    const packages = ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key, name: key, type: 'x' }));
    const relationships = [
      readDependency('b', 'a'),
      readDependency('c', 'd'),
      readDependency('d', 'c'),
      readDependency('gone', 'a'),
      readDependency('e', 'e'),
    ];
    const { dependencies } = createModel(createInventory({ packages, relationships }));
    assert.deepEqual(dependencies, [
      { ref: 'target:directory', dependsOn: ['a', 'c', 'e'] },
      { ref: 'a', dependsOn: ['b'] },
      { ref: 'c', dependsOn: ['d'] },
      { ref: 'd', dependsOn: ['c'] },
      { ref: 'e', dependsOn: ['e'] },
    ]);
  });

  test('two copies of a package have different references', () => {
    const references = [...createModel(SAMPLE_INVENTORY).components()].map(({ ref }) => ref);
    assert.equal(new Set(references).size, references.length);
  });

  test('the key precedes the subpath of a package URL', () => {
    const [pkg] = SAMPLE_INVENTORY.packages;
    assert.ok(pkg);
    const purl = 'pkg:golang/example.org/m@v1#sub';
    assert.equal(
      toReference({ ...pkg, key: 'k', purl }),
      'pkg:golang/example.org/m@v1?package-id=k#sub',
    );
  });

  test('writes the default version if none is requested', () => {
    assert.equal(chooseCyclonedxVersion(undefined), '1.6');
    assert.equal(chooseCyclonedxVersion('1.4'), '1.4');
  });

  test('writes a system as a component with all known facts', () => {
    const system = [...createModel(SAMPLE_INVENTORY).components()].find(
      ({ type }) => type === 'operating-system',
    );
    assert.equal(system?.ref, 'os:alpine@3.20.3');
    assert.ok(system.properties.some(({ name }) => name === 'plimsoll:distro'));
  });
});
