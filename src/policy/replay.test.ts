import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PolicyVerdict } from '../core/policy-verdict.ts';
import { listDifferingInputs } from './replay.ts';

const VERDICT: PolicyVerdict = {
  target: 'shop',
  outcome: 'fail',
  evaluatedAt: '2026-11-25T00:00:00Z',
  policies: [],
  rules: [],
  exceptions: [],
} as never;

suite('a replay', () => {
  const compare = (earlier: object): readonly string[] =>
    listDifferingInputs({ evaluatedAt: VERDICT.evaluatedAt, document: { ...earlier } }, VERDICT);

  test('confirms the same verdict', () => {
    assert.deepEqual(compare(JSON.parse(JSON.stringify(VERDICT))), []);
  });

  test('names a member that was edited or added', () => {
    const [line] = compare({ ...VERDICT, outcome: 'pass' });
    assert.match(line ?? '', /"outcome"/);
    assert.match(compare({ ...VERDICT, reason: 'x' }).join(), /"reason"/);
  });

  test('names an input that the earlier verdict had alone', () => {
    const [line] = compare({ ...VERDICT, inputs: { ledger: 'sha256:1' } });
    assert.equal(line, 'ledger: was sha256:1, is absent');
  });
});
