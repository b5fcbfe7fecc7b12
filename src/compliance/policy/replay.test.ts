import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { listDifferingInputs, readEarlierVerdict } from './replay.ts';

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

  test('needs a file with a verdict', () => {
    for (const text of ['', '[]', '{}', '{"evaluatedAt":"soon"}']) {
      assert.throws(() => readEarlierVerdict(Buffer.from(text), 'v.json'), {
        code: 'E_DOCUMENT_INVALID',
        message: '"v.json" is not a verdict',
      });
    }
    const bytes = Buffer.from(JSON.stringify(VERDICT));
    assert.equal(readEarlierVerdict(bytes, 'v.json').evaluatedAt, VERDICT.evaluatedAt);
  });

  test('names rules that are new, or have another outcome for the same inputs', () => {
    const rules = [
      { rule: 'a', outcome: 'pass' },
      { rule: 'b', outcome: 'fail' },
    ];
    const own = { ...VERDICT, rules } as never;
    const earlier = {
      evaluatedAt: '',
      document: { ...VERDICT, rules: [{ rule: 'a', outcome: 'warn' }] },
    };
    assert.deepEqual(listDifferingInputs(earlier as never, own), [
      'the rule a: was warn, is pass, with the same inputs',
      'the rule b: was absent, is fail, with the same inputs',
    ]);
  });

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
