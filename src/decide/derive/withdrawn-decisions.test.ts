import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { Decision } from '../../core/decision.ts';
import type { Finding } from '../../core/finding.ts';
import { type DecidedResult, listWithdrawnDecisions } from './withdrawn-decisions.ts';

const DERIVED: Decision = {
  kind: 'derived',
  effect: 'set-aside',
  status: 'not_affected',
  reason: 'nothing there',
  author: 'plimsoll (tool)',
  source: 'rule r version 1',
  trace: [],
};

const [TEMPLATE] = SAMPLE_FINDINGS.findings;

/**
 * Compares results with two copies of a package: `open` and `aside` contain the keys of the copies
 * with the finding.
 */
function look(
  {
    open = [],
    aside = [],
  }: { readonly open?: readonly string[]; readonly aside?: readonly string[] },
  { decision = DERIVED, keys = ['a', 'b'], version = '1' } = {},
): DecidedResult {
  const packages = keys.map((key): PackageSeed => ({ key, name: 'x', type: 'npm', version }));
  const createFinding = (key: string): Finding => ({
    ...(TEMPLATE ?? assert.fail()),
    packageKey: key,
  });
  return {
    inventory: createInventory({ packages }),
    findings: {
      ...SAMPLE_FINDINGS,
      findings: open.map(createFinding),
      dispositioned: aside.map((key) => ({ finding: createFinding(key), decisions: [decision] })),
    },
  };
}

const listKeys = (before: DecidedResult, now: DecidedResult): readonly string[] =>
  listWithdrawnDecisions(before, now).flatMap(({ packageKeys }) => packageKeys);

suite('withdrawn decisions', () => {
  test('are reported if the finding is open again, with their reason', () => {
    const [alert, ...others] = listWithdrawnDecisions(
      look({ aside: ['a'] }),
      look({ open: ['a'] }),
    );
    assert.deepEqual(others, []);
    assert.equal(alert?.kind, 'decision-withdrawn');
    assert.match(alert.message, /needs review again: "nothing there" \(rule r version 1\)/);
  });

  test('are not reported for a copy that was always open', () => {
    const same = { open: ['b'], aside: ['a'] };
    assert.deepEqual(listKeys(look(same), look(same)), []);
    assert.deepEqual(listKeys(look(same), look({ open: ['b'] }, { keys: ['b'] })), []);
  });

  test('find a moved package by its name', () => {
    const before = look({ aside: ['a'] }, { keys: ['a'] });
    assert.deepEqual(listKeys(before, look({ open: ['c'] }, { keys: ['c'] })), ['c']);
  });

  test('are not reported for another version, another decider, or findings that are still suppressed', () => {
    const before = look({ aside: ['a'] }, { keys: ['a'] });
    const newer = look({ open: ['c'] }, { keys: ['c'], version: '2' });
    assert.deepEqual(listKeys(before, newer), []);
    const rule = look({ aside: ['a'] }, { decision: { ...DERIVED, kind: 'rule' } });
    assert.deepEqual(listKeys(rule, look({ open: ['a'] })), []);
    assert.deepEqual(listKeys(look({ aside: ['a'] }), look({ aside: ['a'] })), []);
    const silent = look({});
    const { dispositioned: _, ...findings } = silent.findings;
    assert.deepEqual(listKeys({ ...silent, findings }, look({ open: ['a'] })), []);
    const lost = { ...look({ aside: ['a'] }), inventory: createInventory({ packages: [] }) };
    assert.deepEqual(listKeys(lost, lost), []);
  });
});
