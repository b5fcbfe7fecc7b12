import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import {
  createMachO,
  createUniversal,
} from '../../../foundation/bytes/executable/executable-image.fixture.ts';
import { cargoAuditableBinary } from './cargo-auditable-binary.ts';

const LIST = deflateSync(
  JSON.stringify({
    packages: [
      { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build', dependencies: [2] },
      { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [0, 2] },
      { name: 'libc', version: '0.2.1', source: 'crates.io', dependencies: [1, 2] },
    ],
  }),
);

function createProgram(bytes: Uint8Array): Uint8Array {
  return createTinyElf({ contents: [{ name: '.dep-v0', bytes }] });
}

suite('cargo-auditable-binary', () => {
  test('creates packages from the crates in the program, not from build dependencies', () => {
    const { packages, edges, problems } = catalogFiles(cargoAuditableBinary, {
      '/usr/bin/app': createProgram(LIST),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        ['app', '0.1.0', 'pkg:cargo/app@0.1.0'],
        ['libc', '0.2.1', 'pkg:cargo/libc@0.2.1'],
      ],
    );
    const [, libc] = packages;
    assert.equal(libc?.type, 'rust-crate');
    assert.equal(libc?.locations[0]?.path, '/usr/bin/app');
    assert.deepEqual(libc?.metadata, {
      kind: 'rust-cargo-audit-entry',
      value: { name: 'libc', version: '0.2.1', source: 'crates.io' },
    });
    // The list is hostile and contains a cycle; a crate that depends on itself adds no edge.
    assert.deepEqual(edges, ['app 0.1.0 > libc 0.2.1', 'libc 0.2.1 > app 0.1.0']);
  });

  test('reads each architecture of a universal file', () => {
    const slice = createMachO({ name: '.dep-v0', bytes: LIST });
    const { packages, edges } = catalogFiles(cargoAuditableBinary, {
      '/app': createUniversal([slice, slice]),
    });
    assert.equal(packages.length, 4);
    assert.equal(edges.length, 4);
  });

  test('ignores other programs, and reports a damaged list', () => {
    const { packages, problems } = catalogFiles(cargoAuditableBinary, {
      '/bin/other': createTinyElf({}),
      '/bin/cut': createProgram(LIST.subarray(0, 20)),
      '/readme': 'text',
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_MALFORMED /bin/cut:']);
  });
});
