import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type ListedPackage, listEdges, readPackageList } from './package-list.ts';

const createListed = (name: string, requires: readonly string[] = []): ListedPackage => ({
  name,
  version: '1',
  requires,
});

suite('a list of packages', () => {
  test('skips only malformed records, and ends at its limit', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const { fact, problems } = readPackageList(['a', '', 'c'], 'entry', limits, (name) =>
      name === '' ? undefined : createListed(name),
    );
    assert.deepEqual(fact, { packages: [createListed('a')] });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['P_RECORD', 'P_LIMIT'],
    );
  });

  test('connects packages by the names they provide, each pair once and none with itself', () => {
    const packages = [
      createListed('a', ['b', 'b', 'a', 'gone', 'virtual']),
      createListed('b'),
      { ...createListed('c'), provides: ['virtual'] },
    ];
    assert.deepEqual(listEdges(packages, new Budget(DEFAULT_LIMITS)), [
      { from: 1, to: 0 },
      { from: 2, to: 0 },
    ]);
  });

  test('ignores a name that very many packages share', () => {
    const packages = Array.from({ length: 20_000 }, () => createListed('a', ['a']));
    assert.deepEqual(listEdges(packages, new Budget(DEFAULT_LIMITS)), []);
  });
});
