import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../foundation/core/limits.ts';
import { yarnLock } from './yarn-lock.ts';

const read = (text: string, path = '/app/yarn.lock'): ReturnType<typeof catalogFiles> =>
  catalogFiles(yarnLock, { [path]: text });

const listPackages = (files: Record<string, string>): string[] =>
  catalogFiles(yarnLock, files).packages.map(({ name, version }) => `${name} ${version}`);

suite('yarn.lock', () => {
  test('of Yarn 1 lists packages with edges by the requested ranges', () => {
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

  test('uses the licenses of packages installed below its directory in that version', () => {
    const { packages } = catalogFiles(yarnLock, {
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

  test('of later versions is read, too, without workspaces', () => {
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

  // Verified: `yarn install --production` of Yarn 1.22.
  test('leaves out packages that only development dependencies of its project need', () => {
    const lock = `# yarn lockfile v1
lodash@4.17.15:
  version "4.17.15"
  dependencies:
    deep "*"
    ms "2.1.2"

ms@2.1.2:
  version "2.1.2"

deep@*:
  version "1.0.0"

stale@^1.0.0:
  version "1.0.0"
`;
    const manifest = '{"dependencies":{"ms":"2.1.2"},"devDependencies":{"lodash":"4.17.15"}}';
    const files = { '/app/yarn.lock': lock, '/app/package.json': manifest };
    assert.deepEqual(listPackages(files), ['ms 2.1.2']);
    // A package that is missing in the lock file may lead to the others.
    const unclear = manifest.replace('"ms":', '"gone":"1","ms":');
    assert.deepEqual(listPackages({ ...files, '/app/package.json': unclear }), [
      'ms 2.1.2',
      'stale 1.0.0',
    ]);
    assert.equal(listPackages({ '/app/yarn.lock': lock }).length, 4);
    assert.equal(listPackages({ ...files, '/app/package.json': '{' }).length, 4);
    assert.equal(
      listPackages({ ...files, '/app/package.json': '{"workspaces":["w/*"]}' }).length,
      4,
    );
  });

  test('of Yarn 1 includes projects that match the patterns of its project', () => {
    const files = {
      '/app/yarn.lock':
        'a@^1.0.0:\n  version "1.0.0"\na@^2.0.0:\n  version "2.0.0"\nb@^1.0.0:\n  version "1.0.0"\n',
      '/app/package.json':
        '{"workspaces":{"packages":["./packages/*"]},"devDependencies":{"a":"^1.0.0","b":"^1.0.0"}}',
      '/app/packages/w/package.json': '{"optionalDependencies":{"a":"^1.0.0"}}',
      '/app/packages/v/package.json': '{"devDependencies":{"a":"^2.0.0"}}',
      '/app/other/package.json': '{"dependencies":{"b":"^1.0.0"}}',
      '/app/packages/w/node_modules/x/package.json': '{"dependencies":{"b":"^1.0.0"}}',
    };
    assert.deepEqual(listPackages(files), ['a 1.0.0']);
  });

  test('of later versions marks development packages by its workspaces', () => {
    const files = {
      '/app/yarn.lock': `__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    dev: "npm:^1.0.0"

"gone@workspace:packages/gone":
  version: 0.0.0-use.local
  resolution: "gone@workspace:packages/gone"
  dependencies:
    c: "npm:^1.0.0"

"w@workspace:*, w@workspace:packages/w":
  version: 0.0.0-use.local
  resolution: "w@workspace:packages/w"
  dependencies:
    a: "npm:^1.0.0"
    b: "npm:^1.0.0"

"linked@link:../linked::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "linked@link:../linked::locator=app%40workspace%3A."

"moved@portal:../moved::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "moved@portal:../moved::locator=app%40workspace%3A."
  dependencies:
    d: "npm:^1.0.0"

"a@npm:^1.0.0, a@patch:a@npm%3A^1.0.0#~/a.patch":
  version: 1.0.0
  resolution: "a@npm:1.0.0"

"b@npm:^1.0.0":
  version: 1.0.0
  resolution: "b@npm:1.0.0"

"c@npm:^1.0.0":
  version: 1.0.0
  resolution: "c@npm:1.0.0"

"d@npm:^1.0.0":
  version: 1.0.0
  resolution: "d@npm:1.0.0"

"dev@npm:^1.0.0":
  version: 1.0.0
  resolution: "dev@npm:1.0.0"
  dependencies:
    a: "npm:^1.0.0"
    b: "npm:^1.0.0"
    d: "npm:^1.0.0"
`,
      '/app/package.json':
        '{"dependencies":{"moved":"portal:../moved","w":"workspace:*"},"devDependencies":{"dev":"^1.0.0"}}',
      '/app/packages/w/package.json':
        '{"dependencies":{"a":"patch:a@npm%3A^1.0.0#~/a.patch"},"devDependencies":{"b":"^1.0.0"}}',
    };
    assert.deepEqual(listPackages(files), ['a 1.0.0', 'c 1.0.0', 'd 1.0.0']);
  });

  // Verified: `yarn workspaces focus --production` of Yarn 4 on lock files of public repositories.
  test('of later versions leaves out development patches, and keeps unrequested packages', () => {
    const files = {
      '/app/yarn.lock': `__metadata:
  version: 6

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    dev: ^1.0.0
    parser: ^7.0.0

"dev@npm:^1.0.0":
  version: 1.0.0
  resolution: "dev@npm:1.0.0"
  dependencies:
    resolve: ^1.1.6
    "@s/resolve": ^2.0.0

"parser@npm:^7.0.0":
  version: 7.0.0
  resolution: "parser@npm:7.0.0"

"resolve@npm:^1.1.6":
  version: 1.1.7
  resolution: "resolve@npm:1.1.7"

"resolve@patch:resolve@^1.1.6#~builtin<compat/resolve>":
  version: 1.1.7
  resolution: "resolve@patch:resolve@npm%3A1.1.7#~builtin<compat/resolve>::version=1.1.7&hash=1"

"@s/resolve@npm:^2.0.0":
  version: 2.0.0
  resolution: "@s/resolve@npm:2.0.0"

"@s/resolve@patch:@s/resolve@^2.0.0#./s.patch::locator=app%40workspace%3A.":
  version: 2.0.0
  resolution: "@s/resolve@patch:@s/resolve@npm%3A2.0.0#./s.patch::version=2.0.0&hash=1"

"types@npm:^7.8.3":
  version: 7.24.7
  resolution: "types@npm:7.24.7"
`,
      '/app/package.json':
        '{"dependencies":{"parser":"^7.0.0"},"devDependencies":{"dev":"^1.0.0"}}',
    };
    assert.deepEqual(listPackages(files), ['parser 7.0.0', 'types 7.24.7']);
  });

  // Verified: `yarn why ms` of Yarn 4.
  test('has edges to packages that resolutions substitute', () => {
    const lock = `__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    debug: "npm:4.3.4"

"debug@npm:4.3.4":
  version: 4.3.4
  resolution: "debug@npm:4.3.4"
  dependencies:
    ms: "npm:2.1.2"

"ms@npm:~2.1.2":
  version: 2.1.3
  resolution: "ms@npm:2.1.3"
`;
    const second = '\n"ms@npm:2.1.2":\n  version: 2.1.2\n  resolution: "ms@npm:2.1.2"\n';
    const listEdges = (text: string, resolutions: object) =>
      catalogFiles(yarnLock, {
        '/app/yarn.lock': text,
        '/app/package.json': JSON.stringify({ dependencies: { debug: '4.3.4' }, resolutions }),
      }).edges;
    assert.deepEqual(read(lock).edges, ['ms 2.1.3 > debug 4.3.4']);
    assert.deepEqual(listEdges(lock, { ms: '~2.1.2' }), ['ms 2.1.3 > debug 4.3.4']);
    for (const pattern of ['ms', '**/ms', 'debug/ms', 'debug@npm:4.3.4/ms', 'ms@npm:2.1.2']) {
      const edges = listEdges(lock + second, { [pattern]: '~2.1.2' });
      assert.deepEqual(edges, ['ms 2.1.3 > debug 4.3.4'], pattern);
    }
    for (const pattern of ['other/ms', 'ms@^1.0.0', 'debug']) {
      const edges = listEdges(lock + second, { [pattern]: '~2.1.2' });
      assert.deepEqual(edges, ['ms 2.1.2 > debug 4.3.4'], pattern);
    }
  });

  test('of Yarn 1 names the package in the archive if it differs', () => {
    const { packages } = read(
      'polyfill@^1.5.1:\n  version "1.5.2"\n  resolved "https://registry.example.org/npm/@fork/polyfill/-/polyfill-1.5.2.tgz#58"',
    );
    assert.equal(packages[0]?.purl, 'pkg:npm/%40fork/polyfill@1.5.2');
  });

  test('loses one record without a version, and is ignored in node_modules', () => {
    const text = '<<<<<<< HEAD\na@1:\n  version "1"\nb@1:\n  version\n  resolved "x"\n';
    const { packages, problems } = read(text);
    assert.equal(packages.length, 1);
    assert.equal(problems.length, 2);
    assert.deepEqual(read(text, '/app/node_modules/x/yarn.lock').packages, []);
    assert.deepEqual(read('').packages, []);
  });

  test('stops at the limits of entries and names, and reports exceeded ones', () => {
    const entries = Array.from({ length: 5 }, (_, at) => `a${at}@1:\n  version "1"\n`);
    const catalogLimited = (text: string, limits: Partial<Limits>) =>
      catalogFiles(
        yarnLock,
        { '/app/yarn.lock': text },
        { limits: { ...DEFAULT_LIMITS, ...limits } },
      );
    const few = catalogLimited(entries.join('\n'), { recordsMax: 3 });
    assert.equal(few.packages.length, 3);
    assert.deepEqual(few.problems, ['P_LIMIT /app/yarn.lock:']);
    for (const limits of [{ recordsMax: 3 }, { listedNamesMax: 3 }]) {
      const { packages, problems } = catalogLimited('a@1, a@2, a@3, a@4:\n  version "1"\n', limits);
      assert.equal(packages.length, 1);
      assert.deepEqual(problems, ['P_LIMIT /app/yarn.lock:']);
    }
  });
});
