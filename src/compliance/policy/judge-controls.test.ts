import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { type Assessment, createAssessment } from '../../foundation/core/assessment.ts';
import type { ControlResult } from '../../foundation/core/control.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import type { PolicyInput } from './fact.ts';
import { checkStatements, readStatements } from './file/read-statements.ts';
import { loadPolicies } from './load-policies.ts';
import type { Policy } from './policy.ts';

const NOW = '2026-11-25T00:00:00Z';
const { database } = SAMPLE_FINDINGS;

const FRAME = `
pack: mine
version: "1"
title: controls of ours
authority: us
sources:
  - { id: own, title: our handbook, read-on: 2026-11-01, mark: primary }
  - { id: other, title: a page of others, read-on: 2026-11-01, mark: copy }
controls:
`;
const BASE = 'title: t, requirement: r, force: MUST';
const RULES = `rules:
  - id: no-findings
    for: finding
    then: fail
  - id: listed
    for: finding
    when: { exploited: true }
    mode: log
    then: warn
`;

function load(controls: string, rules = RULES): readonly Policy[] {
  return loadPolicies([{ name: 'mine.yaml', bytes: Buffer.from(`${FRAME}${controls}${rules}`) }]);
}

/** A complete directory with one package, and these findings. */
function createTarget(severities: readonly string[] = [], packages = 1): Assessment {
  const names = ['a', 'b'].slice(0, packages);
  const inventory = createInventory({
    packages: names.map((name) => ({ name, type: 'npm', version: '1.0.0', key: name })),
  });
  const [first] = SAMPLE_FINDINGS.findings;
  assert.ok(first);
  const findings = severities.map((id) => ({ ...first, id, packageKey: 'a' }));
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  return createAssessment({ inventory, findings: { database, findings, ...nothing } });
}

function judge(
  controls: string,
  assessment = createTarget(),
  more: Partial<PolicyInput> = {},
  rules = RULES,
): PolicyVerdict {
  return evaluatePolicies(load(controls, rules), {
    assessment,
    now: NOW,
    areFilesListed: false,
    ...more,
  });
}

function judgeFirst(...parts: Parameters<typeof judge>): ControlResult {
  const [control] = judge(...parts).controls ?? [];
  assert.ok(control);
  return control;
}

function createAnswer(answer: string, expires = '2027-01-01'): Partial<PolicyInput> {
  const text = `statements:
  - { control: mine/1, answer: ${answer}, by: ops@example.org, evidence: OPS-1, expires: ${expires} }`;
  return { statements: readStatements(Buffer.from(text), 's.yaml') };
}

const AUTOMATIC = `  - { id: "1", ${BASE}, kind: automatic, rules: [no-findings] }\n`;
const PARTIAL = `  - { id: "1", ${BASE}, kind: partial, rules: [no-findings], cannot-answer: the rest }\n`;
const MANUAL = `  - { id: "1", ${BASE}, kind: manual }\n`;

