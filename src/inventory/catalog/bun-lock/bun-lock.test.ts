import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { bunLock } from './bun-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(bunLock, { '/app/bun.lock': text });

suite('bun.lock', () => {
  test('uses the licenses of packages that are installed beside it', () => {
    const { packages } = catalogFiles(bunLock, {
      '/app/bun.lock':
        '{"workspaces":{"":{"dependencies":{"a":"1"}}},"packages":{"a":["a@1.0.0","",{},"x"]}}',
      '/app/node_modules/a/package.json': '{"name":"a","version":"1.0.0","license":"MIT"}',
    });
    assert.deepEqual(
      packages.map(({ name, licenses }) => [name, licenses.map(({ value }) => value)]),
      [['a', ['MIT']]],
    );
  });

  test('lists run-time packages, each with its nearest dependencies', () => {
    const { packages, edges, problems } = read(`{
  "lockfileVersion": 1, // text
  "workspaces": {
    "": { "dependencies": { "a": "1", "@s/b": "1" }, "devDependencies": { "dev": "1" } },
  },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "c": "1" }, "os": "linux" }, "sha512-x"],
    "a/c": ["c@1.5.0", "", {}, "sha512-y"],
    "@s/b": ["@s/b@1.0.0", "", { "optionalDependencies": { "c": "2", "own": "*" } }, "sha512-z"],
    "c": ["c@2.0.0", "", {}, "sha512-u"],
    "dev": ["dev@1.0.0", "", { "dependencies": { "deep": "1" } }, "sha512-v"],
    "deep": ["deep@1.0.0", "", {}, "sha512-w"],
    "own": ["own@workspace:packages/own"],
    "broken": ["broken"],
    "worse": 7,
  },
}`);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:npm/a@1.0.0', 'pkg:npm/c@1.5.0', 'pkg:npm/%40s/b@1.0.0', 'pkg:npm/c@2.0.0'],
    );
    assert.deepEqual(edges, ['c 1.5.0 > a 1.0.0', 'c 2.0.0 > @s/b 1.0.0']);
    assert.deepEqual(packages[0]?.metadata?.value, {
      integrity: 'sha512-x',
      dependencies: { c: '1' },
      optionalDependencies: null,
      peerDependencies: null,
      bin: null,
      os: 'linux',
      cpu: '',
    });
    assert.equal(problems.length, 2);
  });

  // Verified: `bun install --production` of Bun 1.3 installs ms alone.
  test('omits the peers of development dependencies', () => {
    const { packages } = read(`{
  "workspaces": {
    "": { "dependencies": { "ms": "2.1.2" }, "devDependencies": { "bun-types": "1.3.2" } },
  },
  "packages": {
    "@types/react": ["@types/react@19.2.5", "", { "dependencies": { "csstype": "^3.0.2" } }, "x"],
    "bun-types": ["bun-types@1.3.2", "", { "peerDependencies": { "@types/react": "^19" } }, "x"],
    "csstype": ["csstype@3.2.3", "", {}, "x"],
    "ms": ["ms@2.1.2", "", {}, "x"],
  },
}`);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:npm/ms@2.1.2'],
    );
  });

  // Verified: `bun install --production` of Bun 1.4 for styled-jsx and debug.
  test('includes peers of production packages, also locked optional ones', () => {
    const { packages, edges } = read(`{
  "workspaces": {
    "": { "peerDependencies": { "own": "1" }, "devDependencies": { "dev": "1" } },
    "packages/w": { "name": "w", "dependencies": { "a": "1" }, "devDependencies": { "own": "1" } },
  },
  "packages": {
    "a": ["a@2.0.0", "", {}, "x"],
    "b": ["b@1.0.0", "", {}, "x"],
    "dev": ["dev@1.0.0", "", { "dependencies": { "a": "2", "c": "1" } }, "x"],
    "c": ["c@1.0.0", "", {}, "x"],
    "own": ["own@1.0.0", "", {}, "x"],
    "w": ["w@workspace:packages/w"],
    "w/a": ["a@1.0.0", "", { "peerDependencies": { "b": "1", "c": "1" }, "optionalPeers": ["c"] }],
  },
}`);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:npm/b@1.0.0', 'pkg:npm/c@1.0.0', 'pkg:npm/own@1.0.0', 'pkg:npm/a@1.0.0'],
    );
    assert.deepEqual(edges, ['b 1.0.0 > a 1.0.0', 'c 1.0.0 > a 1.0.0']);
  });

  test('leaves out development dependencies of a linked directory', () => {
    const { packages } = read(`{
  "workspaces": { "": { "dependencies": { "lib": "file:./lib" } } },
  "packages": {
    "lib": ["lib@file:./lib", { "dependencies": { "a": "1" }, "devDependencies": { "b": "1" } }],
    "a": ["a@1.0.0", "", {}, "x"],
    "b": ["b@1.0.0", "", {}, "x"],
  },
}`);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:npm/a@1.0.0'],
    );
  });

  test('reports its former binary form as a problem', () => {
    const files = { '/app/bun.lockb': '#!/usr/bin/env bun\nbun-lockfile-format-v0\n' };
    const { packages, problems } = catalogFiles(bunLock, files);
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_UNSUPPORTED /app/bun.lockb:']);
    assert.deepEqual(catalogFiles(bunLock, { '/a/node_modules/b/bun.lockb': '' }).problems, []);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"packages": {', '{"packages": []}', '[]', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/bun.lock:']);
    }
  });

  test('with long paths as names has a cost bounded by its length', () => {
    const key = 'a/'.repeat(5_000);
    const text = JSON.stringify({ packages: { [key]: ['a@1', '', { dependencies: { b: '1' } }] } });
    assert.equal(read(text).packages.length, 1);
  });
});
