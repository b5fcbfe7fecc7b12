import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import type { Decision } from '../core/decision.ts';
import { decideFindings } from './decide-findings.ts';
import type { Decider } from './decider.ts';

function createDecision(more: Partial<Decision>): Decision {
  return {
    kind: 'vex',
    effect: 'set-aside',
    status: 'not_affected',
    reason: 'the code is not there',
    author: 'the vendor',
    source: 'statement 0',
    trace: [],
    ...more,
  };
}

const ID = 'CVE-2020-1';

/** Creates a decider with these decisions on one finding. */
function createDecider(...decisions: readonly Decision[]): Decider {
  return {
    decide: ({ finding }) => (finding.id === ID ? decisions : []),
    listAlerts: () => [{ kind: 'rule-unused', message: 'spoke', packageKeys: [] }],
  };
}

const decide = (...deciders: readonly Decider[]): ReturnType<typeof decideFindings> =>
  decideFindings(SAMPLE_FINDINGS, SAMPLE_INVENTORY, deciders);

suite('deciding findings', () => {
  test('moves suppressed findings to a list of their own, and loses none', () => {
    const { findings, dispositioned = [] } = decide(createDecider(createDecision({})));
    const before = SAMPLE_FINDINGS.findings.length;
    assert.equal(dispositioned.length, 1);
    assert.equal(dispositioned[0]?.finding.id, ID);
    assert.equal(findings.length + dispositioned.length, before);
    assert.ok(findings.every(({ decisions }) => decisions === undefined));
  });

  test('applies the first decision, and keeps the others', () => {
    const kept = createDecision({ effect: 'note', status: 'affected', author: 'first' });
    const { findings, dispositioned } = decide(
      createDecider(kept),
      createDecider(createDecision({})),
    );
    assert.deepEqual(dispositioned, []);
    const decisions = findings.find(({ id }) => id === ID)?.decisions ?? [];
    assert.deepEqual(
      decisions.map(({ status }) => status),
      ['affected', 'not_affected'],
    );
  });

  test('never applies a suggestion, not even if it comes first', () => {
    const suggested = createDecision({ effect: 'suggestion' });
    const { findings } = decide(createDecider(suggested));
    assert.equal(findings.find(({ id }) => id === ID)?.decisions?.length, 1);
    const { dispositioned = [] } = decide(
      createDecider(suggested),
      createDecider(createDecision({ author: 'second' })),
    );
    assert.deepEqual(
      dispositioned[0]?.decisions.map(({ effect }) => effect),
      ['set-aside', 'suggestion'],
    );
  });

  test('adds to already suppressed findings when it is repeated', () => {
    const once = decide(createDecider(createDecision({})));
    const twice = decideFindings(once, SAMPLE_INVENTORY, [createDecider(createDecision({}))]);
    assert.equal(twice.dispositioned?.length, 1);
    assert.equal(twice.alerts.length, once.alerts.length + 1);
  });
});
