import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createControl,
  createMatch,
  createReport,
  createRule,
} from '../../../../test/support/verdict-report.ts';
import type { VerdictReport } from '../../../foundation/core/verdict-format.ts';
import { html } from './html/html.ts';
import { markdown } from './markdown/markdown.ts';

const HOSTILE = '<img src=x onerror=alert(1)>\u001b[31m';

function write(format: typeof html, report: VerdictReport): string {
  const pieces: string[] = [];
  format.write(report, { write: (text) => pieces.push(text) });
  return pieces.join('');
}

/** Returns the text of a section without markup. */
function readSection(page: string, id: string): string {
  const start = page.indexOf(`<section id="${id}"`);
  assert.ok(start > 0, id);
  return page.slice(start, page.indexOf('</section>', start)).replaceAll(/<[^>]+>/g, ' ');
}

suite("the auditor's page", () => {
  test('answers whether it can ship, why not, and what is due next, in its head', () => {
    const page = write(html, createReport());
    const head = page.slice(0, page.indexOf('<nav')).replaceAll(/<[^>]+>/g, ' ');
    assert.match(head, /It must not ship/);
    assert.match(head, /mine\/1\s+title of 1: failed, cause of 1/);
    assert.match(head, /2026-12-01\s+a vulnerability is due by mine\/1/);
    assert.match(head, /2026-12-20\s+the exception for open-finding/);
    for (const status of ['1  failed', '1  unknown', '1  unanswered', '1  not applicable']) {
      assert.ok(head.includes(status), status);
    }
  });

  test('has the results of other tools, with their age', () => {
    const checks = [{ id: 'umask', status: 'failed' }];
    const ran = { ranAt: '2026-11-21T00:00:00Z', ageDays: 8 };
    const result = { tool: 'openscap 1.3.7', file: 'arf.xml', digest: 'sha256:ab', checks, ...ran };
    const report = createReport({
      controls: [createControl('1', 'failed', { results: [result] })],
    });
    const page = readSection(write(html, report), 'controls');
    assert.match(
      page,
      /openscap 1\.3\.7, ran 2026-11-21T00:00:00Z \(8 days before\): umask failed/,
    );
    assert.match(write(markdown, report), /other tool: openscap 1[^;|]*, 8 days old: 1 failed/);
  });

  test('lists everything that was not evaluated before the controls', () => {
    const page = write(html, createReport());
    assert.ok(page.indexOf('id="open"') < page.indexOf('id="controls"'));
    const open = readSection(page, 'open');
    assert.match(open, /cause of 2:\s+mine\/2/);
    assert.match(open, /mine\/3\s+title of 3; open: the rest/);
    assert.match(open, /a limit/);
    assert.doesNotMatch(open, /mine\/[145]/);
  });

  test('lists an unknown rule as not evaluated if its control failed or does not apply', () => {
    const unknown = createRule('second', []);
    const rules = [
      createRule('open-finding', [createMatch(1)]),
      { ...unknown, outcome: 'unknown' as const, missing: ['the list has an end'] },
    ];
    for (const status of ['failed', 'not-applicable'] as const) {
      const control = createControl('1', status, { rules: ['open-finding', 'second'] });
      const report = createReport({ controls: [control], rules });
      const open = readSection(write(html, report), 'open');
      assert.match(open, /the list has an end:\s+second/, status);
      assert.doesNotMatch(open, /Every rule was evaluated/, status);
      assert.match(write(markdown, report), /- the list has an end: second\n/, status);
    }
  });

  test('opens each control to requirement, source, cause, limits and evidence', () => {
    const controls = readSection(write(html, createReport()), 'controls');
    assert.match(controls, /It is required\./);
    assert.match(controls, /handbook, § 1, read on 2026-11-01 only in copies .*: unverified/);
    assert.match(controls, /copy: unverified/);
    assert.match(controls, /fail: CVE-2026-1 in openssl-1 .*: severity high \(advisory/);
  });

  test('names who accepted what, and until when, and how to replay', () => {
    const page = write(html, createReport());
    const accepted = readSection(page, 'accepted').replaceAll(/\s+/g, ' ');
    assert.match(accepted, /open-finding: CVE-2026-9 ciso@example.org the fix breaks TLS/);
    assert.match(accepted, /OPS-77 2026-12-20/);
    assert.match(
      readSection(page, 'inputs'),
      /plimsoll check app --pack mine --replay verdict.json/,
    );
  });

  test('shows the history of each control with its causes', () => {
    const change = { rule: 'open-finding', before: 'pass', after: 'fail', causes: ['data'] };
    const history = {
      since: '2026-11-01T00:00:00Z',
      before: 'pass',
      inputs: [{ cause: 'data' }],
      changes: [change],
      controls: new Map([['mine/1', 'passed']]),
    };
    const page = write(html, { ...createReport(), history });
    assert.match(
      readSection(page, 'history'),
      /mine\/1\s+is failed; was passed on 2026-11-01; cause: data/,
    );
    assert.match(readSection(page, 'controls'), /was passed on 2026-11-01; cause: data/);
  });

  test('needs no script: nothing is hidden or created by one', () => {
    const page = write(html, createReport());
    const scripts = page.match(/<script>/g) ?? [];
    assert.equal(scripts.length, 2, 'the color button and its early part');
    assert.doesNotMatch(page, /<script>[^<]*(?:innerHTML|createElement)/);
    assert.doesNotMatch(page, /\.(?:js|early) main\{display:none\}/);
  });

  test('has fewer than 3 MB for 2,000 findings and 20 rules', () => {
    const matches = Array.from({ length: 2_000 }, (_, index) => createMatch(index));
    const rules = Array.from({ length: 20 }, (_, index) => createRule(`rule-${index}`, matches));
    const page = write(html, createReport({ rules }));
    assert.ok(page.includes('CVE-2026-1999 in openssl-1999'));
    assert.ok(page.length < 3_000_000, String(page.length));
  });

  test('escapes every text', () => {
    const control = createControl('1', 'failed', {
      title: HOSTILE,
      reasons: [HOSTILE],
      requirement: HOSTILE,
      cannotAnswer: HOSTILE,
      source: { title: HOSTILE, section: HOSTILE, readOn: '2026-11-01', mark: 'copy' },
      statement: {
        control: 'mine/1',
        answer: 'met',
        by: HOSTILE,
        evidence: 'javascript:alert(1)',
        expires: '2027-01-01',
        source: HOSTILE,
        state: 'used',
        reason: HOSTILE,
      },
    });
    const match = { ...createMatch(1), title: HOSTILE };
    const report = createReport({
      controls: [control],
      rules: [createRule('open-finding', [match])],
      target: HOSTILE,
    });
    for (const format of [html, markdown]) {
      const page = write(format, report);
      assert.doesNotMatch(page, /(?<!\\)<img|\u001b|href="javascript/, format.id);
    }
  });
});

suite('the page in Markdown', () => {
  test('has the same parts, and unknown never reads as passed', () => {
    const page = write(markdown, createReport());
    assert.match(page, /^# .*: fail\n/);
    assert.ok(page.indexOf('## Not evaluated') < page.indexOf('## mine 1'));
    assert.match(page, /\| 2 \| unknown \| MUST \|/);
    assert.match(page, /\| 3 \| unanswered \| MUST \|/);
    assert.match(page, /copy: unverified/);
    assert.match(page, /ciso\\@example\.org/);
  });
});
