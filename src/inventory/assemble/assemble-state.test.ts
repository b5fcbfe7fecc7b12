import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as expected } from '../../foundation/core/assert.ts';
import { Budget } from '../../foundation/core/budget.ts';
import type { Assembly, Cataloger } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSquashedView } from '../../image/view/squashed-view.ts';
import { assembleState } from './assemble-state.ts';

function createCataloger(id: string, assemble: () => Assembly): Cataloger<unknown> {
  return {
    id,
    version: 1,
    title: id,
    spec: '',
    tags: [],
    can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
    alias: id,
    wants: [],
    extract: () => ({}),
    assemble,
  };
}

function assembleProblems(...catalogers: readonly Cataloger<unknown>[]) {
  const { problems } = assembleState({
    view: createSquashedView([]),
    layers: [],
    distro: undefined,
    catalogers,
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  });
  return problems.map(({ code, plugin }) => `${code} ${plugin}`);
}

const GOOD = createCataloger('good', () => ({
  problems: [{ code: 'P_RECORD', message: 'said by itself', plugin: 'good' }],
}));

test('a cataloger that fails to assemble does not affect packages of other catalogers', () => {
  const deep = createCataloger('deep', () => {
    throw new RangeError('Maximum call stack size exceeded');
  });
  assert.deepEqual(assembleProblems(deep, GOOD), ['P_MALFORMED deep', 'P_RECORD good']);
});

test('a failed assertion and errors of the whole run end the run', () => {
  const broken = createCataloger('broken', () => {
    expected(GOOD.wants.length > 0, 'a promise');
    return {};
  });
  const full = createCataloger('full', () => {
    throw new UserError('E_SPILL', 'No room is left.');
  });
  assert.throws(() => assembleProblems(broken), /expected: a promise/);
  assert.throws(() => assembleProblems(full), { code: 'E_SPILL' });
});
