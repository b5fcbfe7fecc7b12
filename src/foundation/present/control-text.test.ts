import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createControl, createReport } from '../../../test/support/verdict-report.ts';
import {
  CONTROL_COLUMNS,
  explainControl,
  listControlNotes,
  listControlRows,
} from './control-text.ts';

suite('controls in a terminal', () => {
  const { verdict } = createReport();

  test('list those that did not pass, the worst first', () => {
    const { rows, left } = listControlRows(verdict);
    assert.deepEqual(
      rows.map(({ key, status }) => `${key} ${status}`),
      ['mine/1 failed', 'mine/2 unknown', 'mine/3 unanswered'],
    );
    assert.equal(left, 0);
    const many = Array.from({ length: 25 }, (_, index) => createControl(String(index), 'failed'));
    assert.equal(listControlRows({ ...verdict, controls: many }).left, 5);
  });

  test('state the cause, the open part, and an unverified source', () => {
    const cause = CONTROL_COLUMNS.at(-1);
    const cells = listControlRows(verdict).rows.map((row) => cause?.cell(row));
    assert.deepEqual(cells, [
      'cause of 1; unverified source',
      'cause of 2; unverified source',
      'a person must answer: the rest; unverified source',
    ]);
  });

  test('are counted for each pack, and statements that do not count are named', () => {
    const statement = {
      control: 'mine/3',
      answer: 'met',
      by: 'a@example.org',
      evidence: 'OPS-1',
      expires: '2026-11-01',
      source: 's.yaml:2',
      state: 'expired',
      note: 'expired on 2026-11-01',
    } as const;
    assert.deepEqual(listControlNotes({ ...verdict, statements: [statement] }, 2), [
      '2 more controls: see -o html=FILE or -o json.',
      'mine 1: 5 controls, 1 failed, 1 unknown, 1 unanswered, 1 not applicable, 1 passed.',
      'Statement s.yaml:2 about mine/3 does not count: expired on 2026-11-01.',
    ]);
  });

  test('are explained with requirement, source, cause and limits', () => {
    const lines = explainControl(createControl('3', 'unanswered', { cannotAnswer: 'the rest' }));
    assert.deepEqual(lines, [
      'mine/3: unanswered (MUST, automatic)',
      '  requirement: It is required.',
      '  source: handbook, § 1, read on 2026-11-01 (copy, unverified)',
      '  cause: cause of 3',
      '  a person must answer: the rest',
      '  examined: 2 packages',
    ]);
  });

  test('have the results of other tools with their age, and whether they count', () => {
    const checks = ['passed', 'failed', 'passed', 'not-applicable'].map((status, index) => ({
      id: `check-${index}`,
      status,
    }));
    const result = { tool: 'openscap 1.3.7', file: 'arf.xml', digest: 'sha256:ab', checks };
    const describe = (more: object): string | undefined => {
      const lines = explainControl(
        createControl('3', 'failed', { results: [{ ...result, ...more }] }),
      );
      return lines.at(-1);
    };
    const counts = '1 failed, 1 not applicable, 2 passed';
    assert.equal(
      describe({ ageDays: 8 }),
      `  other tool: openscap 1.3.7 (arf.xml), 8 days old: ${counts}`,
    );
    const note = 'it ran after the time of this evaluation';
    assert.equal(
      describe({ ageDays: -1, note }),
      `  other tool: openscap 1.3.7 (arf.xml): ${counts}; does not count: ${note}`,
    );
  });
});
