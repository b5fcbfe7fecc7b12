import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createTarget,
  PROGRAM,
  type TargetSeed,
} from '../../../../test/support/comparable-target.ts';
import type { SeverityWord } from '../../../foundation/core/finding.ts';
import { compareResults, compareSides } from '../../../hardening/compare/compare-results.ts';
import {
  createComparison,
  createPairComparison,
  listPairColumns,
} from '../../../hardening/compare/comparison.ts';
import type { BareDifference, Side } from '../../../hardening/compare/difference.ts';
import { formatConclusion } from './conclusion.ts';
import { isJudged } from './judged.ts';
import { createSideCards } from './parts/side-cards.ts';

function createPackages(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    type: 'deb',
    ...(index === 0 ? { ownedFiles: [{ path: '/bin/p0' }] } : {}),
  }));
}

function createSeed(
  name: string,
  packages: number,
  findings: number,
  severity: SeverityWord = 'high',
): TargetSeed {
  const found = Array.from({ length: findings }, (_, index) => ({
    id: `CVE-2025-${index}`,
    severity,
  }));
  const files = [{ path: '/bin/p0', sizeBytes: 1024 * packages, executable: PROGRAM }];
  return { name, packages: createPackages(packages), files, found: { p0: found } };
}

function compareSeeds(before: TargetSeed, after: TargetSeed): BareDifference {
  return compareResults(createTarget(before), createTarget(after));
}

function concludePair(difference: BareDifference): string {
  return formatConclusion(createPairComparison(difference));
}

function concludeGroup(...seeds: readonly TargetSeed[]): string {
  const results = seeds.map(createTarget);
  const [first, ...others] = results;
  assert.ok(first);
  const differences = others.map((other) => compareSides(first, other));
  return formatConclusion(createComparison(results, differences));
}

function withCoverage(side: Side, verdict: Side['coverage']['verdict'], reason: string): Side {
  return { ...side, coverage: { ...side.coverage, verdict, reasons: [reason] } };
}

