import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileOf, type TargetSeed, targetOf } from '../../test/support/comparable-target.ts';
import type { Inventory } from '../core/inventory.ts';
import { pairByProvision } from './pair-by-provision.ts';

function inventory(seed: TargetSeed): Inventory {
  return targetOf(seed).inventory;
}

function owning(name: string, ...paths: readonly string[]) {
  return { name, type: 'deb', ownedFiles: paths.map((path) => ({ path })) };
}

function told(before: Inventory, after: Inventory): string[] {
  const all = (one: Inventory) => ({ inventory: one, packages: one.packages });
  return pairByProvision(all(before), all(after)).map(
    (pair) => `${pair.before?.name} > ${pair.after?.name}: ${(pair.provides ?? []).join(', ')}`,
  );
}

suite('packages that provide the same', () => {
  test('are paired by the soname of a library, with its major version only', () => {
    const debian = inventory({ packages: [owning('zlib1g', '/usr/lib/x86_64/libz.so.1.3.1')] });
    const alpine = inventory({ packages: [owning('zlib', '/lib/libz.so.1.2.13')] });
    assert.deepEqual(told(debian, alpine), ['zlib1g > zlib: library libz.so.1']);
    const other = inventory({ packages: [owning('zlib', '/lib/libz.so.2')] });
    assert.deepEqual(told(debian, other), []);
  });

  test('are paired by the similarity of their names if they share equally much', () => {
    const debian = inventory({
      packages: [owning('libssl3t64', '/usr/lib/libcrypto.so.3', '/usr/lib/libssl.so.3')],
    });
    const alpine = inventory({
      packages: [
        owning('libcrypto3', '/lib/libcrypto.so.3'),
        owning('libssl3', '/lib/libssl.so.3'),
      ],
    });
    assert.deepEqual(told(debian, alpine), ['libssl3t64 > libssl3: library libssl.so.3']);
  });

  test('include targets of links to commands', () => {
    const link = { type: 'symlink', sizeBytes: 0 } as const;
    const alpine = inventory({
      packages: [owning('busybox', '/bin/busybox')],
      files: [
        fileOf({ path: '/bin/busybox' }),
        fileOf({ path: '/bin/ls', linkTarget: '/bin/busybox', ...link }),
        fileOf({ path: '/bin/cat', linkTarget: 'busybox', ...link }),
      ],
    });
    const debian = inventory({ packages: [owning('coreutils', '/usr/bin/cat', '/usr/bin/ls')] });
    assert.deepEqual(told(debian, alpine), ['coreutils > busybox: command cat, command ls']);
  });

  test('include dynamic loaders of different C libraries', () => {
    const glibc = inventory({ packages: [owning('libc6', '/lib64/ld-linux-x86-64.so.2')] });
    const musl = inventory({ packages: [owning('musl', '/lib/ld-musl-x86_64.so.1')] });
    assert.deepEqual(told(glibc, musl), ['libc6 > musl: program loader']);
  });

  test('are paired by the same content, except for empty files', () => {
    const sides = (
      [
        ['data-a', '/a'],
        ['data-b', '/b'],
      ] as const
    ).map(([name, path]) => ({
      packages: [owning(name, path)],
      path,
    }));
    const [full, other] = sides.map(({ packages, path }) =>
      inventory({ packages, files: [fileOf({ path, sha256: 'e'.repeat(64) })] }),
    );
    const [empty, void_] = sides.map(({ packages, path }) =>
      inventory({ packages, files: [fileOf({ path, sha256: 'e'.repeat(64), sizeBytes: 0 })] }),
    );
    assert.ok(full && other && empty && void_);
    assert.equal(told(full, other).length, 1);
    assert.deepEqual(told(empty, void_), []);
  });

  test('are not paired by common provisions, and language packages are excluded', () => {
    const many = inventory({
      packages: Array.from({ length: 9 }, (_, index) => owning(`p${index}`, `/bin/${index}/bin/x`)),
    });
    const one = inventory({ packages: [owning('x', '/bin/x')] });
    assert.deepEqual(told(many, one), []);
    const gem = inventory({ packages: [{ ...owning('x-gem', '/bin/x'), language: 'ruby' }] });
    assert.deepEqual(told(gem, one), []);
  });
});
