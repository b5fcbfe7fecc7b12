import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PROGRAM, type TargetSeed, targetOf } from '../../test/support/comparable-target.ts';
import type { SurfaceId } from '../core/surface.ts';
import { compareResults } from './compare-results.ts';
import type { Difference, Ranking } from './difference.ts';
import { type CountedRow, computeFreeLogs, computeIndex } from './surface-comparison.ts';

type Lists = NonNullable<TargetSeed['surface']>;

const PACKAGES = [{ name: 'base', type: 'deb', ownedFiles: [{ path: '/bin/base' }] }];
const FILES = [{ path: '/bin/base', sizeBytes: 1000, executable: PROGRAM }];

function items(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `item ${index}`);
}

function target(surface: Lists, more: TargetSeed = {}): TargetSeed {
  return { packages: PACKAGES, files: FILES, surface, ...more };
}

function difference(before: TargetSeed, after: TargetSeed): Difference {
  return compareResults(targetOf(before), targetOf(after));
}

function ranking(before: TargetSeed, after: TargetSeed): Ranking {
  return difference(before, after).surface.ranking;
}

suite('which surface is smaller', () => {
  test('the one that is smaller or equal in every dimension that both know dominates', () => {
    const large = target({ shells: items(4), commands: items(300), 'setuid-files': [] });
    const small = target({ shells: items(1), commands: items(300), 'exposed-ports': items(9) });
    assert.deepEqual(ranking(large, small), {
      kind: 'dominance',
      smaller: 'after',
      dimensions: 2,
      largest: ['shells'],
    });
    const back = ranking(small, large);
    assert.ok(back.kind === 'dominance');
    assert.equal(back.smaller, 'before');
  });

  test('equal is equal', () => {
    const one = target({ shells: items(2) });
    assert.deepEqual(ranking(one, one), { kind: 'equal', dimensions: 1 });
  });

  test('where neither dominates, the index says so under how many weightings, always the same', () => {
    const large = target({ shells: items(4), commands: items(300), downloaders: [] });
    const small = target({ shells: items(1), commands: items(10), downloaders: items(1) });
    const first = ranking(large, small);
    assert.ok(first.kind === 'weighted');
    assert.equal(first.smaller, 'after');
    assert.deepEqual(first.against, ['downloaders']);
    assert.equal(first.weightings, 1_000);
    assert.ok(first.share > 0.5 && first.share <= 1);
    assert.ok(first.indexAfter > first.indexBefore);
    assert.deepEqual(ranking(large, small), first);
    const back = ranking(small, large);
    assert.ok(back.kind === 'weighted');
    assert.deepEqual([back.smaller, back.share], ['before', first.share]);
  });

  test('shares and days are told, but rank nobody', () => {
    const some: SurfaceId[] = ['unhardened-share', 'age-days'];
    const lists = (count: number): Lists =>
      Object.fromEntries(some.map((id) => [id, items(count)])) as Lists;
    const found = ranking(target(lists(1)), target(lists(5)));
    assert.deepEqual(found, {
      kind: 'refused',
      reasons: ['no attack surface dimension is known for both'],
    });
  });
});

suite('where no verdict would be fair', () => {
  const surface = { shells: items(1) };

  test('a side could not be read whole', () => {
    const problem = { code: 'E_LIMIT', path: '/x', message: '' } as never;
    const broken = target({ shells: [] }, { name: 'broken', inventory: { problems: [problem] } });
    const found = ranking(target(surface), broken);
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /broken: some of its files could not be read/);
  });

  test('coverage differs by more than ten points, and not where it differs by ten', () => {
    const withUnexplained = (bytes: number): TargetSeed =>
      target(surface, {
        files: [...FILES, { path: '/opt/x', sizeBytes: bytes, executable: PROGRAM }],
      });
    const [tenth, more] = [withUnexplained(111), withUnexplained(112)];
    assert.equal(ranking(target(surface), tenth).kind, 'equal');
    const found = ranking(target(surface), more);
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /coverage differs by 10\.1 percentage points/);
  });

  test('it is unknown which bytes of one side what belongs to packages', () => {
    const found = ranking(target(surface), target(surface, { files: [] }));
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /it is unknown which bytes of one side/);
  });

  test('a side has no surface, as a document has none', () => {
    const found = ranking(target(surface), { packages: PACKAGES, files: FILES });
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /no attack surface dimension/);
  });
});

suite('the rows of the surface', () => {
  test('name what only one side has', () => {
    const { surface } = difference(
      target({ shells: ['/bin/bash', '/bin/sh'] }),
      target({ shells: ['/bin/ash', '/bin/sh'] }),
    );
    const row = surface.rows.find(({ id }) => id === 'shells');
    assert.deepEqual([row?.before, row?.after], [2, 2]);
    assert.deepEqual([row?.onlyBefore, row?.onlyAfter], [['/bin/bash'], ['/bin/ash']]);
  });

  test('what is not known has no number', () => {
    const { surface } = difference(target({ shells: ['/bin/sh'] }), target({}));
    const row = surface.rows.find(({ id }) => id === 'shells');
    assert.deepEqual([row?.before, row?.after, row?.note], [1, undefined, 'not told']);
    assert.deepEqual(row?.onlyBefore, []);
  });
});

suite('what one side cannot do', () => {
  test('tools that it lacks, another C library, a user who is not root', () => {
    const loader = (path: string) => ({ path, executable: PROGRAM });
    const { inabilities } = difference(
      target({ shells: items(1), downloaders: [] }, { files: [loader('/lib/ld-linux.so.2')] }),
      target(
        { shells: [], downloaders: items(1) },
        { files: [loader('/lib/ld-musl-i386.so.1')], config: { User: 'app' } },
      ),
    );
    assert.deepEqual(
      inabilities.map(({ side, what }) => `${side}: ${what}`),
      [
        'after: it has no shells',
        'after: its C library is musl, not glibc: programs built for glibc do not start',
        'after: it runs as app, which lacks the rights of root',
        'before: it has no downloaders',
      ],
    );
  });

  test('nothing is said of what is not known', () => {
    assert.deepEqual(difference(target({ shells: items(1) }), target({})).inabilities, []);
  });
});

suite('the index', () => {
  const row = (after: number): CountedRow => ({
    id: 'shells',
    before: 0,
    after,
    onlyBefore: [],
    onlyAfter: [],
  });

  test('is 100 for nothing and falls with every thing more', () => {
    const indexes = [0, 1, 2, 5, 100].map((count) =>
      computeIndex(computeFreeLogs([row(count)], 'after'), [1]),
    );
    assert.equal(indexes[0], 100);
    for (const [position, index] of indexes.slice(1).entries()) {
      assert.ok(index < (indexes[position] ?? 0));
    }
  });
});
