import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../../test/support/sample-report.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import type { Alert, Finding, Findings, SeverityWord } from '../../../foundation/core/finding.ts';
import type { Inventory } from '../../../foundation/core/inventory.ts';
import type { GateResult } from '../../../foundation/core/verdict.ts';
import { severity } from './severity.ts';

const [SAMPLE_FINDING] = SAMPLE_FINDINGS.findings;
const [SAMPLE_PACKAGE] = SAMPLE_INVENTORY.packages;
assert.ok(SAMPLE_FINDING && SAMPLE_PACKAGE);

function createFinding(word: SeverityWord, more: Partial<Finding> = {}): Finding {
  const sample = SAMPLE_FINDING as Finding;
  return { ...sample, matches: [], severity: word, id: `CVE-${word}`, ...more };
}

/** A finding that is only supported by a generated CPE. */
function guess(word: SeverityWord): Finding {
  return createFinding(word, { matches: SAMPLE_FINDING?.matches ?? [] });
}

function createFindings(list: readonly Finding[], more: Partial<Findings> = {}): Findings {
  return { ...SAMPLE_FINDINGS, findings: list, alerts: [], unevaluated: [], ...more };
}

const INVENTORY = createInventory({ packages: [{ name: 'a', type: 'apk' }] });

function judge(
  threshold: SeverityWord,
  findings: Findings,
  countsGuesses = false,
  inventory: Inventory = INVENTORY,
): GateResult {
  const assessment = createAssessment({ inventory, findings });
  return severity.judge({ assessment }, { severity: threshold, countsGuesses });
}

function createAlert(kind: Alert['kind'], message: string): Alert {
  return { kind, message, packageKeys: [] };
}

suite('the severity gate', () => {
  test('fails at and above the threshold, and names the findings in a fixed order', () => {
    const list = [createFinding('high'), createFinding('critical'), createFinding('medium')];
    const result = judge('high', createFindings(list));
    assert.equal(result.outcome, 'fail');
    assert.equal(result.reason, '2 open findings are high or worse');
    assert.deepEqual(
      result.failedBy.map(({ id }) => id),
      ['CVE-critical', 'CVE-high'],
    );
  });

  test('counts findings of the base image beside those of the application, if requested', () => {
    const origins = ['base', 'changed', 'application', 'unknown', undefined] as const;
    const { packages } = createInventory({
      packages: origins.map((_, index) => ({ name: `p${index}`, type: 'apk' })),
    });
    const inventory = {
      ...INVENTORY,
      packages: packages.map((item, index): Inventory['packages'][number] => {
        const origin = origins[index];
        return origin === undefined ? item : { ...item, origin };
      }),
    };
    const judgeFindings = (indexes: readonly number[]): GateResult => {
      const list = indexes.map((index) =>
        createFinding('high', { packageKey: packages[index]?.key ?? '' }),
      );
      const assessment = createAssessment({ inventory, findings: createFindings(list) });
      return severity.judge({ assessment }, { severity: 'high', isApplicationOnly: true });
    };
    assert.deepEqual(
      [judgeFindings([0]).outcome, judgeFindings([0]).reason],
      ['pass', 'no open findings of the application are high or worse; 1 of the base image is'],
    );
    assert.deepEqual(
      [1, 2, 3, 4].map((index) => judgeFindings([index]).outcome),
      Array(4).fill('fail'),
    );
    assert.equal(
      judgeFindings([0, 2, 3]).reason,
      '2 open findings of the application are high or worse; 1 of the base image is',
    );
  });

  test('passes below the threshold', () => {
    const result = judge('high', createFindings([createFinding('medium')]));
    assert.deepEqual(
      [result.outcome, result.reason],
      ['pass', 'no open findings are high or worse'],
    );
  });

  test('does not fail for a guess, unless guesses count as in other scanners', () => {
    const all = createFindings([guess('critical')]);
    assert.equal(judge('low', all).outcome, 'pass');
    assert.match(judge('low', all).reason, /1 more are matched by CPE only and do not count/);
    assert.equal(judge('low', all, true).outcome, 'fail');
    assert.equal(judge('low', all, true).reason, '1 open finding is low or worse');
  });

  test('does not fail for unrated findings, but reports them', () => {
    const { outcome, reason } = judge('high', createFindings([createFinding('unknown')]));
    assert.equal(outcome, 'pass');
    assert.match(reason, /; 1 finding of unknown severity does not count$/);
    assert.equal(judge('unknown', createFindings([createFinding('unknown')])).outcome, 'fail');
  });

  test('is unknown without a database', () => {
    const result = judge('high', createFindings([], { database: undefined }));
    assert.deepEqual(
      [result.outcome, result.reason],
      ['unknown', 'vulnerabilities were not evaluated'],
    );
  });

  for (const kind of [
    'distro-unknown',
    'distro-without-data',
    'distro-with-little-data',
  ] as const) {
    test(`does not pass without findings if there is the alert ${kind}`, () => {
      const alerts = [createAlert(kind, 'the operating system is unknown')];
      const { outcome, reason } = judge('high', createFindings([], { alerts }));
      assert.equal(outcome, 'unknown');
      assert.match(reason, /; the operating system is unknown$/);
      assert.equal(
        judge('high', createFindings([createFinding('high')], { alerts })).outcome,
        'fail',
      );
      assert.equal(judge('high', createFindings([], { alerts }), true).outcome, 'pass');
    });
  }

  test('is unknown without a failing finding if the assessment is incomplete', () => {
    const problem = { code: 'P_UNSUPPORTED', message: 'it is no image' } as const;
    const nothing = { ...INVENTORY, packages: [] };
    const unread = { ...INVENTORY, problems: [problem] };
    for (const inventory of [nothing, unread]) {
      assert.equal(judge('high', createFindings([]), false, inventory).outcome, 'unknown');
      assert.equal(
        judge('high', createFindings([createFinding('high')]), false, inventory).outcome,
        'fail',
      );
      assert.equal(judge('high', createFindings([]), true, inventory).outcome, 'pass');
    }
    assert.match(
      judge('high', createFindings([]), false, nothing).reason,
      /; no package was found$/,
    );
  });

  test('is unknown without a failing finding past the end of life', () => {
    const alerts = [createAlert('distro-end-of-life', 'alpine 3.8 is past its end of life')];
    const { outcome, reason } = judge('high', createFindings([], { alerts }));
    assert.equal(outcome, 'unknown');
    assert.match(reason, /; alpine 3\.8 is past its end of life$/);
  });
});
