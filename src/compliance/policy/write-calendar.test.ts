import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import { type DueEntry, listDueDateGaps, listDueDates } from './due-dates.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import type { PolicyInput } from './fact.ts';
import { extendLedger } from './ledger.ts';
import { loadPolicies } from './load-policies.ts';
import { writeCalendar } from './write-calendar.ts';

const NOW = '2026-11-25T00:00:00Z';

/** Removes the folds of lines, as readers do. RFC 5545, 3.1. */
function joinLines(text: string): readonly string[] {
  assert.ok(text.endsWith('\r\n'));
  assert.ok(!/[^\r]\n|\r[^\n]/.test(text), 'lines end with CR LF only');
  for (const line of text.split('\r\n')) {
    assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.equal(Buffer.from(line).toString('utf8'), line);
  }
  return text.replaceAll('\r\n ', '').trimEnd().split('\r\n');
}

function write(...entries: readonly Partial<DueEntry>[]): readonly string[] {
  const base = { key: 'k', date: '2026-12-02T00:00:00.000Z', title: 'due', notes: [] };
  return joinLines(
    writeCalendar(
      entries.map((entry) => ({ ...base, ...entry })),
      NOW,
      [],
    ),
  );
}

suite('a calendar of due dates', () => {
  test('has an event with a time in UTC and a stable UID', () => {
    const lines = write({ title: 'CVE-2026-2222 is due', notes: ['3 days', 'missing: exposed'] });
    assert.deepEqual(lines.slice(0, 4), [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//plimsoll//due dates//EN',
      'BEGIN:VEVENT',
    ]);
    assert.match(lines[4] ?? '', /^UID:[0-9a-f]{64}@plimsoll$/);
    assert.deepEqual(lines.slice(5), [
      'DTSTAMP:20261125T000000Z',
      'DTSTART:20261202T000000Z',
      'SUMMARY:CVE-2026-2222 is due',
      'DESCRIPTION:3 days\\nmissing: exposed',
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'END:VCALENDAR',
    ]);
    const moved = write({ date: '2027-01-01T00:00:00Z' });
    assert.equal(moved[4], lines[4]);
  });

  test('escapes text, and a name cannot add a line', () => {
    const lines = write({ title: 'a;b,c\\d\r\nEND:VEVENT\u0007\u001b[31m', notes: ['x\ny'] });
    const [summary] = lines.filter((line) => line.startsWith('SUMMARY'));
    assert.equal(summary, 'SUMMARY:a\\;b\\,c\\\\d\\\\u{d}\\\\u{a}END:VEVENT\\\\u{7}\\\\u{1b}[31m');
    assert.equal(lines.filter((line) => line === 'END:VEVENT').length, 1);
  });

  test('folds long lines between characters', () => {
    for (const letter of ['a', 'ä', '€', '𝒳']) {
      const title = letter.repeat(200);
      assert.ok(write({ title }).includes(`SUMMARY:${title}`), letter);
    }
  });

  test('has a component if nothing is due', () => {
    assert.ok(write().includes('BEGIN:VJOURNAL'));
    assert.ok(write().includes('SUMMARY:nothing is due'));
  });
});

suite('due dates', () => {
  const { database } = SAMPLE_FINDINGS;
  const sample = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));
  assert.ok(sample);
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  const inventory = createInventory({
    packages: [
      { name: 'lodash', type: 'npm', version: '4.17.20', key: 'one' },
      { name: 'lodash', type: 'npm', version: '4.17.19', key: 'two' },
    ],
  });
  const findings = ['one', 'two'].map((packageKey) => ({ ...sample, packageKey }));
  const assessment = createAssessment({ inventory, findings: { database, findings, ...nothing } });
  const ledger = extendLedger(new Map(), assessment, '2026-11-20T00:00:00Z');
  const input: PolicyInput = { assessment, now: NOW, areFilesListed: false, ledger };

  function list(rule: string): readonly DueEntry[] {
    const text = `policy: shop\nrules:\n  - { id: a, for: finding, ${rule}, then: fail }`;
    return listDueDates(loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(text) }]), input);
  }

  test('are those of the clocks that a rule reads, each once per name', () => {
    assert.deepEqual(list('when: { severity: high }'), []);
    const [entry, ...others] = list('when: { overdue-fedramp-rev5: over 0 days }');
    assert.ok(entry);
    assert.deepEqual(others, []);
    assert.equal(entry.date, '2026-12-20T00:00:00.000Z');
    assert.match(entry.title, /is due by FedRAMP Rev\. 5$/);
    assert.ok(entry.notes.some((note) => note === '30 days after it was first seen'));
    const [open] = list("cel: 'finding.overdue_bod_26_04 > 0.0'");
    assert.match(open?.notes.at(-1) ?? '', /missing facts: .*exposed.*; latest date: /);
  });

  test('are not reported as absent if findings or facts of rules are unknown', () => {
    const policy = `policy: shop\nrules:\n  - { id: a, for: finding, when: { overdue-fedramp-rev5: over 0 days }, then: fail }`;
    const policies = loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(policy) }]);
    const { ledger: _, ...unseen } = input;
    const unmatched = { ...input, assessment: createAssessment({ inventory }) };
    for (const incomplete of [unmatched, unseen]) {
      const entries = listDueDates(policies, incomplete);
      assert.deepEqual(entries, []);
      const gaps = listDueDateGaps(incomplete, evaluatePolicies(policies, incomplete));
      const text = joinLines(writeCalendar(entries, NOW, gaps)).join('\n');
      assert.doesNotMatch(text, /nothing is due/);
      assert.match(
        text,
        /SUMMARY:due dates may be missing\\, because the evaluation is\s+incomplete\n/,
      );
      assert.match(text, /\nDESCRIPTION:the rule a is unknown\n/);
    }
    assert.deepEqual(listDueDateGaps(input, evaluatePolicies(policies, input)), []);
    const gap = { about: 'packages', verdict: 'partial', reason: 'a layer was not read' } as const;
    const coverage = { ...assessment.coverage, reasons: [gap] };
    const partial = { assessment: { ...assessment, coverage } };
    assert.deepEqual(listDueDateGaps(partial, { rules: [] }), ['a layer was not read']);
  });

  test('are also those of rules about ages', () => {
    const [entry] = list('when: { severity: high, first-seen-age: over 7 days }');
    assert.equal(entry?.date, '2026-11-27T00:00:00.001Z');
    assert.match(entry.title, /becomes due by the rule a$/);
    assert.deepEqual(list('when: { severity: low, first-seen-age: over 7 days }'), []);
  });
});
