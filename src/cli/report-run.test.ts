import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../foundation/core/problem.ts';
import type { Context } from './command.ts';
import { reportProblems } from './report-run.ts';

function listLines(problems: readonly Problem[], problemsNotListed: number): readonly string[] {
  const lines: string[] = [];
  const context = {
    resolved: { values: { verbose: true, parity: false } },
    notify: (line: string) => void lines.push(line),
  } as unknown as Context;
  reportProblems({ problems, problemsNotListed }, [], context);
  return lines;
}

function createProblems(count: number): readonly Problem[] {
  return Array.from({ length: count }, () => ({ code: 'P_LIMIT', message: 'a' }));
}

for (const [listed, notListed, more] of [
  [2, 3, '  and 3 more (see -o json)'],
  [2, 50, '  and 50 more (see -o json)'],
  [25, 0, '  and 5 more (see -o json)'],
  [20, 0, '  P_LIMIT : a'],
] as const) {
  test(`counts ${notListed} problems that are not listed next to ${listed}`, () => {
    assert.equal(listLines(createProblems(listed), notListed).at(-1), more);
  });
}
