import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { evaluatePolicies } from '../evaluate-policy.ts';
import { listAllFacts } from '../list-all-facts.ts';
import { loadIncluded, loadPolicies } from '../load-policies.ts';
import { readPackText } from '../pack/pack-folder.ts';
import { subjectKinds } from '../subject/registry.generated.ts';
import { readPolicyTests } from './read-policy-tests.ts';
import { listUntestedRules, type PolicyTestResult, runPolicyTests } from './run-policy-tests.ts';

const POLICY = `policy: shop
rules:
  - { id: overdue, for: finding, when: { severity: high or worse, fix-age: over 30 days }, then: fail }
  - { id: big, for: image, when: { size: over 100 MB }, then: warn }
  - { id: has-ca, for: package, when-none: { name: ca-certificates }, then: fail }
`;
const EXCEPTION = `exceptions:
  - { rule: overdue, finding: CVE-2026-1, package: pkg:deb/debian/openssl, reason: r, approved-by: a, evidence: e, expires: 2027-01-01 }
`;

const PACK = `pack: mine
version: "1"
title: controls of ours
authority: us
sources: [{ id: own, title: our handbook, read-on: 2026-11-01, mark: primary }]
controls:
  - { id: "1", title: t, requirement: r, force: MUST, kind: automatic, rules: [big] }
  - { id: "2", title: t, requirement: r, force: MUST, kind: manual }
  - { id: "3", title: t, requirement: r, force: SHOULD, kind: manual, applies: image.exposed }
rules:
  - { id: big, for: image, when: { size: over 100 MB } }
`;

function run(tests: string, policy = POLICY, facts = ''): readonly PolicyTestResult[] {
  const read = (path: string): { name: string; bytes: Buffer } => ({
    name: path,
    bytes: Buffer.from(path === 'facts.json' ? facts : policy),
  });
  const file = readPolicyTests(Buffer.from(tests), 'shop.test.yaml', read);
  return runPolicyTests(loadIncluded(file.policies, file.file, read), file.tests);
}

function runOne(lines: string, policy = POLICY, facts = ''): readonly string[] {
  const text = `policies: [shop.yaml]\ntests:\n  - name: one\n    ${lines.split('\n').join('\n    ')}\n`;
  return run(text, policy, facts).flatMap(({ differences }) => differences);
}

const ALL_KNOWN = `facts:
  finding: [{ id: CVE-2026-1, package: openssl, severity: high, fix-age: 41 days }]
  image: { size: 90 MB }
  package: [{ name: ca-certificates, purl: pkg:deb/debian/openssl@3 }]`;

