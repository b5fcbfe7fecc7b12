import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import { type Assessment, createAssessment } from '../../foundation/core/assessment.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import type { PolicyInput } from './fact.ts';
import { loadPolicies } from './load-policies.ts';

const NOW = '2026-11-25T00:00:00Z';
const { findings: FOUND, database } = SAMPLE_FINDINGS;
const LODASH = FOUND.find(({ id }) => id.startsWith('GHSA'));

/** A complete assessment of a directory with lodash, and the given findings. */
function createComplete(list: readonly Partial<Finding>[] = []): Assessment {
  const inventory = createInventory({
    packages: [{ name: 'lodash', type: 'npm', version: '4.17.20', key: 'lodash' }],
  });
  assert.ok(LODASH);
  const base: Finding = { ...LODASH, packageKey: 'lodash' };
  const findings = list.map((more) => ({ ...base, ...more }));
  const nothing = { ignored: [], unevaluated: [], alerts: [] };
  return createAssessment({ inventory, findings: { database, findings, ...nothing } });
}

function createInput(assessment: Assessment, more: Partial<PolicyInput> = {}): PolicyInput {
  return { assessment, now: NOW, areFilesListed: false, ...more };
}

function judge(
  policy: string,
  assessment: Assessment,
  more: Partial<PolicyInput> = {},
): PolicyVerdict {
  const policies = loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(policy) }]);
  return evaluatePolicies(policies, createInput(assessment, more));
}

const HIGH = `
policy: shop
rules:
  - { id: high, for: finding, when: { severity: high or worse }, then: fail }
`;

function createException(more: string): string {
  const needed = 'reason: r, approved-by: ciso@example.org, evidence: OPS-1';
  return `${HIGH}exceptions:\n  - { rule: high, ${needed}, ${more} }\n`;
}

