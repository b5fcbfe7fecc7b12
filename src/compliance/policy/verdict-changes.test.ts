import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { EarlierVerdict } from './replay.ts';
import { compareVerdicts, describeHistory, type OutcomeChange } from './verdict-changes.ts';

const INPUTS = { inventory: 'i1', database: 'd1', decisions: 'c1', facts: 'f1' };
const EXCEPTION = { source: 'shop.yaml:9', applies: true, reason: 'r' };

interface Parts {
  readonly outcome?: string;
  readonly time?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly digest?: string;
  readonly condition?: { readonly text: string; readonly fact?: string };
  /** Outcome of each subject. */
  readonly matches?: Readonly<Record<string, string>>;
  readonly exceptions?: readonly object[];
  readonly isWithoutRule?: boolean;
}

function create(parts: Parts): EarlierVerdict {
  const { outcome = 'fail', time = '2026-11-25T00:00:00Z', digest = 'p1', matches = {} } = parts;
  const { condition = { text: 'severity: high', fact: 'severity' }, exceptions = [] } = parts;
  const rule = {
    rule: 'a',
    subject: 'finding',
    quantifier: 'some',
    conditions: [condition],
    action: 'fail',
    mode: 'enforce',
    outcome,
    matches: Object.entries(matches).map(([subject, word]) => {
      return { subject, title: `title of ${subject}`, outcome: word, exceptions };
    }),
  };
  const document = {
    outcome,
    evaluatedAt: time,
    inputs: { ...INPUTS, ...parts.inputs },
    policies: [{ name: 'shop', version: '1', digest }],
    rules: parts.isWithoutRule === true ? [] : [rule],
  };
  return { evaluatedAt: time, document: JSON.parse(JSON.stringify(document)) };
}

function explain(older: Parts, newer: Parts): readonly string[] {
  return compareVerdicts(create(older), create(newer)).changes.map(describe);
}

function describe({ subject = 'rule', before, after, causes }: OutcomeChange): string {
  return `${subject}: ${before} → ${after} by ${causes.join(' or ')}`;
}

const LATER = '2026-12-25T00:00:00Z';

suite('the difference between two verdicts', () => {
  test('has the earlier status of each control', () => {
    const older = create({});
    const controls = [{ key: 'mine/1', status: 'passed' }, { key: 'mine/2' }];
    const verdict = create({ outcome: 'pass' }).document as never;
    const history = describeHistory(
      { ...older, document: { ...older.document, controls } },
      verdict,
    );
    assert.deepEqual(
      [...history.controls],
      [
        ['mine/1', 'passed'],
        ['mine/2', ''],
      ],
    );
    assert.deepEqual([history.since, history.before], [older.evaluatedAt, 'fail']);
    assert.equal(history.changes.length, 1);
  });

  test('is empty for equal ones', () => {
    const { inputs, changes } = compareVerdicts(create({}), create({}));
    assert.deepEqual([inputs, changes], [[], []]);
  });

  test('names the only input that differs as the cause', () => {
    const cases: readonly [Parts, string][] = [
      [{ inputs: { inventory: 'i2' } }, 'image'],
      [{ inputs: { database: 'd2' } }, 'data'],
      [{ inputs: { decisions: 'c2' } }, 'decision'],
      [{ inputs: { facts: 'f2' } }, 'facts'],
      [{ inputs: { ledger: 'l2' } }, 'ledger'],
      [{ inputs: { dockerfile: 'x2' } }, 'dockerfile'],
      [{ inputs: { results: 'r2' } }, 'results'],
      [{ inputs: { packageLists: 'p2' } }, 'package-lists'],
      [{ inputs: { lifecycles: 'e2' } }, 'lifecycles'],
      [{ inputs: { attestations: 'a2' } }, 'attestations'],
      [{ inputs: { baseline: 'b2' } }, 'baseline'],
      [{}, 'program'],
    ];
    for (const [parts, cause] of cases) {
      const lines = explain({ matches: { x: 'fail' } }, { ...parts, outcome: 'pass' });
      assert.deepEqual(lines, [
        `rule: fail → pass by ${cause}`,
        `title of x: fail → pass by ${cause}`,
      ]);
    }
  });

  test('names the policy if the rule differs, or is absent', () => {
    const other = { condition: { text: 'severity: low', fact: 'severity' }, digest: 'p2' };
    const lines = explain({ matches: { x: 'fail' } }, { ...other, outcome: 'pass' });
    assert.deepEqual(lines.at(-1), 'title of x: fail → pass by policy');
    const [gone] = explain({}, { digest: 'p2', isWithoutRule: true, time: LATER });
    assert.equal(gone, 'rule: fail → absent by policy');
    const [ended] = explain({}, { isWithoutRule: true, time: LATER });
    assert.equal(ended, 'rule: fail → absent by time');
  });

  test('names the time only for rules that depend on it', () => {
    const parts = { inputs: { database: 'd2' }, time: LATER, outcome: 'pass' };
    assert.deepEqual(
      explain({ matches: { x: 'fail' } }, parts).at(-1),
      'title of x: fail → pass by data',
    );
    for (const condition of [
      { text: 'fix-age: over 30 days', fact: 'fix-age' },
      { text: 'finding.fix_age > 30.0' },
    ]) {
      const [line] = explain(
        { condition, outcome: 'pass' },
        { condition, time: LATER, matches: { x: 'fail' } },
      );
      assert.equal(line, 'rule: pass → fail by time');
    }
  });

  test('names the time if an exception expired, and the policy if it is new', () => {
    const before = { matches: { x: 'pass' }, exceptions: [EXCEPTION], outcome: 'pass' };
    const expired = { ...EXCEPTION, applies: false, reason: 'expired on 2026-12-20' };
    const after = { matches: { x: 'fail' }, exceptions: [expired], time: LATER };
    const more = { ...after, inputs: { database: 'd2' } };
    assert.equal(explain(before, more).at(-1), 'title of x: pass → fail by time');
    const without = { matches: { x: 'fail' }, digest: 'p2' };
    assert.equal(explain(without, before).at(-1), 'title of x: fail → pass by policy');
  });
});
