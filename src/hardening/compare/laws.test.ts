import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { applyFiles, applyPackages } from '../../../test/support/apply-difference.ts';
import { invert } from '../../../test/support/invert-difference.ts';
import { drawTargets } from '../../../test/support/random-targets.ts';
import { createRandom } from '../../../test/support/random-version.ts';
import { compareResults } from './compare-results.ts';
import type { Difference, Section } from './difference.ts';
import { toFileRef } from './file-changes.ts';
import { toPackageRef } from './package-changes.ts';

const PAIRS = 1_000;

const random = createRandom(20_261_126);
const cases = Array.from({ length: PAIRS }, () => {
  const [first, second] = drawTargets(random);
  return { first, second, difference: compareResults(first, second) };
});

/** Returns the lists of changes of a difference. */
function pickLists(difference: Difference): Pick<Difference, Section> {
  const { configuration, packages, files, executables, findings } = difference;
  return { configuration, packages, files, executables, findings };
}

suite(`the laws of differences, on ${PAIRS} random pairs`, () => {
  test('nothing differs between a target and itself', () => {
    for (const { first } of cases) {
      const difference = compareResults(first, first);
      const { findings, ...others } = pickLists(difference);
      assert.deepEqual(others, { configuration: [], packages: [], files: [], executables: [] });
      assert.ok(findings.every(({ kind }) => kind === 'unchanged'));
      assert.deepEqual(
        difference.layers.rows.filter(({ before, after }) => before !== after),
        [],
      );
    }
  });

  test('the reversed difference is the difference of the second to the first', () => {
    for (const { first, second, difference } of cases) {
      const back = pickLists(compareResults(second, first));
      assert.deepEqual(invert(pickLists(difference)), back);
    }
  });

  test('applying it to the packages and files of the first target creates those of the second', () => {
    for (const { first, second, difference } of cases) {
      const { packages, files } = difference;
      const [had, has] = [first, second].map(({ inventory }) =>
        inventory.packages.map(toPackageRef),
      );
      assert.deepEqual(applyPackages(packages, had ?? []), applyPackages([], has ?? []));
      const [held, holds] = [first, second].map(({ inventory }) => inventory.files.map(toFileRef));
      assert.deepEqual(applyFiles(files, held ?? []), applyFiles([], holds ?? []));
    }
  });

  test('every change has a unique ID', () => {
    for (const { difference } of cases) {
      const ids = Object.values(pickLists(difference)).flatMap((list) => list.map(({ id }) => id));
      assert.equal(new Set(ids).size, ids.length);
    }
  });
});
