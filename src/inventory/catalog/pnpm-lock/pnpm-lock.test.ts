import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { pnpmLock } from './pnpm-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(pnpmLock, { '/app/pnpm-lock.yaml': text });
const listNames = ({ packages }: ReturnType<typeof catalogFiles>): string[] =>
  packages.map(({ name, version }) => `${name} ${version}`);

suite('pnpm-lock.yaml', () => {
  test('uses the licenses of packages in the store of the project', () => {
    const { packages } = catalogFiles(pnpmLock, {
      '/app/pnpm-lock.yaml':
        "lockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n  '@s/b@2.0.0': {}\n",
      '/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json':
        '{"name":"a","version":"1.0.0","license":"MIT"}',
      '/app/node_modules/.pnpm/@s+b@2.0.0/node_modules/@s/b/package.json':
        '{"name":"@s/b","version":"2.0.0","license":"Zlib"}',
    });
    assert.deepEqual(
      packages.map(({ name, licenses }) => [name, licenses.map(({ value }) => value)]),
      [
        ['a', ['MIT']],
        ['@s/b', ['Zlib']],
      ],
    );
  });

  test('may list more peers of a package than YAML allows in a key', () => {
    const peers = Array.from({ length: 100 }, (_, place) => `(peer-${place}@1.0.0)`).join('');
    const made = read(`lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      expo:
        specifier: ^54.0.0
        version: 54.0.33${peers}
packages:
  expo@54.0.33: {}
  ms@2.1.2: {}
snapshots:
  expo@54.0.33${peers}:
    dependencies:
      ms: 2.1.2
  ms@2.1.2: {}
`);
    assert.deepEqual(listNames(made), ['expo 54.0.33', 'ms 2.1.2']);
    assert.equal(made.edges.length, 1);
    assert.deepEqual(made.problems, []);
  });

  test('of version 9 lists dependencies apart from packages', () => {
    const made = read(`lockfileVersion: '9.0'
packages:
  '@babel/core@7.24.7':
    resolution: {integrity: sha512-a}
  debug@4.3.4:
    resolution: {integrity: sha512-b}
  ms@2.0.0:
    resolution: {integrity: sha512-c}
  ms@2.1.2:
    resolution: {integrity: sha512-d}
  is-negative@https://codeload.example.org/tar.gz/2fa0:
    resolution: {tarball: https://codeload.example.org/tar.gz/2fa0}
    version: 2.0.1
snapshots:
  '@babel/core@7.24.7(debug@4.3.4)':
    dependencies:
      debug: 4.3.4(ms@2.1.2)
      is-negative: https://codeload.example.org/tar.gz/2fa0
  debug@4.3.4:
    dependencies: {ms: 2.1.2}
    optionalDependencies: {old-ms: ms@2.0.0}
`);
    assert.deepEqual(listNames(made), [
      '@babel/core 7.24.7',
      'debug 4.3.4',
      'ms 2.0.0',
      'ms 2.1.2',
      'is-negative 2.0.1',
    ]);
    assert.deepEqual(made.edges, [
      'debug 4.3.4 > @babel/core 7.24.7',
      'is-negative 2.0.1 > @babel/core 7.24.7',
      'ms 2.0.0 > debug 4.3.4',
      'ms 2.1.2 > debug 4.3.4',
    ]);
    assert.deepEqual(made.packages[1]?.metadata?.value, {
      resolution: { integrity: 'sha512-b' },
      dependencies: { ms: '2.1.2' },
    });
    assert.deepEqual(made.problems, []);
  });

  test('of version 9 marks development packages by its projects', () => {
    const made = read(`lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: {specifier: ^1, version: 1.0.0(peer@4.0.0)}
      alias: {specifier: npm:real@^3, version: real@3.0.0}
    devDependencies:
      tool: {specifier: ^1, version: 1.0.0}
  packages/w:
    optionalDependencies:
      maybe: {specifier: ^1, version: 1.0.0}
packages:
  a@1.0.0: {}
  peer@4.0.0: {}
  real@3.0.0: {}
  maybe@1.0.0: {}
  tool@1.0.0: {}
  helper@1.0.0: {}
  both@1.0.0: {}
  nobodys@1.0.0: {}
snapshots:
  a@1.0.0(peer@4.0.0):
    dependencies: {peer: 4.0.0}
  real@3.0.0:
    dependencies: {renamed: both@1.0.0}
  tool@1.0.0:
    dependencies: {helper: 1.0.0, both: 1.0.0}
`);
    assert.deepEqual(listNames(made), [
      'a 1.0.0',
      'peer 4.0.0',
      'real 3.0.0',
      'maybe 1.0.0',
      'both 1.0.0',
      'nobodys 1.0.0',
    ]);
  });

  // Verified: `pnpm list --prod --lockfile-only --depth Infinity` of pnpm 10.
  test('keeps peer sets of a package apart until production packages are selected', () => {
    const made = read(`lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      core: {specifier: 1.0.0, version: 1.0.0}
      plugin: {specifier: 1.0.0, version: 1.0.0(core@1.0.0)}
    devDependencies:
      devtool: {specifier: 1.0.0, version: 1.0.0}
packages:
  core@1.0.0: {}
  core@2.0.0: {}
  devtool@1.0.0: {}
  devonly@3.0.0: {}
  plugin@1.0.0:
    peerDependencies: {core: '*'}
snapshots:
  core@1.0.0: {}
  core@2.0.0:
    dependencies: {devonly: 3.0.0}
  devonly@3.0.0: {}
  devtool@1.0.0:
    dependencies: {core: 2.0.0, plugin: 1.0.0(core@2.0.0)}
  plugin@1.0.0(core@1.0.0):
    dependencies: {core: 1.0.0}
  plugin@1.0.0(core@2.0.0):
    dependencies: {core: 2.0.0}
`);
    assert.deepEqual(listNames(made), ['core 1.0.0', 'plugin 1.0.0']);
    assert.deepEqual(made.edges, ['core 1.0.0 > plugin 1.0.0']);
  });

  test('has the dependencies of every peer set that production installs', () => {
    const ninth = read(`lockfileVersion: '9.0'
importers:
  a:
    dependencies:
      plugin: {specifier: 1.0.0, version: 1.0.0(core@1.0.0)(patch_hash=f00)}
  b:
    dependencies:
      plugin: {specifier: 1.0.0, version: 1.0.0(core@2.0.0)(patch_hash=f00)}
packages:
  core@1.0.0: {}
  core@2.0.0: {}
  plugin@1.0.0: {}
snapshots:
  core@1.0.0: {}
  core@2.0.0: {}
  plugin@1.0.0(core@1.0.0)(patch_hash=f00):
    dependencies: {core: 1.0.0}
  plugin@1.0.0(core@2.0.0)(patch_hash=f00):
    dependencies: {core: 2.0.0}
`);
    const sixth = read(`lockfileVersion: '6.0'
packages:
  /core@1.0.0:
    dev: false
  /core@2.0.0:
    dev: false
  /core@3.0.0:
    dev: true
  /plugin@1.0.0(core@1.0.0):
    dependencies: {core: 1.0.0}
    dev: false
  /plugin@1.0.0(core@2.0.0):
    dependencies: {core: 2.0.0}
    dev: false
  /plugin@1.0.0(core@3.0.0):
    dependencies: {core: 3.0.0}
    dev: true
`);
    for (const made of [ninth, sixth]) {
      assert.deepEqual(listNames(made), ['core 1.0.0', 'core 2.0.0', 'plugin 1.0.0']);
      assert.deepEqual(made.edges, ['core 1.0.0 > plugin 1.0.0', 'core 2.0.0 > plugin 1.0.0']);
    }
  });

  test('has paths instead of names for packages from an archive or a directory', () => {
    const made = read(`lockfileVersion: '6.0'
packages:
  /ms@2.1.2:
    resolution: {integrity: sha512-a}
  '@codeload.github.com/zkochan/is-negative/tar.gz/2fa0531':
    resolution: {tarball: https://codeload.github.com/x}
    name: is-negative
    version: 2.0.1
    dependencies: {ms: 2.1.2, own: 'file:package1'}
  file:package1:
    resolution: {directory: package1, type: directory}
    name: package1
    version: 1.0.0
  registry.example.org/@foo/bar/1.1.0:
    resolution: {integrity: sha512-b}
`);
    assert.deepEqual(listNames(made), [
      'ms 2.1.2',
      'is-negative 2.0.1',
      'package1 1.0.0',
      '@foo/bar 1.1.0',
    ]);
    assert.deepEqual(made.edges, [
      'ms 2.1.2 > is-negative 2.0.1',
      'package1 1.0.0 > is-negative 2.0.1',
    ]);
  });

  test('of earlier versions has other names, and marks development packages', () => {
    const fifth = read(`lockfileVersion: 5.4
packages:
  /@babel/runtime/7.16.7:
    dev: false
  /react-dom/17.0.2_react@17.0.2:
    dependencies: {'@babel/runtime': 7.16.7}
  /jest/1.0.0:
    dev: true
`);
    assert.deepEqual(listNames(fifth), ['@babel/runtime 7.16.7', 'react-dom 17.0.2']);
    assert.deepEqual(fifth.edges, ['@babel/runtime 7.16.7 > react-dom 17.0.2']);
    const sixth = read(`lockfileVersion: '6.0'
packages:
  /@types/node@14.18.12:
  /foo@1.0.0(@types/node@14.18.12):
    dependencies: {bar: /@types/node@14.18.12}
`);
    assert.deepEqual(listNames(sixth), ['@types/node 14.18.12', 'foo 1.0.0']);
    assert.deepEqual(sixth.edges, ['@types/node 14.18.12 > foo 1.0.0']);
  });

  test('of several documents is read completely, except malformed ones', () => {
    const made = read(
      "---\nlockfileVersion: '9.0'\npackages:\n  pnpm@9.0.0: {}\n---\nlockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n  b: {}\n---\n[",
    );
    assert.deepEqual(listNames(made), ['pnpm 9.0.0', 'a 1.0.0']);
    assert.deepEqual(made.problems, [
      'P_RECORD /app/pnpm-lock.yaml:',
      'P_MALFORMED /app/pnpm-lock.yaml:',
    ]);
  });

  test('of a project that requests a version of pnpm does not list it, but its configuration', () => {
    const made = read(`---
lockfileVersion: '9.0'
importers:
  .:
    configDependencies:
      '@acme/config': {specifier: 1.0.0, version: 1.0.0}
    packageManagerDependencies:
      pnpm: {specifier: 12.4.2, version: 12.4.2}
packages:
  '@acme/config@1.0.0': {}
  '@pnpm/exe.linux-x64@12.4.2': {}
  pnpm@12.4.2: {}
snapshots:
  '@acme/config@1.0.0': {}
  '@pnpm/exe.linux-x64@12.4.2': {optional: true}
  pnpm@12.4.2:
    optionalDependencies: {'@pnpm/exe.linux-x64': 12.4.2}
---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      ms: {specifier: ^2.1.2, version: 2.1.2}
packages:
  ms@2.1.2: {}
snapshots:
  ms@2.1.2: {}
`);
    assert.deepEqual(listNames(made), ['@acme/config 1.0.0', 'ms 2.1.2']);
    assert.deepEqual(made.problems, []);
  });

  test('that is too deep or of another type is malformed', () => {
    for (const text of ['a: 1', '- a']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/pnpm-lock.yaml:']);
    }
    assert.deepEqual(read('['.repeat(99_999)).problems, [
      'P_MALFORMED /app/pnpm-lock.yaml:',
      'P_LIMIT /app/pnpm-lock.yaml:',
    ]);
  });
});