suite('a control', () => {
  test('that is automatic has the outcome of its rules', () => {
    assert.equal(judgeFirst(AUTOMATIC).status, 'passed');
    const failed = judgeFirst(AUTOMATIC, createTarget(['CVE-2026-1']));
    assert.equal(failed.status, 'failed');
    assert.match(failed.reasons.join(), /^no-findings: CVE-2026-1 in a 1\.0\.0/);
    const { inventory } = createTarget();
    const unknown = judgeFirst(AUTOMATIC, createAssessment({ inventory }));
    assert.equal(unknown.status, 'unknown');
    assert.match(unknown.reasons.join(), /no advisory database/);
  });

  test('names three subjects or missing facts, and counts the others', () => {
    const failed = judgeFirst(
      AUTOMATIC,
      createTarget(['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4', 'CVE-5']),
    );
    assert.match(failed.reasons.join(), /CVE-3 in a 1\.0\.0 and 2 more$/);
    const facts = ['exposed', 'shipped', 'likely-exploitable', 'fedramp-class'];
    const rules = `rules:\n  - { id: no-findings, for: image, when: { ${facts
      .slice(0, 3)
      .map((fact) => `${fact}: true`)
      .join(', ')}, fedramp-class: A } }\n`;
    const unknown = judgeFirst(AUTOMATIC, createTarget(), {}, rules);
    assert.equal(unknown.status, 'unknown');
    assert.match(
      unknown.reasons.join(),
      /^no-findings: nobody declared "exposed".*; and 1 more reason$/,
    );
    assert.deepEqual(unknown.facts, facts.map((fact) => `image.${fact}`).toSorted());
  });

  test('passes with exceptions, which its reasons name', () => {
    const exception = `exceptions:\n  - { rule: no-findings, finding: CVE-2026-1, package: a, reason: r, approved-by: b, evidence: e, expires: 2026-12-31 }\n`;
    const { status, reasons } = judgeFirst(
      AUTOMATIC,
      createTarget(['CVE-2026-1']),
      {},
      `${exception}${RULES}`,
    );
    assert.deepEqual(
      [status, reasons],
      ['passed', ['no-findings: accepted by exceptions: CVE-2026-1 in a 1.0.0']],
    );
  });

  test('does not pass if nothing was examined, and makes the verdict unknown', () => {
    const surface = { dimensions: [], secrets: [], accounts: [] };
    const inventory = { ...createInventory({ packages: [] }), surface };
    const empty = createAssessment({ inventory });
    const form = AUTOMATIC.replace('no-findings', 'secret-in-image');
    const verdict = judge(form, empty);
    assert.equal(verdict.rules.find(({ rule }) => rule === 'secret-in-image')?.outcome, 'pass');
    assert.equal(verdict.controls?.[0]?.status, 'unknown');
    assert.match(verdict.controls[0].reasons.join(), /nothing was examined: 0 files/);
    assert.equal(verdict.outcome, 'unknown');
  });

  test('does not pass for an image without any file, although it has no shell', () => {
    const surface = { dimensions: [{ id: 'shells', value: 0, items: [] }] } as const;
    const inventory = { ...createInventory({ packages: [], target: IMAGE }), surface };
    const form = AUTOMATIC.replace('no-findings', 'has-shell');
    const empty = judge(form, createAssessment({ inventory }));
    assert.equal(empty.rules.find(({ rule }) => rule === 'has-shell')?.outcome, 'pass');
    assert.equal(empty.controls?.[0]?.status, 'unknown');
    assert.match(empty.controls[0].reasons.join(), /nothing was examined: 0 files/);
    const full = createAssessment({ inventory: { ...inventory, layerBytes: [7_000] } });
    const control = judgeFirst(form, full);
    assert.deepEqual([control.status, control.examined], ['passed', ['1 layer with 7,000 bytes']]);
  });

  test('states the examined content, the facts and the source', () => {
    const control = judgeFirst(
      `  - { id: "1", ${BASE}, kind: automatic, rules: [no-findings], source: other, section: § 2 }\n`,
    );
    assert.match(control.examined.join(), /^1 package, with the advisories of \d{4}-/);
    assert.deepEqual([control.source.section, control.isSourceVerified], ['§ 2', false]);
    assert.equal(judgeFirst(AUTOMATIC).isSourceVerified, true);
  });

  test('that is manual is unanswered until a person answers it', () => {
    const verdict = judge(MANUAL);
    assert.equal(verdict.controls?.[0]?.status, 'unanswered');
    assert.deepEqual([verdict.outcome, verdict.reason], ['unknown', 'mine/1 unanswered']);
    const cases = [
      ['met', 'passed'],
      ['not-met', 'failed'],
      ['not-applicable', 'not-applicable'],
    ] as const;
    for (const [answer, status] of cases) {
      const control = judgeFirst(MANUAL, createTarget(), createAnswer(answer));
      assert.equal(control.status, status);
      assert.equal(control.statement?.by, 'ops@example.org');
    }
  });

  test('that is partial fails by its rules, and passes only with a statement', () => {
    assert.equal(
      judgeFirst(PARTIAL, createTarget(['CVE-2026-1']), createAnswer('met')).status,
      'failed',
    );
    const open = judgeFirst(PARTIAL);
    assert.equal(open.status, 'unanswered');
    assert.match(open.reasons.join(), /a person must answer: the rest/);
    assert.equal(judgeFirst(PARTIAL, createTarget(), createAnswer('met')).status, 'passed');
    const { inventory } = createTarget();
    const unknown = judgeFirst(PARTIAL, createAssessment({ inventory }), createAnswer('met'));
    assert.equal(unknown.status, 'unknown');
  });

  test('does not apply if its condition or its rule is not met', () => {
    const createManual = (more: string): string =>
      `  - { id: "1", ${BASE}, kind: manual, ${more} }\n`;
    const byRule = createManual('applies-rule: listed');
    assert.equal(judgeFirst(byRule).status, 'not-applicable');
    assert.equal(judgeFirst(byRule, createTarget([], 0)).status, 'unknown');
    const byFact = createManual('applies: image.shipped');
    const { status, reasons } = judgeFirst(byFact);
    assert.equal(status, 'unknown');
    assert.match(reasons.join(), /whether it applies is unknown: .*shipped/);
  });

  test('applies if its rule fires, and waits for a statement', () => {
    const control = `  - { id: "1", ${BASE}, kind: manual, applies-rule: no-findings }\n`;
    assert.equal(judgeFirst(control).status, 'not-applicable');
    assert.equal(judgeFirst(control, createTarget(['CVE-2026-1'])).status, 'unanswered');
  });

  test('is unknown if its rule is not in force', () => {
    const form = RULES.replace('    for: finding\n', '    for: finding\n    from: 2027-01-01\n');
    const [control] = judge(AUTOMATIC, createTarget(), {}, form).controls ?? [];
    assert.equal(control?.status, 'unknown');
    assert.match(control.reasons.join(), /the rule no-findings is not in force for this image/);
  });
});

