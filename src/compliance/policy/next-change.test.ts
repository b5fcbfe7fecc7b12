import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { createDraw, type Draw, drawItem } from '../../../test/support/random-draw.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { DeclaredFact } from './declared-fact.ts';
import { evaluateOnce, evaluatePolicies } from './evaluate-policy.ts';
import type { PolicyInput } from './fact.ts';
import { extendLedger } from './ledger.ts';
import { loadPolicies } from './load-policies.ts';
import { summarize } from './next-change.ts';
import { subjectKinds } from './subject/registry.generated.ts';

const NOW = '2026-11-25T00:00:00.000Z';
/** Days that the brute force looks ahead; all dates of the cases are at midnight or noon. */
const HORIZON = 45;

function toDate(days: number): string {
  return new Date(Date.parse(NOW) + days * DAY_MS).toISOString();
}

const SAMPLE = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));

function createFindings(random: Draw): readonly Finding[] {
  const sample = SAMPLE;
  assert.ok(sample);
  return Array.from({ length: 1 + random(3) }, (_, index): Finding => {
    const [match] = sample.matches;
    assert.ok(match);
    const drawDays = (): number => random(2 * HORIZON) / -2;
    return {
      ...sample,
      id: `CVE-2026-${index}`,
      packageKey: 'lodash',
      severity: drawItem(random, ['low', 'high', 'unknown']),
      fixState: drawItem(random, ['fixed', 'fixed', 'wont-fix', 'unknown']),
      matches: [
        {
          ...match,
          fixes: [
            {
              version: '2',
              state: 'fixed',
              references: [],
              available: { date: toDate(drawDays()), kind: 'advisory' },
            },
          ],
          record: { ...match.record, publishedAt: toDate(drawDays()) },
        },
      ],
    };
  });
}

function createRule(random: Draw, index: number): string {
  const drawLimit = (): number => random(2 * HORIZON) / 2;
  const conditions = [
    `published-age: over ${drawLimit()} days`,
    `published-age: at least ${drawLimit()} days`,
    `published-age: under ${drawLimit()} days`,
    `published-age: ${drawLimit()}`,
    `fix-age: not at most ${drawLimit()} days`,
    `overdue-bod-26-04: over ${random(5)} days`,
    `overdue-fedramp-rev5: at least -${random(5)} days`,
  ];
  const expressions = [
    `finding.published_age > ${drawLimit()}.0 && finding.fix_age < ${drawLimit() + 20}.0`.replace(
      /\.5\.0/g,
      '.5',
    ),
    `finding.published_age - finding.fix_age > 0.0 || finding.published_age * 2.0 > ${random(180)}.0`,
    `[${random(30)}.0, ${random(90)}.0].exists(x, finding.fix_age == x)`,
    `(finding.fix_age > ${random(40)}.0 ? 1.0 : finding.published_age) > ${random(60)}.0`,
    `[finding.fix_age, finding.published_age].filter(x, x > ${random(40)}.0).size() == 1`,
    `finding.fix_age / 2.0 + 1.0 in [${random(40)}.0, ${random(40)}.0]`,
  ];
  const fixed = drawItem(random, ['', 'severity: high, ', 'fix: true, ']);
  const body =
    random(3) === 0
      ? `cel: '${drawItem(random, expressions)}'`
      : `${drawItem(random, ['when', 'when', 'when-none'])}: { ${fixed}${drawItem(random, conditions)} }`;
  const dates = [
    ...(random(8) === 0 ? [`from: ${toDate(random(40)).slice(0, 10)}`] : []),
    ...(random(8) === 0 ? [`until: ${toDate(random(40)).slice(0, 10)}`] : []),
    ...(random(6) === 0 ? ['mode: log'] : []),
  ];
  return `  - { ${[`id: r${index}`, 'for: finding', body, `then: ${drawItem(random, ['warn', 'fail'])}`, ...dates].join(', ')} }`;
}

