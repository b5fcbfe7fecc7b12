import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { rustCargoLock } from './rust-cargo-lock.ts';

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';
const GIT = 'git+https://example.org/log.git?branch=main';

const read = (text: string, limits = DEFAULT_LIMITS): ReturnType<typeof catalogFiles> =>
  catalogFiles(rustCargoLock, { '/app/Cargo.lock': text }, { limits });

const LOCK = `version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["errno", "log 0.4.0 (${GIT})", "winapi 0.2.8", "gone"]

[[package]]
name = "errno"
version = "0.3.9"
source = "${REGISTRY}"
checksum = "534c"
dependencies = ["winapi 0.3.9"]

[[package]]
name = "log"
version = "0.4.0"
source = "${GIT}#0123456789abcdef"

[[package]]
name = "log"
version = "0.4.0"
source = "${REGISTRY}"

[[package]]
name = "winapi"
version = "0.2.8"
source = "${REGISTRY}"

[[package]]
name = "winapi"
version = "0.3.9"
source = "${REGISTRY}"
`;

suite('Cargo.lock', () => {
  test('lists crates, without a package URL for one from a directory', () => {
    const { packages, problems } = read(LOCK);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        ['app', '0.1.0', ''],
        ['errno', '0.3.9', 'pkg:cargo/errno@0.3.9'],
        ['log', '0.4.0', 'pkg:cargo/log@0.4.0'],
        ['log', '0.4.0', 'pkg:cargo/log@0.4.0'],
        ['winapi', '0.2.8', 'pkg:cargo/winapi@0.2.8'],
        ['winapi', '0.3.9', 'pkg:cargo/winapi@0.3.9'],
      ],
    );
    assert.deepEqual(packages[1]?.metadata, {
      kind: 'rust-cargo-lock-entry',
      value: {
        name: 'errno',
        version: '0.3.9',
        source: REGISTRY,
        checksum: '534c',
        dependencies: ['winapi 0.3.9'],
      },
    });
  });

  test('connects crates by name, version and source, as far as stated', () => {
    const { edges } = read(LOCK);
    assert.deepEqual(edges, [
      'errno 0.3.9 > app 0.1.0',
      'log 0.4.0 > app 0.1.0',
      'winapi 0.2.8 > app 0.1.0',
      'winapi 0.3.9 > errno 0.3.9',
    ]);
  });

  test('ignores ambiguous names, so that the cost is linear in the length', () => {
    const crate = '[[package]]\nname = "a"\nversion = "1"\ndependencies = ["a", "a 1"]\n';
    const { packages, edges } = read(crate.repeat(5_000));
    assert.equal(packages.length, 5_000);
    assert.deepEqual(edges, []);
  });

  test('of version 1 has separate checksums, and the project as its root', () => {
    const { packages, edges } = read(`[root]
name = "app"
version = "0.1.0"
dependencies = ["libc 0.2.1 (${REGISTRY})"]

[[package]]
name = "libc"
version = "0.2.1"
source = "${REGISTRY}"

[metadata]
"checksum libc 0.2.1 (${REGISTRY})" = "abcd"
`);
    assert.deepEqual(
      packages.map(({ name, metadata }) => [name, metadata?.value['checksum']]),
      [
        ['app', ''],
        ['libc', 'abcd'],
      ],
    );
    assert.deepEqual(edges, ['libc 0.2.1 > app 0.1.0']);
  });

  // Verified: `cargo tree -e no-dev --all-features --target all` of Cargo 1.95.
  test('leaves out crates that manifests only require for development', () => {
    const createCrate = (name: string, dependencies: string, source = REGISTRY): string =>
      `[[package]]\nname = "${name}"\nversion = "1.0.0"\n${source && `source = "${source}"\n`}dependencies = [${dependencies}]\n`;
    const lock = [
      createCrate('app', '"a", "b", "core", "dev", "log", "win"', ''),
      createCrate('core', '"b", "dev"', ''),
      createCrate('a', '"deep"'),
      createCrate('b', ''),
      createCrate('deep', ''),
      createCrate('dev', '"b", "only"'),
      createCrate('log', ''),
      createCrate('only', ''),
      createCrate('win', ''),
    ].join('');
    const files = {
      '/app/Cargo.lock': lock,
      '/app/Cargo.toml': `[package]
name = "app"
[workspace.dependencies]
logging = { package = "log", version = "1" }
[dependencies]
a = "1"
core = { path = "core" }
[target.'cfg(windows)'.build-dependencies]
renamed = { package = "win", version = "1" }
[dev-dependencies]
b = "1"
dev = "1"
logging.workspace = true
`,
      '/app/core/Cargo.toml': '[package]\nname = "core"\n[dev_dependencies]\nb = "1"\ndev = "1"\n',
    };
    const listNames = (given: Record<string, string>): string[] =>
      catalogFiles(rustCargoLock, given).packages.map(({ name }) => name);
    assert.deepEqual(listNames(files), ['app', 'core', 'a', 'deep', 'win']);
    assert.deepEqual(catalogFiles(rustCargoLock, files).edges, [
      'a 1.0.0 > app 1.0.0',
      'core 1.0.0 > app 1.0.0',
      'deep 1.0.0 > a 1.0.0',
      'win 1.0.0 > app 1.0.0',
    ]);
    // All requirements of a project without a manifest, or with two, may be for production.
    assert.equal(listNames({ '/app/Cargo.lock': lock }).length, 9);
    const twice = { ...files, '/app/other/Cargo.toml': '[package]\nname = "core"\n' };
    assert.deepEqual(listNames(twice), ['app', 'core', 'a', 'b', 'deep', 'dev', 'only', 'win']);
  });

  test('loses one record without a name or a version', () => {
    const { packages, problems } = read(
      '[[package]]\nname = "a"\n[[package]]\nname = 1\nversion = "1"\n[[package]]\nname = "b"\nversion = "1"\n',
    );
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['b'],
    );
    assert.equal(problems.length, 2);
  });

  test('that is truncated or nested too deep is malformed; an empty one has no crates', () => {
    const deep = `a = ${'['.repeat(100_000)}`;
    for (const text of [LOCK.slice(0, 60), '<<<<<<< HEAD']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/Cargo.lock:']);
    }
    assert.deepEqual(read(deep).problems, [
      'P_MALFORMED /app/Cargo.lock:',
      'P_LIMIT /app/Cargo.lock:',
    ]);
    assert.deepEqual(read('').packages, []);
    const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const cut = read(LOCK, limits);
    assert.equal(cut.packages.length, 2);
    assert.deepEqual(cut.problems, ['P_LIMIT /app/Cargo.lock:']);
  });
});