suite('a verdict', () => {
  test('fails, passes, or is unknown by its rules', () => {
    assert.equal(judge(HIGH, createComplete([{ severity: 'critical' }])).outcome, 'fail');
    assert.equal(judge(HIGH, createComplete([{ severity: 'low' }])).outcome, 'pass');
    assert.equal(judge(HIGH, createComplete()).outcome, 'pass');
    assert.equal(judge(HIGH, createComplete([{ severity: 'unknown' }])).outcome, 'unknown');
  });

  test('is unknown beyond the steps of the whole check, never a pass', () => {
    const low = createComplete([{ severity: 'low' }, { severity: 'low' }]);
    assert.equal(judge(HIGH, low, { stepsMax: 2 }).outcome, 'pass');
    const { outcome, rules } = judge(HIGH, low, { stepsMax: 1 });
    assert.equal(outcome, 'unknown');
    assert.deepEqual(rules[0]?.matches[0]?.conditions[0]?.values[1], {
      fact: 'budget',
      unknown: 'the evaluation needed more steps than allowed',
    });
  });

  test('is unknown if vulnerabilities were not evaluated, or the inventory is incomplete', () => {
    const { inventory } = createComplete();
    assert.equal(judge(HIGH, createAssessment({ inventory })).outcome, 'unknown');
    const clean = { ...SAMPLE_FINDINGS, findings: [], alerts: [], unevaluated: [] };
    const damaged = createAssessment({ inventory: SAMPLE_INVENTORY, findings: clean });
    const { outcome, rules } = judge(HIGH, damaged);
    assert.equal(outcome, 'unknown');
    assert.ok(rules[0]?.missing.includes('some files could not be read'));
  });

  test('is unknown if the database is out of date, or the distribution has no data', () => {
    const complete = createComplete();
    const { findings, inventory } = complete;
    assert.ok(findings);
    for (const kind of ['database-outdated', 'distro-without-data'] as const) {
      const alerts = [{ kind, message: `the alert ${kind}`, packageKeys: [] }];
      const doubtful = createAssessment({ inventory, findings: { ...findings, alerts } });
      const { outcome, rules } = judge(HIGH, doubtful);
      assert.equal(outcome, 'unknown', kind);
      assert.deepEqual(rules[0]?.missing, [`the alert ${kind}`]);
    }
  });

  test('weighs an unknown rule no more than its action', () => {
    const warn = HIGH.replace('then: fail', 'then: warn');
    const { outcome, rules } = judge(warn, createComplete([{ severity: 'unknown' }]));
    assert.equal(outcome, 'warn');
    assert.equal(rules[0]?.outcome, 'unknown');
  });

  test('is unknown if no rule is in force', () => {
    const complete = createComplete();
    assert.equal(judge('policy: shop', complete).outcome, 'unknown');
    const other = `${HIGH}images: [{ match: "registry.example/*" }]\n`;
    const { outcome, reason } = judge(other, complete);
    assert.equal(outcome, 'unknown');
    assert.match(reason ?? '', /no rule is in force/);
    const past = HIGH.replace('then: fail', 'then: fail, until: 2026-11-25');
    assert.equal(judge(past, createComplete([{ severity: 'high' }])).outcome, 'unknown');
    const logged = HIGH.replace('then: fail', 'then: fail, mode: log');
    assert.equal(judge(logged, createComplete([{ severity: 'high' }])).outcome, 'unknown');
  });

  test('applies the rules of the first image that matches', () => {
    const policy = `${HIGH}  - { id: low, for: finding, when: { severity: low }, then: fail }
images: [{ match: "*", rules: [low] }, { match: "*", rules: all }]
`;
    const { rules } = judge(policy, createComplete());
    assert.deepEqual(
      rules.map(({ rule }) => rule),
      ['low'],
    );
  });

  test('is fail for a denied image, whatever the rules say', () => {
    const policy = `${HIGH}denied-images: [{ match: "*", reason: withdrawn }]\n`;
    const { outcome, reason } = judge(policy, createComplete());
    assert.equal(outcome, 'fail');
    assert.match(reason ?? '', /denied by shop\.yaml:\d+: withdrawn/);
  });

  test('depends on the labels of an image', () => {
    const { inventory, findings } = createComplete([{ severity: 'high' }]);
    const { target } = SAMPLE_INVENTORY;
    assert.ok(findings && target.kind === 'image');
    const createLabeled = (value: unknown): Assessment => {
      const config = Buffer.from(JSON.stringify({ config: { Labels: { vendor: value } } }));
      const image = { ...target, config };
      return createAssessment({ inventory: { ...inventory, target: image }, findings });
    };
    const policy = `${HIGH}images: [{ label: "vendor=Acme*", match: "*" }]\n`;
    assert.equal(judge(policy, createLabeled('Acme Inc.')).outcome, 'fail');
    for (const value of ['Other', 5, null]) {
      assert.equal(judge(policy, createLabeled(value)).outcome, 'unknown');
    }
    const denied = `${HIGH.replace('high or worse', 'critical')}denied-images: [{ label: vendor=Evil, reason: r }]`;
    assert.equal(judge(denied, createLabeled('Evil')).outcome, 'fail');
    assert.equal(judge(denied, createLabeled('Acme')).outcome, 'pass');
  });

  test('accepts the violations of an allowed image, but not missing facts', () => {
    const approval = 'reason: r, approved-by: ciso@example.org, evidence: OPS-1';
    const createPolicy = (image: string): string =>
      `${HIGH}allowed-images: [{ ${image}, ${approval}, expires: 2026-12-20 }]\n`;
    const high = createComplete([{ severity: 'high' }]);
    const allowed = judge(createPolicy('match: "*"'), high);
    assert.equal(allowed.outcome, 'pass');
    assert.deepEqual(
      allowed.exceptions.map(({ rule, about, state }) => [rule, about, state]),
      [['every rule', '*', 'used']],
    );
    assert.equal(judge(createPolicy('match: other'), high).outcome, 'fail');
    const unrated = createComplete([{ severity: 'unknown' }]);
    assert.equal(judge(createPolicy('match: "*"'), unrated).outcome, 'unknown');
    const later = judge(createPolicy('match: "*"'), high, { now: '2026-12-20T00:00:00Z' });
    assert.equal(later.outcome, 'fail');
    const denied = `${createPolicy('match: "*"')}denied-images: [{ match: "*", reason: r }]\n`;
    assert.equal(judge(denied, high).outcome, 'fail');
  });

  test('names the value and the evidence of each condition', () => {
    const { rules } = judge(HIGH, createComplete([{ severity: 'critical' }]));
    assert.deepEqual(rules[0]?.matches[0]?.conditions, [
      {
        condition: 'severity: high or worse',
        holds: true,
        values: [
          {
            fact: 'severity',
            value: 'critical',
            evidence: { advisory: 'github:language:javascript GHSA-35jh-r3h4-6jhm' },
          },
        ],
      },
    ]);
  });

  test('is unknown about the files of a package if a document names none', () => {
    const policy =
      'policy: shop\nrules: [{ id: a, for: package, when: { path: like /app/* }, then: fail }]';
    const { inventory, findings } = createComplete();
    const packages = inventory.packages.map((item) => ({ ...item, locations: [] }));
    assert.ok(findings);
    const listed = createAssessment({ inventory: { ...inventory, packages }, findings });
    assert.equal(judge(policy, listed).outcome, 'unknown');
  });

  test('requires a subject with "when-none"', () => {
    const createPolicy = (name: string): string =>
      `policy: shop\nrules: [{ id: a, for: package, when-none: { name: ${name} }, then: fail }]`;
    assert.equal(judge(createPolicy('lodash'), createComplete()).outcome, 'pass');
    const { outcome, rules } = judge(createPolicy('openssl'), createComplete());
    assert.equal(outcome, 'fail');
    assert.equal(rules[0]?.matches[0]?.title, 'no package with name: openssl');
    // A damaged inventory may have the package.
    const damaged = createAssessment({ inventory: SAMPLE_INVENTORY, findings: SAMPLE_FINDINGS });
    assert.equal(judge(createPolicy('openssl'), damaged).outcome, 'unknown');
    assert.equal(judge(createPolicy('busybox'), damaged).outcome, 'pass');
  });
});