suite('policy tests', () => {
  test('pass if the declared facts give the expected outcomes', () => {
    const rules = 'rules: { overdue: fail, big: pass, has-ca: pass }';
    assert.deepEqual(runOne(`${ALL_KNOWN}\nverdict: fail\n${rules}`), []);
    assert.deepEqual(runOne(`${ALL_KNOWN.replace('41', '29')}\nverdict: pass`), []);
    assert.deepEqual(runOne(`${ALL_KNOWN.replace('90 MB', '101e6')}\nrules: { big: warn }`), []);
  });

  test('report each outcome that differs, with its place and cause', () => {
    assert.deepEqual(runOne(`${ALL_KNOWN}\nverdict: pass\nrules: { overdue: pass, big: pass }`), [
      'shop.test.yaml:3: verdict: expected pass, but it is fail',
      'shop.test.yaml:9: rule overdue: expected pass, but it is fail (finding 1)',
    ]);
  });

  test('treat everything that is not declared as unknown', () => {
    const outcomes = 'rules: { overdue: unknown, big: unknown, has-ca: unknown }';
    assert.deepEqual(runOne(`verdict: unknown\n${outcomes}`), []);
    assert.deepEqual(runOne('facts: { finding: [{ severity: high }] }\nverdict: pass'), [
      'shop.test.yaml:3: verdict: expected pass, but it is unknown',
    ]);
    const incomplete = '{ finding: { subjects: [], missing: [a file was not read] } }';
    assert.deepEqual(runOne(`facts: ${incomplete}\nrules: { overdue: pass }`), [
      'shop.test.yaml:5: rule overdue: expected pass, but it is unknown (a file was not read)',
    ]);
    const stated = '{ finding: [{ severity: { unknown: nobody rates it }, fix-age: 41 }] }';
    assert.deepEqual(runOne(`facts: ${stated}\nrules: { overdue: pass }`), [
      'shop.test.yaml:5: rule overdue: expected pass, but it is unknown (finding 1: nobody rates it)',
    ]);
    assert.deepEqual(runOne('facts: { finding: [] }\nrules: { overdue: pass }'), []);
  });

  test('apply exceptions until their dates, to the finding and package that they name', () => {
    const policy = POLICY + EXCEPTION;
    const purl = ALL_KNOWN.replace('package: openssl', 'package: openssl, subject: f').replace(
      'pkg:deb/debian/openssl',
      'openssl',
    );
    const named = policy.replace('pkg:deb/debian/openssl', 'openssl');
    assert.deepEqual(runOne(`now: 2026-12-31\n${purl}\nrules: { overdue: pass }`, named), []);
    assert.deepEqual(runOne(`now: 2027-01-01\n${purl}\nrules: { overdue: fail }`, named), []);
    assert.deepEqual(runOne(`now: 2026-12-31\n${purl}\nrules: { overdue: fail }`, policy), []);
    assert.throws(
      () => runOne(`${ALL_KNOWN}\nverdict: fail`, policy),
      /shop\.test\.yaml:3: the policy "shop" has dates, so that the test needs "now"/,
    );
  });

  test('select rules by the name and labels of the image, and by the time', () => {
    const policy = `${POLICY.replace('then: warn }', 'then: warn, from: 2026-06-01 }')}images:
  - { match: shop/*, label: team=a*, rules: [big] }
`;
    const facts = 'now: 2026-06-01\nimage: shop/web\nlabels: [team=abc]';
    assert.deepEqual(
      runOne(`${facts}\nrules: { overdue: not-in-force, big: unknown }`, policy),
      [],
    );
    const other = facts.replace('team=abc', 'team=b');
    assert.deepEqual(runOne(`${other}\nrules: { big: not-in-force }`, policy), []);
    const early = facts.replace('2026-06-01', '2026-05-31T23:59:59Z');
    assert.deepEqual(runOne(`${early}\nrules: { big: not-in-force }`, policy), []);
  });

  test('read the facts of a target as "check -o facts" writes them', () => {
    const inventory = createInventory({
      packages: [{ name: 'lodash', version: '4.17.4', type: 'npm' }],
    });
    const assessment = createAssessment({ inventory, findings: SAMPLE_FINDINGS });
    const input = { assessment, areFilesListed: true, now: '2026-11-24T00:00:00Z' };
    const text = readPackText('recommended') ?? '';
    const policies = loadPolicies([{ name: 'p', bytes: Buffer.from(text) }]);
    const verdict = evaluatePolicies(policies, input);
    const expected = verdict.rules.map(({ rule, outcome }) => `${rule}: ${outcome}`).join(', ');
    const outcomes = new Set(verdict.rules.map(({ outcome }) => outcome));
    assert.ok(outcomes.size > 1, 'the target must have several outcomes');
    const facts = JSON.stringify(listAllFacts(input));
    const lines = `facts: facts.json\nverdict: ${verdict.outcome}\nrules: { ${expected} }`;
    assert.deepEqual(runOne(lines, text, facts), []);
  });

  test('pass in the example of the documentation', () => {
    const page = readFileSync(new URL('../../../../docs/policy.md', import.meta.url), 'utf8');
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);
    const tests = examples.find((text) => text.startsWith('policies:'));
    const policy = examples.find((text) => text.startsWith('policy:'));
    assert.ok(tests !== undefined && policy !== undefined);
    const results = run(tests, policy);
    assert.equal(results.length, 2);
    assert.deepEqual(
      results.flatMap(({ differences }) => differences),
      [],
    );
  });

  test('accept facts as "check -o facts" writes them in part, and names of images as a list', () => {
    const fact = '{ fact: severity, value: high }';
    const age = '{ fact: fix-age, unknown: no date }';
    const subject = `{ subject: f1, title: the finding, facts: [${fact}, ${age}] }`;
    const lines = `image: [a, b]\nfacts: { finding: { subjects: [${subject}], missing: [] } }`;
    assert.deepEqual(runOne(`${lines}\nrules: { overdue: fail }`), [
      'shop.test.yaml:6: rule overdue: expected fail, but it is unknown (the finding: no date)',
    ]);
    const plain = 'facts: { finding: [{ facts: [{ fact: severity }] }] }';
    assert.deepEqual(runOne(`${plain}\nrules: { overdue: fail }`), [
      'shop.test.yaml:5: rule overdue: expected fail, but it is unknown (finding 1: no reason is stated)',
    ]);
    const data = { finding: { missing: [], subjects: [{ subject: 'x', facts: [] }] }, image: null };
    assert.throws(() => runOne('facts: facts.json\nverdict: fail', POLICY, JSON.stringify(data)), {
      message: /"image" is a list of subjects/,
    });
  });

  test('evaluate the controls of packs, with statements of people', () => {
    const image = 'facts: { image: { size: 90 MB, exposed: false } }';
    const stated = `now: 2026-11-30\n${image}\nstatements:\n  - { control: mine/2, answer: met, by: a@example.org, evidence: e, expires: 2027-01-01 }`;
    const all = 'controls: { mine/1: passed, mine/2: passed, mine/3: not-applicable }';
    assert.deepEqual(runOne(`${stated}\nverdict: pass\n${all}`, PACK), []);
    const big = 'facts: { image: { size: 101 MB, exposed: true } }';
    const failed = 'controls: { mine/1: failed, mine/2: unanswered, mine/3: unanswered }';
    assert.deepEqual(runOne(`${big}\nverdict: fail\n${failed}`, PACK), []);
    const nothing = 'controls: { mine/1: unknown, mine/2: unanswered, mine/3: unknown }';
    assert.deepEqual(runOne(`verdict: unknown\n${nothing}`, PACK), []);
    const late = stated.replace('now: 2026-11-30', 'now: 2027-01-01');
    assert.deepEqual(runOne(`${late}\nverdict: pass\ncontrols: { mine/2: passed }`, PACK), [
      'shop.test.yaml:3: verdict: expected pass, but it is unknown',
      'shop.test.yaml:9: control mine/2: expected passed, but it is unanswered (its statement expired on 2027-01-01)',
    ]);
    assert.throws(() => runOne(stated.replace('now: 2026-11-30\n', 'verdict: pass\n'), PACK), {
      message: 'shop.test.yaml:3: a statement has dates, so that the test needs "now"',
    });
    assert.throws(() => runOne('controls: { mine/4: passed }', PACK), {
      message: 'shop.test.yaml:4: unknown control "mine/4"',
    });
    assert.throws(() => runOne(`${stated.replace('mine/2', 'mine/9')}\nverdict: pass`, PACK), {
      message: 'shop.test.yaml:7: unknown control "mine/9"',
    });
  });

  test('list rules that no test lets fire or pass', () => {
    const read = (): { name: string; bytes: Buffer } => {
      return { name: 'shop.yaml', bytes: Buffer.from(`${POLICY}packs: [recommended@1]\n`) };
    };
    const text = `policies: [shop.yaml]\ntests:\n  - name: one\n    ${ALL_KNOWN.split('\n').join('\n    ')}\n    verdict: fail`;
    const file = readPolicyTests(Buffer.from(text), 'shop.test.yaml', read);
    const policies = loadIncluded(file.policies, file.file, read);
    const results = runPolicyTests(policies, file.tests);
    assert.deepEqual(listUntestedRules(policies, file, results), {
      neverFire: ['big', 'has-ca'],
      neverPass: ['overdue'],
    });
  });
});

