import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random-version.ts';
import { findCounterexamples, makeWorld } from './removal-world.ts';

/** Defines the test of the given number of random worlds, which are the same in every run. */
export function testRemovals(worlds: number): void {
  test('removing identities, data or readability never makes a result clean', async () => {
    const random = createRandom(23);
    const seen = new Set<number>();
    for (let number = 0; number < worlds; number++) {
      const world = makeWorld(random);
      const { statuses, counterexamples } = await findCounterexamples(world);
      assert.deepEqual(counterexamples, [], JSON.stringify(world));
      for (const status of statuses) {
        seen.add(status);
      }
    }
    assert.deepEqual([...seen].sort(), [0, 2, 4], 'some are clean, vulnerable, and incomplete');
  });
}