suite('a pack without rules', () => {
  test('passes if people answered all of its controls', () => {
    const policies = load(MANUAL, '');
    const input = { assessment: createTarget(), now: NOW, areFilesListed: false };
    const answered = evaluatePolicies(policies, { ...input, ...createAnswer('met') });
    assert.equal(answered.outcome, 'pass');
    assert.equal(evaluatePolicies(policies, input).outcome, 'unknown');
  });
});

suite('statements', () => {
  test('that have expired do not count, and are reported', () => {
    const verdict = judge(MANUAL, createTarget(), createAnswer('met', '2026-11-25'));
    assert.equal(verdict.controls?.[0]?.status, 'unanswered');
    assert.match(verdict.controls[0].reasons.join(), /its statement expired on 2026-11-25/);
    assert.equal(verdict.statements?.[0]?.state, 'expired');
  });

  test('that will expire announce the next change by time alone', () => {
    const { nextChange } = judge(MANUAL, createTarget(), createAnswer('met'));
    assert.equal(nextChange?.date, '2027-01-01T00:00:00.000Z');
    assert.match(nextChange.reason, /the statement about mine\/1 expires/);
  });

  test('cannot change the answer of rules', () => {
    const verdict = judge(AUTOMATIC, createTarget(['CVE-2026-1']), createAnswer('met'));
    assert.equal(verdict.controls?.[0]?.status, 'failed');
    assert.equal(verdict.statements?.[0]?.state, 'unused');
    assert.match(verdict.statements[0].note ?? '', /with an exception/);
  });

  test('without author, evidence or expiry are rejected with their line', () => {
    const parts = ['by: a@example.org', 'evidence: OPS-1', 'expires: 2027-01-01'];
    for (const [index, part] of parts.entries()) {
      const others = parts.filter((_, at) => at !== index).join(', ');
      const text = `statements:\n  - { control: mine/1, answer: met, ${others} }`;
      const [name] = part.split(':');
      assert.throws(
        () => readStatements(Buffer.from(text), 's.yaml'),
        new RegExp(`s\\.yaml:2: .*"${name}"`),
      );
    }
  });

  test('about an unknown control of a pack in use are rejected with the closest name', () => {
    const { statements = [] } = createAnswer('met');
    const [statement] = statements;
    assert.ok(statement);
    const policies = load(MANUAL);
    checkStatements([statement, { ...statement, control: 'other/9' }], policies);
    assert.throws(
      () => checkStatements([{ ...statement, control: 'mine/11' }], policies),
      /unknown control "mine\/11"/,
    );
  });
});

suite('packs', () => {
  test('share a rule, which is evaluated once with the strictest action', () => {
    const [first, second] = loadPolicies([], undefined, ['recommended', 'bod-26-04']);
    assert.equal(first?.name, 'recommended');
    const ids = [...first.rules, ...(second?.rules ?? [])].map(({ id }) => id);
    assert.equal(ids.length, new Set(ids).size);
    const should = `  - { id: "1", ${BASE.replace('MUST', 'SHOULD')}, kind: automatic, rules: [exploited] }\n`;
    const bytes = Buffer.from(`${FRAME}${should}`);
    const [, own] = loadPolicies([{ name: 'mine.yaml', bytes }], undefined, ['recommended']);
    assert.deepEqual(own?.rules, []);
    const [alone] = loadPolicies([{ name: 'mine.yaml', bytes }]);
    assert.deepEqual(
      alone?.rules.map(({ action }) => action),
      ['warn'],
    );
  });

  test('with a mistyped rule, a missing limit or a wrong kind are rejected', () => {
    const cases = [
      [`kind: automatic, rules: [no-finding]`, /unknown rule "no-finding"/],
      [`kind: automatic`, /is automatic, with 0 rules/],
      [`kind: manual, rules: [no-findings]`, /is manual, with 1 rules/],
      [`kind: partial, rules: [no-findings]`, /needs "cannot-answer"/],
      [`kind: manual, source: owm`, /unknown source "owm"/],
    ] as const;
    for (const [more, message] of cases) {
      assert.throws(() => load(`  - { id: "1", ${BASE}, ${more} }\n`), message);
    }
    assert.throws(() => load(`${MANUAL}${MANUAL}`), /two controls "1"/);
  });
});