const MISTAKES: readonly (readonly [string, string, string?])[] = [
  ['facts: { findin: [] }\nverdict: fail', ':4: unknown subject "findin"', 'finding'],
  [
    'facts: { finding: [{ sevrity: high }] }\nverdict: fail',
    ':4: unknown fact "sevrity" of a finding',
    'severity',
  ],
  [
    'facts: { finding: [{ severity: hihg }] }\nverdict: fail',
    ':4: "hihg" is not a value of "severity"',
    'high',
  ],
  ['facts: { finding: [{ fix: yes }] }\nverdict: fail', ':4: the value of "fix" is true or false'],
  [
    'facts: { finding: [{ fix-age: 41 parsecs }] }\nverdict: fail',
    ':4: the value of "fix-age" must be a number',
    '41 days',
  ],
  [
    'facts: { package: [{ version: 1.10 }] }\nverdict: fail',
    ':4: the value of "version" must be a text',
    'in quotes',
  ],
  ['facts: { finding: high }\nverdict: fail', ':4: "finding" is a list of subjects'],
  ['verdict: failed', ':4: "failed" is not possible here', 'fail'],
  ['rules: { overdeu: fail }', ':4: unknown rule "overdeu"', 'overdue'],
  ['rules: { overdue: fial }', ':4: "fial" is not possible here', 'fail'],
  ['verdit: fail', ':4: unknown key "verdit" of a test', 'verdict'],
  ['facts: {}', ':3: the test "one" expects nothing', 'verdict: fail'],
  ['now: tomorrow\nverdict: fail', ':4: "tomorrow" is not a time', '2027-01-31'],
  ['facts: finding\nverdict: fail', ' the facts are not valid JSON'],
  ['facts: [finding]\nverdict: fail', ':4: "facts" is a map of kinds of subjects'],
  [
    'facts: { finding: { subjects: [], mising: [] } }\nverdict: fail',
    ':4: unknown key "mising"',
    'missing',
  ],
  [
    'facts: { finding: [{ severity: { unknwon: x } }] }\nverdict: fail',
    ':4: unknown key "unknwon"',
    'unknown',
  ],
  ['facts: { package: [{ name: true }] }\nverdict: fail', ':4: the value of "name" must be a text'],
  ['labels: [=x]\nverdict: fail', ':4: "=x" is not a label', 'NAME=VALUE'],
  ['rules: [overdue]', ':4: "rules" is a map of rules with their outcomes'],
  ['rules: {}', ':4: "rules" is a map of rules with their outcomes'],
  ['controls: [a]', ':4: "controls" is a map of controls with their outcomes'],
  ['now: 2027-02-30\nverdict: fail', ':4: "2027-02-30" is not a time', '2027-01-31'],
  ['now: 2027-01-31T25:00:00Z\nverdict: fail', ':4: "2027-01-31T25:00:00Z" is not a time'],
  ['facts: { image: { sise: 1 } }\nverdict: fail', ':4: unknown fact "sise" of an image', 'size'],
  ['facts: recommended@1\nverdict: fail', ' the facts are not valid JSON'],
  ['facts: ../facts.json\nverdict: fail', ':4: "../facts.json" is not a path below the policy'],
];