function createException(random: Draw): string {
  const subject = drawItem(random, ['package: lodash', 'finding: CVE-2026-0', 'fact: severity']);
  const condition = random(2) === 0 ? '' : `, while: 'finding.published_age < ${random(60)}.0'`;
  const expires = toDate(random(60) - 5).slice(0, 10);
  return `  - { rule: r0, ${subject}, reason: r, approved-by: a, evidence: e, expires: ${expires}${condition} }`;
}

function createPolicy(random: Draw): string {
  const rules = Array.from({ length: 1 + random(3) }, (_, index) => createRule(random, index));
  const exceptions = Array.from({ length: random(3) }, () => createException(random));
  const end = '  - { id: eol, for: image, when: { end-of-life: true }, then: fail }';
  return [
    'policy: shop',
    ...(random(3) === 0 ? [`max-exception-duration: ${5 + random(30)} days`] : []),
    'rules:',
    ...rules,
    ...(random(4) === 0 ? [end] : []),
    ...(exceptions.length === 0 ? [] : ['exceptions:', ...exceptions]),
  ].join('\n');
}

function createInput(random: Draw): PolicyInput {
  const { database } = SAMPLE_FINDINGS;
  const inventory = createInventory({
    packages: [{ name: 'lodash', type: 'npm', version: '4.17.20', key: 'lodash' }],
  });
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  const findings = { database, findings: createFindings(random), ...nothing };
  const assessment = createAssessment({ inventory, findings });
  const ledger = extendLedger(new Map(), assessment, toDate(-random(60)));
  const exposed: DeclaredFact = {
    name: 'exposed',
    value: random(2) === 0,
    by: 'ops',
    expires: toDate(random(40)).slice(0, 10),
    source: 'facts.yaml:1',
  };
  return {
    assessment,
    now: NOW,
    areFilesListed: false,
    ledger,
    declaredFacts: random(2) === 0 ? [exposed] : [],
    endOfLife: toDate(random(60)),
  };
}

/** Evaluates at every midnight and noon, and one millisecond later. */
function findByForce(
  policies: ReturnType<typeof loadPolicies>,
  input: PolicyInput,
): string | undefined {
  const before = summarize(evaluateOnce(policies, input).verdict);
  for (let half = 0; half < 2 * HORIZON; half += 1) {
    for (const more of [0, 1]) {
      const time = Date.parse(NOW) + (half * DAY_MS) / 2 + more;
      const now = new Date(time).toISOString();
      if (
        time > Date.parse(NOW) &&
        summarize(evaluateOnce(policies, { ...input, now }).verdict) !== before
      ) {
        return now;
      }
    }
  }
  return undefined;
}

suite('the next change by time alone', () => {
  test('is the one that evaluations at all times find', () => {
    const random = createDraw(29);
    let changes = 0;
    for (let count = 0; count < 400; count += 1) {
      const text = createPolicy(random);
      const input = createInput(random);
      const policies = loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(text) }]);
      const { nextChange } = evaluatePolicies(policies, input);
      const expected = findByForce(policies, input);
      changes += expected === undefined ? 0 : 1;
      const found = nextChange?.date;
      const isLater = found !== undefined && found >= toDate(HORIZON);
      assert.equal(
        isLater ? undefined : found,
        expected,
        `${count}: ${text} ${nextChange?.reason}`,
      );
    }
    assert.ok(changes > 200, `only ${changes} changes`);
  });

  test('is known for every fact that depends on the time', () => {
    const random = createDraw(1);
    const reads: string[] = [];
    const input = new Proxy(createInput(random), {
      get: (target, name) => {
        reads.push(String(name));
        return Reflect.get(target, name) as unknown;
      },
    });
    for (const kind of subjectKinds) {
      for (const subject of kind.list(input).subjects) {
        for (const { name, type, read, changesAt } of kind.facts) {
          reads.length = 0;
          read(subject, input);
          const isAge = type.kind === 'amount' && type.unit === 'days';
          const isDeclared = reads.includes('declaredFacts');
          const isTimed = reads.includes('now') && !isAge && !isDeclared;
          assert.ok(!isTimed || changesAt !== undefined, `${kind.id} ${name}`);
        }
      }
    }
  });
});
