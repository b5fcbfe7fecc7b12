import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { createDraw, type Draw, drawItem } from '../../../test/support/random-draw.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { present } from '../../foundation/core/assert.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import { POLICY_OUTCOMES, type PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { evaluateOnce } from './evaluate-policy.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { loadPolicies } from './load-policies.ts';
import type { Judged } from './next-change.ts';
import type { Policy } from './policy.ts';

const NOW = '2026-11-25T00:00:00Z';
const POLICIES = 200;
const FACT_SETS = 50;

const CONDITIONS = [
  'severity: high or worse',
  'severity: not low',
  'fix: true',
  'fix-state: [wont-fix, not-fixed]',
  'published-age: over 30 days',
  'reach: not unreachable',
  'cvss: at least 7',
  'package: like lo*',
];
const EXPRESSIONS = [
  'finding.severity == "critical" || finding.fix',
  '!(finding.fix && finding.severity == "high")',
  'finding.id.exists(x, x.startsWith("CVE")) && finding.cvss > 5',
  'finding.fix ? finding.severity == "high" : finding.risk > 10',
];

function createRules(random: Draw): string {
  return Array.from({ length: 1 + random(4) }, (_, index) => {
    const when = [drawItem(random, CONDITIONS), drawItem(random, CONDITIONS)];
    const distinct = when.filter(
      (one, at) => when.findIndex((other) => isSameFact(one, other)) === at,
    );
    const cel = random(2) === 0 ? '' : `, cel: '${drawItem(random, EXPRESSIONS)}'`;
    const key = random(4) === 0 ? 'when-none' : 'when';
    const mode = random(5) === 0 ? ', mode: log' : '';
    return `  - { id: r${index}, for: finding, ${key}: { ${distinct.join(', ')} }${cel}, then: ${drawItem(random, ['warn', 'fail'])}${mode} }`;
  }).join('\n');
}

function isSameFact(one: string, other: string): boolean {
  return one.split(':', 1)[0] === other.split(':', 1)[0];
}

const EXCEPTION =
  'exceptions: [{ rule: r0, package: lodash, reason: r, approved-by: a, evidence: e, expires: 2027-01-01 }]';

function load(rules: string, more = ''): readonly Policy[] {
  const text = `policy: shop\nrules:\n${rules}\n${more}\n`;
  return loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(text) }]);
}

const SAMPLE = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));

function createFindings(random: Draw): readonly Finding[] {
  assert.ok(SAMPLE);
  const sample = SAMPLE;
  return Array.from({ length: random(4) }, (_, index): Finding => {
    const [match] = sample.matches;
    assert.ok(match);
    return {
      ...sample,
      id: `CVE-2026-${index}`,
      packageKey: 'lodash',
      severity: drawItem(random, ['low', 'medium', 'high', 'critical']),
      fixState: drawItem(random, ['fixed', 'wont-fix', 'not-fixed']),
      reach: drawItem(random, ['required', 'tainted', 'unreachable']),
      matches: [
        {
          ...match,
          record: { ...match.record, publishedAt: drawItem(random, ['2026-01-01', '2026-11-20']) },
          scores: [{ vector: 'x', baseScore: drawItem(random, [3, 7, 9.8]) }],
        },
      ],
    };
  });
}

/** Makes some facts unknown. */
function forget(findings: readonly Finding[], random: Draw): readonly Finding[] {
  return findings.map((finding) => {
    const { reach: _, ...rest } = finding;
    const base = random(2) === 0 ? rest : finding;
    return {
      ...base,
      ...(random(2) === 0 ? { severity: 'unknown' } : {}),
      ...(random(2) === 0 ? { fixState: 'unknown' } : {}),
      matches:
        random(2) === 0
          ? base.matches
          : base.matches.map((match) => ({ ...match, scores: [], record: SAMPLE_RECORD })),
    } as Finding;
  });
}

const { publishedAt: _, ...SAMPLE_RECORD } = SAMPLE?.matches[0]?.record ?? { publishedAt: '' };

function judge(
  policies: readonly Policy[],
  findings: readonly Finding[],
  now = NOW,
): PolicyVerdict {
  return judgeOpenly(policies, findings, now).verdict;
}