suite('mistakes in policy tests', () => {
  for (const [lines, message, hint] of MISTAKES) {
    test(`${lines.split('\n', 1).join('')} is an error with file, line and hint`, () => {
      assert.throws(
        () => runOne(lines),
        (error) =>
          error instanceof UserError &&
          error.code === 'E_POLICY' &&
          error.message.includes(message.startsWith(':') ? `shop.test.yaml${message}` : message) &&
          (error.hint ?? '').includes(hint ?? ''),
      );
    });
  }

  test('a file of tests needs policies and tests, each with its own name', () => {
    assert.throws(() => run('tests: [{ name: a, verdict: fail }]'), /needs "policies"/);
    assert.throws(() => run('policies: [shop.yaml]'), /needs at least one test/);
    const one = '{ name: a, verdict: unknown }';
    assert.throws(
      () => run(`policies: [shop.yaml]\ntests:\n  - ${one}\n  - ${one}\n`),
      /shop\.test\.yaml:4: there are two tests "a"/,
    );
    assert.throws(() => run('policies: [recomended@1]\ntests: [{ name: a, verdict: fail }]'), {
      message: /unknown pack "recomended"/,
    });
  });

  test('no fact has a name that a subject of a test uses otherwise', () => {
    const names = subjectKinds.flatMap(({ facts }) => facts.map(({ name }) => name));
    assert.deepEqual(
      names.filter((name) => ['subject', 'facts', 'subjects', 'missing'].includes(name)),
      [],
    );
  });
});
