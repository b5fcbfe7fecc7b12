import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, type TargetSeed } from '../../../test/support/comparable-target.ts';
import type { CatalogerRun } from '../../foundation/core/inventory.ts';
import { listCautions as listNamedCautions } from './cautions.ts';
import type { Result } from './finding-changes.ts';

function read(versions: Readonly<Record<string, number>>, seed: TargetSeed = {}): Result {
  const catalogers = Object.entries(versions).map(
    ([id, version]): CatalogerRun => ({ id, alias: id, version }),
  );
  return createTarget({ ...seed, inventory: { catalogers } });
}

const listCautions = (before: Result, after: Result): readonly string[] =>
  listNamedCautions(before, after, { before: 'one', after: 'two' });

suite('cautions', () => {
  test('returns none if platform, catalogers and data are the same', () => {
    assert.deepEqual(listCautions(read({ a: 1 }), read({ a: 1 })), []);
    assert.deepEqual(listCautions(read({}), read({})), []);
  });

  test('warns about other platforms', () => {
    const arm = read({ a: 1 });
    assert.ok(arm.inventory.target.kind === 'image');
    const target = { ...arm.inventory.target, architecture: 'arm64' };
    assert.deepEqual(
      listCautions(read({ a: 1 }), { ...arm, inventory: { ...arm.inventory, target } }),
      ['the targets are for different platforms, linux/amd64 and linux/arm64'],
    );
  });

  test('warns about other catalogers, or a document of another tool', () => {
    assert.deepEqual(listCautions(read({ a: 1, b: 1 }), read({ a: 2, b: 1, c: 1 })), [
      'they were read by different cataloger versions: a, c',
    ]);
    assert.match(listCautions(read({ a: 1 }), read({}))[0] ?? '', /^two is .* another tool/);
    assert.match(listCautions(read({}), read({ a: 1 }))[0] ?? '', /^one is .* another tool/);
  });

  test('warns about other data, or missing data on one side', () => {
    const old = { builtAt: '2025-01-01T00:00:00Z', providers: [] };
    const database = { ...read({}).findings.database, ...old } as NonNullable<
      Result['findings']['database']
    >;
    assert.match(
      listCautions(read({}), read({}, { database }))[0] ?? '',
      /databases, of .* and 2025/,
    );
    assert.match(listCautions(read({}), read({}, { database: undefined }))[0] ?? '', /one of them/);
  });
});