suite('the conclusion of a comparison', () => {
  test('does not compare sizes if one is unknown', () => {
    const difference = compareSeeds(createSeed('debian', 3, 2), createSeed('alpine', 1, 2));
    assert.match(concludePair(difference), /alpine ships 2 packages fewer and 2\.0 KiB less\./);
    const { fileBytes: _, ...after } = difference.after;
    const conclusion = concludePair({ ...difference, after });
    assert.match(conclusion, /alpine ships 2 packages fewer\./);
    assert.doesNotMatch(conclusion, /less/);
  });

  test('names the target with fewer findings to justify', () => {
    const found = compareSeeds(createSeed('debian', 3, 5), createSeed('alpine', 1, 2));
    assert.equal(
      concludePair(found),
      'alpine ships 2 packages fewer and leaves 2 findings to justify instead of 5.',
    );
  });

  test('names the first target if that one has fewer findings, and admits more packages', () => {
    const found = compareSeeds(createSeed('large', 4, 1), createSeed('small', 3, 2));
    assert.equal(
      concludePair(found),
      'large ships 1 package more but leaves 1 finding to justify instead of 2.',
    );
  });

  test('admits that fewer findings are more severe', () => {
    const [debian, alpine] = [createSeed('debian', 3, 5, 'low'), createSeed('alpine', 1, 2)];
    assert.equal(
      concludePair(compareSeeds(debian, alpine)),
      'alpine ships 2 packages fewer and leaves 2 findings to justify instead of 5, but has 2 high or critical instead of 0.',
    );
    assert.equal(
      concludeGroup(debian, alpine, createSeed('old', 4, 9)),
      'alpine leaves the fewest findings to justify: 2 instead of 5 (debian) or 9 (old). debian has the fewest that are high or critical: 0 instead of 2. alpine is the smallest: 1.0 KiB in 1 package.',
    );
  });

  test('ranks several targets, and reports equal ones together', () => {
    assert.equal(
      concludeGroup(createSeed('a', 2, 1), createSeed('b', 2, 1), createSeed('c', 2, 1)),
      'a, b and c leave 1 finding to justify each.',
    );
    const uncovered = { ...createSeed('old', 1, 0), database: undefined };
    assert.equal(
      concludeGroup(uncovered, createSeed('a', 2, 1), createSeed('b', 3, 4)),
      'The findings of old could not be counted. Of the others, a leaves the fewest findings to justify: 1 instead of 4 (b). old is the smallest: 1.0 KiB in 1 package.',
    );
    assert.equal(
      concludeGroup(uncovered, { ...uncovered, name: 'older' }, createSeed('b', 3, 4)),
      'The findings of old and older could not be counted.',
    );
  });

  test('reports equal numbers of findings', () => {
    const found = compareSeeds(createSeed('a', 4, 1), createSeed('b', 3, 1));
    assert.equal(
      concludePair(found),
      'Both leave 1 finding to justify. b ships 1 package fewer and 1.0 KiB less.',
    );
  });

  test('includes the first thing that the better target cannot do', () => {
    const found = compareSeeds(createSeed('debian', 3, 5), createSeed('alpine', 1, 2));
    const inabilities = [{ side: 'after' as const, what: 'its C library is musl, not glibc' }];
    assert.match(
      concludePair({ ...found, inabilities }),
      /instead of 5; its C library is musl, not glibc\.$/,
    );
  });

  test('does not compare findings if the database does not cover a target', () => {
    const found = compareSeeds(createSeed('debian', 3, 0), createSeed('alpine', 1, 2));
    const before = withCoverage(found.before, 'unsupported', 'no advisories for debian 13');
    assert.equal(isJudged(before), false);
    assert.equal(
      concludePair({ ...found, before }),
      'The findings of debian could not be counted, so the images cannot be compared by findings. alpine ships 2 packages fewer and 2.0 KiB less.',
    );
    const { html } = createSideCards(listPairColumns({ ...found, before }));
    assert.match(html, /<dt>findings to justify<\/dt><dd class="unknown">unknown<\/dd>/);
    assert.match(html, /could not be counted:<\/b> no advisories for debian 13\./);
    assert.doesNotMatch(html, /No findings on either side/);
    assert.doesNotMatch(html, /<dd class="better">2<\/dd>/);
  });

  test('states for each target whether its findings are missing or incomplete', () => {
    const found = compareSeeds(createSeed('debian', 3, 0), createSeed('alpine', 1, 2));
    const before = withCoverage(found.before, 'unsupported', 'no advisories for debian 13');
    const after = withCoverage(found.after, 'partial', 'no advisories for python');
    assert.match(
      concludePair({ ...found, before, after }),
      /^The findings of debian could not be counted, and those of alpine are incomplete, so/,
    );
  });

  test('compares with a lower bound if the complete target has fewer findings', () => {
    const found = compareSeeds(createSeed('old', 3, 5), createSeed('new', 1, 2));
    const before = withCoverage(found.before, 'partial', 'an executable has no package');
    assert.equal(
      concludePair({ ...found, before }),
      'The findings of old are incomplete, but new leaves fewer to justify: 2 instead of at least 5. new ships 2 packages fewer and 2.0 KiB less.',
    );
    const after = withCoverage(found.after, 'partial', 'an executable has no package');
    for (const doubtful of [
      { ...found, after },
      { ...found, before, after },
    ]) {
      assert.match(concludePair(doubtful), /, so the images cannot be compared by findings\. /);
    }
  });

  test('shows a lower bound if a target is covered in part', () => {
    const found = compareSeeds(createSeed('old', 3, 1), createSeed('new', 1, 2));
    const before = withCoverage(found.before, 'end-of-life', 'it reached its end of life');
    assert.match(concludePair({ ...found, before }), /^The findings of old are incomplete, /);
    assert.match(
      createSideCards(listPairColumns({ ...found, before })).html,
      /<dd class="unknown">at least 1<\/dd>/,
    );
  });
});
