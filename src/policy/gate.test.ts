import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inventoryOf } from '../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import type { FindingChange } from '../core/change.ts';
import type { Alert, Finding, Findings, SeverityWord } from '../core/finding.ts';
import type { GateResult } from '../core/verdict.ts';
import { judgeGates, noveltyGate, severityGate } from './gate.ts';

const [SAMPLE_FINDING] = SAMPLE_FINDINGS.findings;
const [SAMPLE_PACKAGE] = SAMPLE_INVENTORY.packages;
assert.ok(SAMPLE_FINDING && SAMPLE_PACKAGE);

function finding(severity: SeverityWord, more: Partial<Finding> = {}): Finding {
  const sample = SAMPLE_FINDING as Finding;
  return { ...sample, matches: [], severity, id: `CVE-${severity}`, ...more };
}

/** Nothing but a CPE that was made up led to it. */
function guess(severity: SeverityWord): Finding {
  return finding(severity, { matches: SAMPLE_FINDING?.matches ?? [] });
}

function findingsOf(list: readonly Finding[], more: Partial<Findings> = {}): Findings {
  return { ...SAMPLE_FINDINGS, findings: list, alerts: [], unevaluated: [], ...more };
}

const INVENTORY = inventoryOf({ packages: [{ name: 'a', type: 'apk' }] });

function judge(threshold: SeverityWord, findings: Findings, isGuessCounted = false): GateResult {
  return severityGate(threshold, { isGuessCounted }).judge({ inventory: INVENTORY, findings });
}

function alert(kind: Alert['kind'], message: string): Alert {
  return { kind, message, packageKeys: [] };
}

