import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YieldBudget } from './yield-budget.ts';

const MIB = 1024 * 1024;

test('a yield is due after much content, or after many entries without content', () => {
  const pace = new YieldBudget();
  const due = Array.from({ length: 40 }, () => pace.isDue(MIB)).filter(Boolean);
  assert(due.length >= 2 && due.length <= 4, String(due.length));
  const empty = Array.from({ length: 3_000 }, () => pace.isDue(0)).filter(Boolean);
  assert(empty.length >= 2 && empty.length <= 4, String(empty.length));
});
