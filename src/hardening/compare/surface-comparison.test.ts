import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, PROGRAM, type TargetSeed } from '../../../test/support/comparable-target.ts';
import type { SurfaceId } from '../../foundation/core/surface.ts';
import { compareResults } from './compare-results.ts';
import type { Difference, Ranking } from './difference.ts';
import { type CountedRow, computeFreeLogs, computeIndex } from './surface-comparison.ts';

type Lists = NonNullable<TargetSeed['surface']>;

const PACKAGES = [{ name: 'base', type: 'deb', ownedFiles: [{ path: '/bin/base' }] }];
const FILES = [{ path: '/bin/base', sizeBytes: 1000, executable: PROGRAM }];

function createItems(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `item ${index}`);
}

function createSurfaceTarget(surface: Lists, more: TargetSeed = {}): TargetSeed {
  return { packages: PACKAGES, files: FILES, surface, ...more };
}

function compareTargets(before: TargetSeed, after: TargetSeed): Difference {
  return compareResults(createTarget(before), createTarget(after));
}

function rankTargets(before: TargetSeed, after: TargetSeed): Ranking {
  return compareTargets(before, after).surface.ranking;
}

suite('ranking of surfaces', () => {
  test('a surface that is smaller or equal in every dimension known for both dominates', () => {
    const large = createSurfaceTarget({
      shells: createItems(4),
      commands: createItems(300),
      'setuid-files': [],
    });
    const small = createSurfaceTarget({
      shells: createItems(1),
      commands: createItems(300),
      'exposed-ports': createItems(9),
    });
    assert.deepEqual(rankTargets(large, small), {
      kind: 'dominance',
      smaller: 'after',
      dimensions: 2,
      largest: ['shells'],
    });
    const back = rankTargets(small, large);
    assert.ok(back.kind === 'dominance');
    assert.equal(back.smaller, 'before');
  });

  test('equal surfaces are equal', () => {
    const one = createSurfaceTarget({ shells: createItems(2) });
    assert.deepEqual(rankTargets(one, one), { kind: 'equal', dimensions: 1 });
  });

  test('if neither dominates, the ranking reports the fraction of weightings, which is reproducible', () => {
    const large = createSurfaceTarget({
      shells: createItems(4),
      commands: createItems(300),
      downloaders: [],
    });
    const small = createSurfaceTarget({
      shells: createItems(1),
      commands: createItems(10),
      downloaders: createItems(1),
    });
    const first = rankTargets(large, small);
    assert.ok(first.kind === 'weighted');
    assert.equal(first.smaller, 'after');
    assert.deepEqual(first.against, ['downloaders']);
    assert.equal(first.weightings, 1_000);
    assert.ok(first.share > 0.5 && first.share <= 1);
    assert.ok(first.indexAfter > first.indexBefore);
    assert.deepEqual(rankTargets(large, small), first);
    const back = rankTargets(small, large);
    assert.ok(back.kind === 'weighted');
    assert.deepEqual([back.smaller, back.share], ['before', first.share]);
  });

  test('shares and days are reported, but not ranked', () => {
    const some: SurfaceId[] = ['unhardened-share', 'age-days'];
    const createLists = (count: number): Lists =>
      Object.fromEntries(some.map((id) => [id, createItems(count)])) as Lists;
    const found = rankTargets(
      createSurfaceTarget(createLists(1)),
      createSurfaceTarget(createLists(5)),
    );
    assert.deepEqual(found, {
      kind: 'refused',
      reasons: ['no attack surface dimension is known for both'],
    });
  });
});

suite('refused rankings', () => {
  const surface = { shells: createItems(1) };

  test('reports a side that could not be read completely', () => {
    const problem = { code: 'E_LIMIT', path: '/x', message: '' } as never;
    const broken = createSurfaceTarget(
      { shells: [] },
      { name: 'broken', inventory: { problems: [problem] } },
    );
    const found = rankTargets(createSurfaceTarget(surface), broken);
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /broken: some of its files could not be read/);
  });

  test('coverage differs by more than ten points, but not if it differs by ten', () => {
    const withUnexplained = (bytes: number): TargetSeed =>
      createSurfaceTarget(surface, {
        files: [...FILES, { path: '/opt/x', sizeBytes: bytes, executable: PROGRAM }],
      });
    const [tenth, more] = [withUnexplained(111), withUnexplained(112)];
    assert.equal(rankTargets(createSurfaceTarget(surface), tenth).kind, 'equal');
    const found = rankTargets(createSurfaceTarget(surface), more);
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /coverage differs by 10\.1 percentage points/);
  });

  test('the owners of the bytes of one side are unknown', () => {
    const found = rankTargets(
      createSurfaceTarget(surface),
      createSurfaceTarget(surface, { files: [] }),
    );
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /it is unknown which bytes of one side/);
  });

  test('a side has no surface, like a document', () => {
    const found = rankTargets(createSurfaceTarget(surface), { packages: PACKAGES, files: FILES });
    assert.ok(found.kind === 'refused');
    assert.match(found.reasons[0] ?? '', /no attack surface dimension/);
  });
});

suite('rows of the surface', () => {
  test('contain the items of only one side', () => {
    const { surface } = compareTargets(
      createSurfaceTarget({ shells: ['/bin/bash', '/bin/sh'] }),
      createSurfaceTarget({ shells: ['/bin/ash', '/bin/sh'] }),
    );
    const row = surface.rows.find(({ id }) => id === 'shells');
    assert.deepEqual([row?.before, row?.after], [2, 2]);
    assert.deepEqual([row?.onlyBefore, row?.onlyAfter], [['/bin/bash'], ['/bin/ash']]);
  });

  test('have no number if it is unknown', () => {
    const { surface } = compareTargets(
      createSurfaceTarget({ shells: ['/bin/sh'] }),
      createSurfaceTarget({}),
    );
    const row = surface.rows.find(({ id }) => id === 'shells');
    assert.deepEqual([row?.before, row?.after, row?.note], [1, undefined, 'not stated']);
    assert.deepEqual(row?.onlyBefore, []);
  });
});

suite('missing abilities', () => {
  test('include missing tools, another C library, and a user other than root', () => {
    const createLoader = (path: string) => ({ path, executable: PROGRAM });
    const { inabilities } = compareTargets(
      createSurfaceTarget(
        { shells: createItems(1), downloaders: [] },
        { files: [createLoader('/lib/ld-linux.so.2')] },
      ),
      createSurfaceTarget(
        { shells: [], downloaders: createItems(1) },
        { files: [createLoader('/lib/ld-musl-i386.so.1')], config: { User: 'app' } },
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

  test('do not include unknown properties', () => {
    assert.deepEqual(
      compareTargets(createSurfaceTarget({ shells: createItems(1) }), createSurfaceTarget({}))
        .inabilities,
      [],
    );
  });
});

suite('the surface index', () => {
  const createRow = (after: number): CountedRow => ({
    id: 'shells',
    before: 0,
    after,
    onlyBefore: [],
    onlyAfter: [],
  });

  test('is 100 for an empty surface and falls with every item', () => {
    const indexes = [0, 1, 2, 5, 100].map((count) =>
      computeIndex(computeFreeLogs([createRow(count)], 'after'), [1]),
    );
    assert.equal(indexes[0], 100);
    for (const [position, index] of indexes.slice(1).entries()) {
      assert.ok(index < (indexes[position] ?? 0));
    }
  });
});
