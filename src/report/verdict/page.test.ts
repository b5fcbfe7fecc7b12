import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../core/assessment.ts';
import type { ControlResult, ControlStatus } from '../../core/control.ts';
import type { PolicyVerdict, RuleProof, SubjectProof } from '../../core/policy-verdict.ts';
import type { VerdictReport } from '../../core/verdict-format.ts';
import { html } from './html/html.ts';
import { markdown } from './markdown/markdown.ts';

const HOSTILE = '<img src=x onerror=alert(1)>\u001b[31m';

function createControl(id: string, status: ControlStatus, more = {}): ControlResult {
  return {
    key: `mine/${id}`,
    pack: 'mine',
    id,
    title: `title of ${id}`,
    requirement: 'It is required.',
    force: 'MUST',
    kind: 'automatic',
    source: { title: 'handbook', section: '§ 1', readOn: '2026-11-01', mark: 'copy' },
    isSourceVerified: false,
    mode: 'enforce',
    status,
    reasons: [`cause of ${id}`],
    rules: ['open-finding'],
    facts: ['finding.severity'],
    examined: ['2 packages'],
    results: [],
    ...more,
  };
}

function createMatch(index: number, outcome: SubjectProof['outcome'] = 'fail'): SubjectProof {
  const evidence = { advisory: `debian:12 DSA-${index}`, database: '2026-11-24T06:00:00Z' };
  return {
    subject: `finding CVE-2026-${index} 0123456789abcdef`,
    title: `CVE-2026-${index} in openssl-${index} 3.0.11-1~deb12u2`,
    outcome,
    conditions: [
      {
        condition: 'severity: high or worse',
        holds: outcome === 'unknown' ? 'unknown' : true,
        values: [{ fact: 'severity', value: 'high', evidence }],
      },
    ],
    exceptions: [],
  };
}

function createRule(rule: string, matches: readonly SubjectProof[]): RuleProof {
  return {
    rule,
    source: 'pack mine@1:9',
    subject: 'finding',
    quantifier: 'some',
    conditions: [{ text: 'severity: high or worse', fact: 'severity' }],
    action: 'fail',
    mode: 'enforce',
    outcome: 'fail',
    evaluated: matches.length,
    subjects: `sha256:${'0'.repeat(64)}`,
    missing: [],
    matches,
  };
}

function createReport(more: Partial<PolicyVerdict> = {}): VerdictReport {
  const inventory = createInventory({ packages: [{ name: 'a', type: 'npm', version: '1.0.0' }] });
  const { database } = SAMPLE_FINDINGS;
  const nothing = { findings: [], ignored: [], unevaluated: [], alerts: [] };
  const exception = { source: 'shop.yaml:3', reason: 'the fix breaks TLS', evidence: 'OPS-77' };
  const verdict: PolicyVerdict = {
    outcome: 'fail',
    target: 'app',
    evaluatedAt: '2026-11-25T00:00:00Z',
    policies: [{ name: 'mine', version: '1', source: 'mine.yaml', digest: 'sha256:ab' }],
    rules: [createRule('open-finding', [createMatch(1)])],
    exceptions: [
      {
        ...exception,
        ...{ rule: 'open-finding', about: 'CVE-2026-9', approvedBy: 'ciso@example.org' },
        ...{ expires: '2026-12-20', state: 'used' },
      },
    ],
    packs: [
      { id: 'mine', version: '1', title: 'ours', authority: 'us', sources: [], notes: ['a limit'] },
    ],
    controls: [
      createControl('1', 'failed', { dueAt: '2026-12-01T00:00:00Z' }),
      createControl('2', 'unknown'),
      createControl('3', 'unanswered', { cannotAnswer: 'the rest' }),
      createControl('4', 'passed'),
      createControl('5', 'not-applicable'),
    ],
    ...more,
  };
  return {
    tool: { name: 'plimsoll', version: '1' },
    assessment: createAssessment({ inventory, findings: { database, ...nothing } }),
    verdict,
    command: 'plimsoll check app --pack mine',
  };
}

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

  test('lists everything that was not evaluated before the controls', () => {
    const page = write(html, createReport());
    assert.ok(page.indexOf('id="open"') < page.indexOf('id="controls"'));
    const open = readSection(page, 'open');
    assert.match(open, /cause of 2:\s+mine\/2/);
    assert.match(open, /mine\/3\s+title of 3; open: the rest/);
    assert.match(open, /a limit/);
    assert.doesNotMatch(open, /mine\/[145]/);
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
        ...{ control: 'mine/1', answer: 'met', by: HOSTILE, evidence: 'javascript:alert(1)' },
        ...{ expires: '2027-01-01', source: HOSTILE, state: 'used', reason: HOSTILE },
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