suite('an exception', () => {
  const high = createComplete([{ severity: 'high' }]);

  test('turns a violation into pass for its subject only', () => {
    const policy = createException('finding: CVE-2021-23337, package: lodash, expires: 2026-12-20');
    const { outcome, rules, exceptions } = judge(policy, high);
    assert.equal(outcome, 'pass');
    assert.equal(rules[0]?.matches[0]?.exceptions[0]?.applies, true);
    assert.equal(exceptions[0]?.state, 'used');
    const other = createException('finding: CVE-2000-1, expires: 2026-12-20');
    const unused = judge(other, high);
    assert.equal(unused.outcome, 'fail');
    assert.equal(unused.exceptions[0]?.state, 'unused');
  });

  test('ends on its date, and the verdict announces the date', () => {
    const policy = createException('package: lodash, expires: 2026-12-20');
    assert.deepEqual(judge(policy, high).nextChange, {
      date: '2026-12-20T00:00:00.000Z',
      reason: 'the exception shop.yaml:6 for high expires',
    });
    const later = judge(policy, high, { now: '2026-12-20T00:00:00Z' });
    assert.equal(later.outcome, 'fail');
    assert.equal(later.exceptions[0]?.state, 'expired');
  });

  test('lapses if its condition no longer holds, and is unknown if that is unknown', () => {
    const createPolicy = (condition: string): string =>
      createException(`package: lodash, expires: 2026-12-20, while: '${condition}'`);
    assert.equal(judge(createPolicy('finding.fix_state == "fixed"'), high).outcome, 'pass');
    const lapsed = judge(createPolicy('finding.fix_state == "wont-fix"'), high);
    assert.equal(lapsed.outcome, 'fail');
    assert.equal(lapsed.exceptions[0]?.state, 'lapsed');
    assert.equal(judge(createPolicy('finding.reach == "unreachable"'), high).outcome, 'unknown');
  });

  test('does not apply for longer than the policy allows', () => {
    const policy = `max-exception-duration: 10 days\n${createException('package: lodash, expires: 2026-12-20')}`;
    const { outcome, exceptions } = judge(policy, high);
    assert.equal(outcome, 'fail');
    assert.equal(exceptions[0]?.state, 'too-long');
  });

  test('does not apply for longer than the policy of another file allows', () => {
    const files = [
      { name: 'company.yaml', text: `max-exception-duration: 10 days\n${HIGH}` },
      { name: 'team.yaml', text: createException('package: lodash, expires: 2026-12-20') },
    ].map(({ name, text }) => ({
      name,
      bytes: Buffer.from(text.replace('id: high', `id: ${name === 'team.yaml' ? 'high' : 'own'}`)),
    }));
    for (const order of [files, files.toReversed()]) {
      const { outcome, exceptions } = evaluatePolicies(loadPolicies(order), createInput(high));
      assert.equal(outcome, 'fail');
      assert.equal(exceptions[0]?.state, 'too-long');
    }
  });

  test('never excuses a missing fact, unless it names the fact', () => {
    const unrated = createComplete([{ severity: 'unknown' }]);
    const plain = createException('package: lodash, expires: 2026-12-20');
    assert.equal(judge(plain, unrated).outcome, 'unknown');
    const named = createException('package: lodash, fact: severity, expires: 2026-12-20');
    assert.equal(judge(named, unrated).outcome, 'pass');
    const other = createException('package: lodash, fact: cvss, expires: 2026-12-20');
    assert.equal(judge(other, unrated).outcome, 'unknown');
  });
});

/** An assessment of an image with the given configuration and nothing else. */
function createImage(config: unknown): Assessment {
  const text = JSON.stringify(config);
  const target = { ...SAMPLE_INVENTORY.target, kind: 'image', config: Buffer.from(text) } as const;
  const inventory = { ...createInventory({ packages: [] }), target: target as never };
  return createAssessment({ inventory });
}