suite('the gate over severities', () => {
  test('fails at the threshold and above it, and names what failed it in a fixed order', () => {
    const list = [finding('high'), finding('critical'), finding('medium')];
    const result = judge('high', findingsOf(list));
    assert.equal(result.outcome, 'fail');
    assert.equal(result.reason, '2 open findings are high or worse');
    assert.deepEqual(
      result.failedBy.map(({ id }) => id),
      ['CVE-critical', 'CVE-high'],
    );
  });

  test('passes below it', () => {
    const result = judge('high', findingsOf([finding('medium')]));
    assert.deepEqual(
      [result.outcome, result.reason],
      ['pass', 'no open findings are high or worse'],
    );
  });

  test('a guess does not fail it, unless guesses count as they do for the peers', () => {
    const all = findingsOf([guess('critical')]);
    assert.equal(judge('low', all).outcome, 'pass');
    assert.match(judge('low', all).reason, /1 more by a CPE only do not count/);
    assert.equal(judge('low', all, true).outcome, 'fail');
    assert.equal(judge('low', all, true).reason, '1 open finding is low or worse');
  });

  test('what nobody rated does not fail it, and that is told', () => {
    const { outcome, reason } = judge('high', findingsOf([finding('unknown')]));
    assert.equal(outcome, 'pass');
    assert.match(reason, /; 1 of unknown severity do not count$/);
    assert.equal(judge('unknown', findingsOf([finding('unknown')])).outcome, 'fail');
  });

  test('without a database the answer is unknown', () => {
    const result = judge('high', findingsOf([], { database: undefined }));
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
    test(`where the alert ${kind} stands, no finding is no pass`, () => {
      const alerts = [alert(kind, 'the operating system is not known')];
      const { outcome, reason } = judge('high', findingsOf([], { alerts }));
      assert.equal(outcome, 'unknown');
      assert.match(reason, /; the operating system is not known$/);
      assert.equal(judge('high', findingsOf([finding('high')], { alerts })).outcome, 'fail');
      assert.equal(judge('high', findingsOf([], { alerts }), true).outcome, 'pass');
    });
  }

  test('where no package was found in what could not be read, no finding is no pass', () => {
    const problem = { code: 'P_UNSUPPORTED', message: 'it is no image' } as const;
    const nothing = { ...INVENTORY, packages: [] };
    const input = { inventory: { ...nothing, problems: [problem] }, findings: findingsOf([]) };
    const gate = severityGate('high', { isGuessCounted: false });
    const { outcome, reason } = gate.judge(input);
    assert.equal(outcome, 'unknown');
    assert.match(reason, /; no package was found in what is there$/);
    assert.equal(severityGate('high', { isGuessCounted: true }).judge(input).outcome, 'pass');
    assert.equal(noveltyGate('high', []).judge(input).outcome, 'unknown');
    assert.equal(gate.judge({ ...input, inventory: nothing }).outcome, 'pass');
    const withPackage = { ...INVENTORY, problems: [problem] };
    assert.equal(gate.judge({ ...input, inventory: withPackage }).outcome, 'pass');
  });

  test('an end of life is told, since nothing new is said of such a system', () => {
    const alerts = [alert('distro-end-of-life', 'alpine 3.8 is past its end of life')];
    const { outcome, reason } = judge('high', findingsOf([], { alerts }));
    assert.equal(outcome, 'pass');
    assert.match(reason, /; alpine 3\.8 is past its end of life$/);
  });
});

function change(more: Partial<FindingChange>, severity: SeverityWord = 'high'): FindingChange {
  const after = { finding: finding(severity), package: SAMPLE_PACKAGE as never };
  return { kind: 'introduced', cause: 'image', detail: '', after, ...more };
}

function judgeNew(
  changes: readonly FindingChange[] | undefined,
  findings = findingsOf([]),
): GateResult {
  return noveltyGate('medium', changes).judge({ inventory: INVENTORY, findings });
}

suite('the gate over what is new', () => {
  test('fails by what the target itself introduced, or a decision that is gone', () => {
    for (const cause of ['image', 'decision'] as const) {
      const result = judgeNew([change({ cause })]);
      assert.equal(result.outcome, 'fail', cause);
      assert.equal(result.reason, '1 new finding is medium or worse');
      assert.deepEqual(result.failedBy, [
        { packageKey: SAMPLE_FINDING?.packageKey, id: 'CVE-high' },
      ]);
    }
  });

  test('passes by what only became known, and says how many those are', () => {
    for (const cause of ['data', 'matcher', 'catalog'] as const) {
      const { outcome, reason } = judgeNew([change({ cause })]);
      assert.equal(outcome, 'pass', cause);
      assert.match(reason, /^no new findings are medium or worse \(1 more became known/);
    }
  });

  test('passes by what was kept, is gone, is less severe, or is a guess', () => {
    const guessed = { finding: guess('critical'), package: SAMPLE_PACKAGE as never };
    const changes = [
      change({ kind: 'kept' }),
      { kind: 'resolved', cause: 'image', detail: '' } as const,
      change({}, 'low'),
      change({ after: guessed }),
    ];
    assert.equal(judgeNew(changes).outcome, 'pass');
  });

  test('without a baseline or a database the answer is unknown', () => {
    assert.equal(judgeNew(undefined).reason, 'no baseline');
    const findings = findingsOf([], { database: undefined });
    const { outcome, reason } = judgeNew([change({})], findings);
    assert.deepEqual([outcome, reason], ['unknown', 'vulnerabilities were not evaluated']);
  });
});

suite('the verdict', () => {
  const gateOf = (outcome: GateResult['outcome']) => ({
    id: outcome,
    judge: () => ({ gate: outcome, outcome, reason: '', failedBy: [] }),
  });
  const input = { inventory: INVENTORY, findings: findingsOf([]) };

  test('is the worst of all gates, of which each is judged', () => {
    const verdict = judgeGates(
      ['fail', 'unknown', 'pass'].map((one) => gateOf(one as never)),
      input,
    );
    assert.equal(verdict.outcome, 'fail');
    assert.deepEqual(
      verdict.gates.map(({ gate }) => gate),
      ['fail', 'unknown', 'pass'],
    );
    assert.equal(judgeGates([gateOf('pass'), gateOf('unknown')], input).outcome, 'unknown');
    assert.equal(judgeGates([gateOf('pass')], input).outcome, 'pass');
  });
});
