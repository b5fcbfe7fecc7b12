import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inventoryOf } from '../../test/support/inventory.ts';
import { mergeInventories } from './merge-inventories.ts';

const AT_A = { path: '/a', accessPath: '/a' };
const AT_B = { path: '/b', accessPath: '/b' };

test('a package that two documents know is one, with the evidence of both', () => {
  const first = inventoryOf({
    packages: [{ name: 'zlib', type: 'deb', key: '1', locations: [AT_A] }],
  });
  const second = inventoryOf({
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

test('edges of all parts are kept, each once', () => {
  const edge = { kind: 'dependency-of', from: '1', to: '2' } as const;
  const part = inventoryOf({
    packages: [
      { name: 'a', type: 'npm', key: '1' },
      { name: 'b', type: 'npm', key: '2' },
    ],
    relationships: [edge],
  });
  assert.deepEqual(mergeInventories([part, part]).relationships, [edge]);
});

test('one operating system is that of the whole; two are a problem and none', () => {
  const alpine = inventoryOf({ distro: { id: 'alpine', versionId: '3.20' }, packages: [] });
  const debian = inventoryOf({ distro: { id: 'debian', versionId: '12' }, packages: [] });
  const none = inventoryOf({ packages: [] });
  assert.equal(mergeInventories([none, alpine]).distro?.id, 'alpine');
  const { distro, problems } = mergeInventories([alpine, debian]);
  assert.equal(distro, undefined);
  assert.match(problems[0]?.message ?? '', /alpine 3.20, debian 12/);
});
