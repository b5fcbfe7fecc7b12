import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { yarnLock } from './yarn-lock.ts';

const read = (text: string, path = '/app/yarn.lock'): ReturnType<typeof catalogued> =>
  catalogued(yarnLock, { [path]: text });

suite('yarn.lock', () => {
  test('of Yarn 1 names packages; each asks for a range that one of them answers', () => {
    const { packages, edges, problems } = read(`# yarn lockfile v1

"@babel/helper@^7.0.0", "@babel/helper@^7.4.4":
  version "7.4.4"
  resolved "https://registry.example.org/helper-7.4.4.tgz#a47e"
  integrity sha512-Y5nu==
  dependencies:
    ms "^1.0.0"
  optionalDependencies:
    "@x/y" "*"

ms@^1.0.0:
  version "1.0.1"

ms@^2.0.0, old-ms@npm:ms@^2.0.0:
  version "2.0.1"

"old-async@npm:async@0.9.2":
  version "0.9.2"`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations[0]?.line]),
      [
        ['pkg:npm/%40babel/helper@7.4.4', 3],
        ['pkg:npm/ms@1.0.1', 12],
        ['pkg:npm/ms@2.0.1', 15],
        ['pkg:npm/async@0.9.2', 18],
      ],
    );
    assert.deepEqual(packages[0]?.metadata, {
      kind: 'javascript-yarn-lock-entry',
      value: {
        resolved: 'https://registry.example.org/helper-7.4.4.tgz#a47e',
        integrity: 'sha512-Y5nu==',
        dependencies: { ms: '^1.0.0', '@x/y': '*' },
      },
    });
    assert.deepEqual(edges, ['ms 1.0.1 > @babel/helper 7.4.4']);
  });

  test('takes the licences of what is installed below its folder, in that version', () => {
    const { packages } = catalogued(yarnLock, {
      '/app/yarn.lock':
        'a@^1.0.0:\n  version "1.0.1"\n\n"@s/b@*":\n  version "2.0.0"\n\nc@*:\n  version "3.0.0"\n',
      '/app/node_modules/a/package.json': '{"name":"a","version":"1.0.1","license":"MIT"}',
      '/app/node_modules/@s/b/package.json':
        '{"name":"@s/b","version":"2.0.0","license":{"type":"Zlib"}}',
      '/app/node_modules/c/package.json': '{"name":"c","version":"3.0.1","license":"ISC"}',
      '/other/node_modules/c/package.json': '{"name":"c","version":"3.0.0","license":"ISC"}',
      '/app/node_modules/d/package.json': '{"name":"d","license":"ISC"}',
    });
    assert.deepEqual(
      packages.map(({ name, licenses }) => [name, licenses.map(({ value }) => value)]),
      [
        ['a', ['MIT']],
        ['@s/b', ['Zlib']],
        ['c', []],
      ],
    );
  });

  test('of later ones is read too, without workspaces', () => {
    const { packages, edges, problems } = read(`__metadata:
  version: 6

"a@npm:^1.0.0, a@npm:^1.2.0":
  version: 1.2.3
  resolution: "a@npm:1.2.3"
  dependencies:
    "@s/b": ^2.0.0
    c: "npm:^3.0.0"
  peerDependencies:
    d: "*"
  checksum: 10/abc
  languageName: node

"@s/b@npm:^2.0.0":
  version: 2.0.0
  resolution: "@s/b@npm:2.0.0"

"c@npm:^3.0.0":
  version: 3.0.0
  resolution: "c@npm:3.0.0"

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version }) => `${name} ${version}`),
      ['a 1.2.3', '@s/b 2.0.0', 'c 3.0.0'],
    );
    assert.deepEqual(edges, ['@s/b 2.0.0 > a 1.2.3', 'c 3.0.0 > a 1.2.3']);
  });

  test('of Yarn 1 names what is in the archive, where that is another package', () => {
    const { packages } = read(
      'polyfill@^1.5.1:\n  version "1.5.2"\n  resolved "https://registry.example.org/npm/@fork/polyfill/-/polyfill-1.5.2.tgz#58"',
    );
    assert.equal(packages[0]?.purl, 'pkg:npm/%40fork/polyfill@1.5.2');
  });

  test('loses one record for one without a version, and is ignored in node_modules', () => {
    const text = '<<<<<<< HEAD\na@1:\n  version "1"\nb@1:\n  version\n  resolved "x"\n';
    const { packages, problems } = read(text);
    assert.equal(packages.length, 1);
    assert.equal(problems.length, 2);
    assert.deepEqual(read(text, '/app/node_modules/x/yarn.lock').packages, []);
    assert.deepEqual(read('').packages, []);
  });
});
