import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createFile,
  createTarget,
  type TargetSeed,
} from '../../../test/support/comparable-target.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { pairByProvision } from './pair-by-provision.ts';

function createInventory(seed: TargetSeed): Inventory {
  return createTarget(seed).inventory;
}

function createOwner(name: string, ...paths: readonly string[]) {
  return { name, type: 'deb', ownedFiles: paths.map((path) => ({ path })) };
}

function formatPairs(before: Inventory, after: Inventory): string[] {
  const includeAll = (one: Inventory) => ({ inventory: one, packages: one.packages });
  return pairByProvision(includeAll(before), includeAll(after)).map(
    (pair) => `${pair.before?.name} > ${pair.after?.name}: ${(pair.provides ?? []).join(', ')}`,
  );
}

suite('packages that provide the same', () => {
  test('are paired by the soname of a library, with its major version only', () => {
    const debian = createInventory({
      packages: [createOwner('zlib1g', '/usr/lib/x86_64/libz.so.1.3.1')],
    });
    const alpine = createInventory({ packages: [createOwner('zlib', '/lib/libz.so.1.2.13')] });
    assert.deepEqual(formatPairs(debian, alpine), ['zlib1g > zlib: library libz.so.1']);
    const other = createInventory({ packages: [createOwner('zlib', '/lib/libz.so.2')] });
    assert.deepEqual(formatPairs(debian, other), []);
  });

  test('are paired by the similarity of their names if they share equally much', () => {
    const debian = createInventory({
      packages: [createOwner('libssl3t64', '/usr/lib/libcrypto.so.3', '/usr/lib/libssl.so.3')],
    });
    const alpine = createInventory({
      packages: [
        createOwner('libcrypto3', '/lib/libcrypto.so.3'),
        createOwner('libssl3', '/lib/libssl.so.3'),
      ],
    });
    assert.deepEqual(formatPairs(debian, alpine), ['libssl3t64 > libssl3: library libssl.so.3']);
  });

  test('include targets of links to commands', () => {
    const link = { type: 'symlink', sizeBytes: 0 } as const;
    const alpine = createInventory({
      packages: [createOwner('busybox', '/bin/busybox')],
      files: [
        createFile({ path: '/bin/busybox' }),
        createFile({ path: '/bin/ls', linkTarget: '/bin/busybox', ...link }),
        createFile({ path: '/bin/cat', linkTarget: 'busybox', ...link }),
      ],
    });
    const debian = createInventory({
      packages: [createOwner('coreutils', '/usr/bin/cat', '/usr/bin/ls')],
    });
    assert.deepEqual(formatPairs(debian, alpine), ['coreutils > busybox: command cat, command ls']);
  });

  test('include dynamic loaders of different C libraries', () => {
    const glibc = createInventory({
      packages: [createOwner('libc6', '/lib64/ld-linux-x86-64.so.2')],
    });
    const musl = createInventory({ packages: [createOwner('musl', '/lib/ld-musl-x86_64.so.1')] });
    assert.deepEqual(formatPairs(glibc, musl), ['libc6 > musl: program loader']);
  });

  test('are paired by the same content, except for empty files', () => {
    const sides = (
      [
        ['data-a', '/a'],
        ['data-b', '/b'],
      ] as const
    ).map(([name, path]) => ({
      packages: [createOwner(name, path)],
      path,
    }));
    const [full, other] = sides.map(({ packages, path }) =>
      createInventory({ packages, files: [createFile({ path, sha256: 'e'.repeat(64) })] }),
    );
    const [empty, void_] = sides.map(({ packages, path }) =>
      createInventory({
        packages,
        files: [createFile({ path, sha256: 'e'.repeat(64), sizeBytes: 0 })],
      }),
    );
    assert.ok(full && other && empty && void_);
    assert.equal(formatPairs(full, other).length, 1);
    assert.deepEqual(formatPairs(empty, void_), []);
  });

  test('are not paired by common provisions, and language packages are excluded', () => {
    const many = createInventory({
      packages: Array.from({ length: 9 }, (_, index) =>
        createOwner(`p${index}`, `/bin/${index}/bin/x`),
      ),
    });
    const one = createInventory({ packages: [createOwner('x', '/bin/x')] });
    assert.deepEqual(formatPairs(many, one), []);
    const gem = createInventory({
      packages: [{ ...createOwner('x-gem', '/bin/x'), language: 'ruby' }],
    });
    assert.deepEqual(formatPairs(gem, one), []);
  });
});