function judgeImage(rule: string, config: unknown): string {
  return judge(`policy: shop\nrules: [${rule}]`, createImage({ config })).outcome;
}

suite('a hostile image', () => {
  const SSH = '{ id: ssh, for: port, when: { number: 22 }, then: fail }';

  test('cannot hide a port in a range or in a malformed entry', () => {
    assert.equal(judgeImage(SSH, { ExposedPorts: { '80/tcp': {} } }), 'pass');
    assert.equal(judgeImage(SSH, { ExposedPorts: { '22/tcp': {} } }), 'fail');
    for (const port of ['20-30/tcp', 'ssh/tcp', '0x16', ' 22', '']) {
      assert.equal(judgeImage(SSH, { ExposedPorts: { [port]: {} } }), 'unknown', port);
    }
    const udp = '{ id: udp, for: port, when: { protocol: udp }, then: fail }';
    assert.equal(judgeImage(udp, { ExposedPorts: { '53/UDP': {} } }), 'fail');
  });

  test('cannot hide a setting behind another case or type, which engines accept or reject', () => {
    const numbered = '{ id: numbered, for: image, when: { user-is-number: false }, then: fail }';
    assert.equal(judgeImage(numbered, { User: '1000' }), 'pass');
    for (const more of [{ user: '0' }, { 'u\u017fer': '0' }, { Env: 'A=b' }, { Labels: [] }]) {
      assert.equal(judgeImage(numbered, { User: '1000', ...more }), 'unknown');
    }
    const token = '{ id: token, for: variable, when: { secret-name: true }, then: fail }';
    assert.equal(judgeImage(token, { env: ['TOKEN=x'] }), 'fail');
    assert.equal(judgeImage(token, { env: ['HOME=x'] }), 'unknown');
    assert.equal(judgeImage(SSH, { exposedPorts: { '22/tcp': {} } }), 'fail');
    assert.equal(judgeImage(SSH, { exposedPorts: { '80/tcp': {} } }), 'unknown');
    assert.equal(judgeImage(SSH, { ExposedPorts: ['22/tcp'] }), 'unknown');
    assert.equal(judgeImage(SSH, { Env: null, Healthcheck: null, Cmd: 'sh' }), 'pass');
  });

  test('has no health check without a command that engines run', () => {
    const rule = '{ id: health, for: image, when: { health-check: false }, then: fail }';
    assert.equal(judgeImage(rule, { Healthcheck: { Test: ['CMD', '/up'] } }), 'pass');
    for (const Test of [['NONE'], [''], ['/up'], ['CMD'], []]) {
      assert.equal(judgeImage(rule, { Healthcheck: { Test } }), 'fail');
    }
  });
});

suite('a policy that would silently do less', () => {
  test('is unknown for a malformed date', () => {
    const providers = [{ id: 'debian', capturedAt: 'soon' }] as never;
    const assessment = createComplete([]);
    const stale = { ...assessment, database: { ...database, providers } } as Assessment;
    const rule = '{ id: old, for: feed, when: { age: over 30 days }, then: fail }';
    assert.equal(judge(`policy: shop\nrules: [${rule}]`, stale).outcome, 'unknown');
  });

  test('is unknown if a pack is in force, but no entry matches the image', () => {
    const rule = '{ id: low, for: finding, when: { severity: low }, then: warn }';
    const images = 'images: [{ match: "registry.example.org/*" }]';
    const own = `policy: shop\n${images}\n`;
    const files = [own, `policy: other\nrules: [${rule}]`].map((text, index) => {
      return { name: `${index}.yaml`, bytes: Buffer.from(text) };
    });
    const verdict = evaluatePolicies(loadPolicies(files), createInput(createComplete()));
    assert.equal(verdict.outcome, 'unknown');
    assert.match(verdict.reason ?? '', /no policy has an entry in "images"/);
  });

  test('is rejected', () => {
    const cases: readonly [string, RegExp][] = [
      [createException('finding: CVE-1, expires: 2026-12-01, while: ""'), /"while" has no value/],
      [createException('package: p, expires: 2026-12-01, finding:'), /"finding" has no value/],
      [
        createException("finding: CVE-1, expires: 2026-12-01, while: 'image.size > 0'"),
        /"while" has the subject image, but the rule "high" has finding/,
      ],
      [`${HIGH}images: [{ match: "*", rules: }]`, /"rules" has no value/],
      [
        `${HIGH}packs: [recommended@1]\nimages: [{ match: "*", rules: [exploited] }]`,
        /unknown rule "exploited"/,
      ],
    ];
    for (const [text, message] of cases) {
      assert.throws(() => judge(text, createComplete()), message);
    }
  });
});
