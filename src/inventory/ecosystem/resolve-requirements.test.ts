import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Budget } from '../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { resolveRequirements } from './resolve-requirements.ts';

it('connects each package with all providers of its requirements, once and never with itself', () => {
  const edges = resolveRequirements(
    [
      { item: 'app', provides: ['app', 'mail'], requires: ['libc', 'mail', 'libc', 'missing'] },
      { item: 'libc', provides: ['libc', 'libc.so'], requires: [] },
      { item: 'exim', provides: ['exim', 'mail'], requires: ['libc.so', 'libc'] },
    ],
    new Budget(DEFAULT_LIMITS),
  );
  assert.deepEqual(edges, [
    { from: 'libc', to: 'app' },
    { from: 'exim', to: 'app' },
    { from: 'libc', to: 'exim' },
  ]);
});

it('creates no more edges than a target may have, and reports that', () => {
  const packages = Array.from({ length: 100 }, (_, item) => ({
    item,
    provides: ['x'],
    requires: ['x'],
  }));
  const budget = new Budget({ ...DEFAULT_LIMITS, dependenciesMax: 250 });
  assert.equal(resolveRequirements(packages, budget).length, 2 * 99);
  const [problem, ...others] = budget.drainProblems();
  assert.match(problem?.message ?? '', /dependenciesMax/);
  assert.deepEqual(others, []);
});