function judgeOpenly(policies: readonly Policy[], findings: readonly Finding[], now = NOW): Judged {
  const inventory = createInventory({
    packages: [{ name: 'lodash', type: 'npm', version: '4.17.20', key: 'lodash' }],
  });
  const { database } = SAMPLE_FINDINGS;
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  const assessment = createAssessment({ inventory, findings: { database, findings, ...nothing } });
  return evaluateOnce(policies, { assessment, now, areFilesListed: false });
}

function rankOutcome({ outcome }: { readonly outcome: PolicyVerdict['outcome'] }): number {
  return POLICY_OUTCOMES.indexOf(outcome);
}

suite('random policies and facts', () => {
  const random = createDraw(20_261_129);
  const rules = Array.from({ length: POLICIES }, () => createRules(random));

  test('a rule has the same proof if it is evaluated for every subject, not a selection', () => {
    let matches = 0;
    for (const text of rules) {
      const policies = load(text);
      for (let set = 0; set < FACT_SETS / 5; set += 1) {
        const findings = forget(createFindings(random), random);
        const { rules: inForce, open, verdict } = judgeOpenly(policies, findings);
        for (const [index, rule] of inForce.entries()) {
          const { table, ...all } = present(open.get('finding'), 'every rule is about findings');
          assert.ok(table !== undefined || all.subjects.length === 0);
          const budget = { left: 100_000 };
          const context = { input: { now: NOW }, exceptions: { entries: [] }, budget };
          const proof = evaluateRule(rule, all, context);
          assert.deepEqual(verdict.rules[index], proof, text);
          matches += proof.matches.length;
        }
      }
    }
    assert.ok(matches > 500, String(matches));
  });

  test('an outcome that is decided with fewer facts stays the same with more', () => {
    let decided = 0;
    for (const text of rules) {
      const policies = load(text);
      for (let set = 0; set < FACT_SETS; set += 1) {
        const findings = createFindings(random);
        const more = judge(policies, findings);
        const less = judge(policies, forget(findings, random));
        for (const [index, rule] of less.rules.entries()) {
          const isDecided = rule.outcome !== 'unknown';
          decided += isDecided ? 1 : 0;
          assert.ok(!isDecided || rule.outcome === more.rules[index]?.outcome, text);
        }
        assert.ok(less.outcome !== 'pass' || more.outcome === 'pass', text);
      }
    }
    assert.ok(decided > POLICIES, `only ${decided} outcomes were decided`);
  });

  test('an exception never worsens a verdict, and the order of rules does not matter', () => {
    for (const text of rules) {
      const [plain, excepted] = [load(text), load(text, EXCEPTION)];
      const reversed = load(text.split('\n').reverse().join('\n'));
      for (let set = 0; set < FACT_SETS; set += 1) {
        const findings = createFindings(random);
        const verdict = judge(plain, findings);
        assert.ok(rankOutcome(judge(excepted, findings)) <= rankOutcome(verdict), text);
        assert.equal(judge(reversed, findings).outcome, verdict.outcome, text);
      }
    }
  });

  test('rules in the mode "log" never change the verdict', () => {
    const base = '  - { id: base, for: finding, when: { severity: critical }, then: warn }';
    for (const text of rules) {
      const logged = text.replaceAll(', mode: log', '').replaceAll(' }\n', ', mode: log }\n');
      const quiet = `${logged.replace(/ \}$/, ', mode: log }')}\n${base}`;
      const [logging, plain] = [load(quiet), load(base)];
      for (let set = 0; set < FACT_SETS; set += 1) {
        const findings = createFindings(random);
        assert.equal(judge(logging, findings).outcome, judge(plain, findings).outcome, quiet);
      }
    }
  });

  test('time alone never turns a due failure into pass', () => {
    for (const text of rules.filter((one) => one.includes('published-age'))) {
      const policies = load(text.replaceAll('when-none', 'when'));
      for (let set = 0; set < FACT_SETS; set += 1) {
        const findings = createFindings(random);
        const [now, later] = [
          judge(policies, findings),
          judge(policies, findings, '2027-11-25T00:00:00Z'),
        ];
        assert.ok(rankOutcome(later) >= rankOutcome(now), text);
      }
    }
  });
});
