import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseGroups } from './choose-groups.ts';

/** A generator with a seed: the same choices in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function sumRisk(groups: readonly { readonly risk: number }[]): number {
  return groups.reduce((sum, { risk }) => sum + risk, 0);
}

/** The most risk that any combination removes. */
function findOptimum(
  groups: readonly { readonly risk: number; readonly cost: number }[],
  costMax: number,
): number {
  let best = 0;
  for (let mask = 0; mask < 2 ** groups.length; mask += 1) {
    const chosen = groups.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1);
    const cost = chosen.reduce((sum, one) => sum + one.cost, 0);
    best = cost <= costMax ? Math.max(best, sumRisk(chosen)) : best;
  }
  return best;
}

test('without a narrow limit, all updates are chosen, the most risk per package first', () => {
  const groups = [
    { risk: 10, cost: 5 },
    { risk: 9, cost: 1 },
    { risk: 8, cost: 2 },
  ];
  assert.deepEqual(
    chooseGroups(groups, 8).map(({ risk }) => risk),
    [9, 8, 10],
  );
});

test('up to 20 updates, the choice is the best of all combinations', () => {
  const random = createRandom(7);
  for (let round = 0; round < 200; round += 1) {
    const groups = Array.from({ length: 1 + Math.floor(random() * 9) }, () => ({
      risk: Math.floor(random() * 100),
      cost: 1 + Math.floor(random() * 4),
    }));
    const costMax = Math.floor(random() * 12);
    const chosen = chooseGroups(groups, costMax);
    assert.ok(chosen.reduce((sum, { cost }) => sum + cost, 0) <= costMax);
    assert.equal(sumRisk(chosen), findOptimum(groups, costMax));
  }
});

test('of more updates, those that fit are chosen by risk per package', () => {
  const groups = Array.from({ length: 25 }, (_, index) => ({ risk: index, cost: 2 }));
  assert.deepEqual(
    chooseGroups(groups, 5).map(({ risk }) => risk),
    [24, 23],
  );
});
