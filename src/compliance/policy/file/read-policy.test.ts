import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { UserError } from '../../../foundation/core/error.ts';
import { digestText } from '../digest-text.ts';
import { loadPolicies } from '../load-policies.ts';
import { readPackText } from '../pack/pack-folder.ts';
import { readPolicy } from './read-policy.ts';

function read(text: string): ReturnType<typeof readPolicy> {
  return readPolicy(Buffer.from(text), 'shop.yaml');
}

/** A policy with one rule whose lines are given. */
function createRule(...lines: readonly string[]): string {
  const [first = '', ...rest] = lines;
  return ['policy: shop', 'rules:', `  - ${first}`, ...rest.map((line) => `    ${line}`)].join(
    '\n',
  );
}

const RULE = ['id: a', 'for: finding', 'then: fail'];

suite('a policy file', () => {
  test('contains rules with typed conditions', () => {
    const text = createRule(...RULE, 'when: { severity: high or worse, fix-age: over 30 days }');
    const [rule] = read(text).rules;
    assert.equal(rule?.source, 'shop.yaml:3');
    assert.deepEqual(
      rule.conditions.map((condition) => condition.text),
      ['severity: high or worse', 'fix-age: over 30 days'],
    );
    assert.deepEqual(rule.conditions[0]?.expression, {
      kind: 'test',
      fact: 'severity',
      test: {
        kind: 'scale',
        words: ['negligible', 'low', 'medium', 'high', 'critical'],
        accepted: ['high', 'critical'],
      },
    });
  });

  test('may be JSON', () => {
    const rule = '{ "id": "a", "for": "image", "then": "warn" }';
    assert.equal(read(`{ "policy": "shop", "rules": [${rule}] }`).rules[0]?.action, 'warn');
  });

  test('accepts every form of a condition', () => {
    const forms = [
      'severity: [low, high]',
      'severity: not critical',
      'severity: low or better',
      'cvss: at least 7.5',
      'epss: under 0.1',
      'fix: true',
      'package: like lib*',
      'package: not matching /^lib(c|z)$/',
      'fix-state: wont-fix',
    ];
    for (const form of forms) {
      assert.equal(read(createRule(...RULE, `when: { ${form} }`)).rules.length, 1, form);
    }
  });

  const faults: readonly (readonly [title: string, text: string, says: RegExp, hint?: RegExp])[] = [
    [
      'an unknown fact',
      createRule(...RULE, 'when: { severty: high }'),
      /^shop\.yaml:6: unknown fact "severty"/,
      /"severity"/,
    ],
    [
      'an unknown fact in a recommendation',
      createRule(...RULE, 'recommendation: update {package} to {fix-versions}'),
      /^shop\.yaml:6: unknown fact "fix-versions" of a finding/,
    ],
    [
      'an unknown subject',
      createRule('id: a', 'for: findng', 'then: fail'),
      /^shop\.yaml:4: unknown subject "findng"/,
      /"finding"/,
    ],
    ['an unknown key', createRule(...RULE, 'wen: {}'), /unknown key "wen" of a rule/, /"when"/],
    [
      'an unknown value',
      createRule(...RULE, 'when: { severity: hgh }'),
      /"hgh" is not a value of "severity"/,
      /"high"/,
    ],
    [
      'an unknown action',
      createRule('id: a', 'for: image', 'then: stop'),
      /"stop" is not possible/,
      /warn, fail/,
    ],
    [
      'a number as a version',
      'policy: shop\nversion: 2026.10',
      /the number 2026\.10, not a text/,
      /version: "2026\.10"/,
    ],
    [
      'an age without a unit',
      createRule(...RULE, 'when: { fix-age: over 30 }'),
      /is not a condition on "fix-age"/,
      /over 30 days/,
    ],
    ['a flag as text', createRule(...RULE, 'when: { fix: maybe }'), /"fix" is true or false/],
    [
      'an order without a scale',
      createRule(...RULE, 'when: { fix-state: fixed or worse }'),
      /have no order/,
    ],
    [
      'an invalid pattern',
      createRule(...RULE, 'when: { package: matching /(/ }'),
      /is not valid in RE2/,
    ],
    [
      'an invalid license',
      createRule('id: a', 'for: package', 'then: warn', 'when: { license: allowed by Foo }'),
      /is not a condition on "license"/,
    ],
    ['an alias', 'policy: &a shop\nversion: *a', /aliases are not allowed/],
    ['a repeated key', 'policy: shop\npolicy: other', /unique/i],
    [
      'two rules of one ID',
      `${createRule(...RULE)}\n  - id: a\n    for: image\n    then: warn`,
      /two rules "a"/,
    ],
    ['a rule without an action', createRule('id: a', 'for: image'), /the rule "a" needs "then"/],
    ['no name', 'rules: []', /a policy needs "policy"/],
    ['another document', '- 1', /a policy is a map/],
    [
      'deep nesting',
      `policy: shop\nrules: ${'['.repeat(60)}${']'.repeat(60)}`,
      /nested more than 20 levels/,
    ],
    [
      'an exception without an end',
      `${createRule(...RULE)}\nexceptions:\n  - rule: a\n    finding: CVE-1\n    reason: r`,
      /needs "expires"/,
      /2027-01-31/,
    ],
    [
      'an exception without an approver',
      `${createRule(...RULE)}\nexceptions:\n  - rule: a\n    finding: CVE-1\n    reason: r\n    evidence: e\n    expires: 2027-01-01`,
      /needs "approved-by"/,
    ],
    [
      'an exception for everything',
      `${createRule(...RULE)}\nexceptions:\n  - rule: a\n    reason: r\n    approved-by: a\n    evidence: e\n    expires: 2027-01-01`,
      /needs "finding", "package", "subject" or "fact"/,
    ],
    [
      'a condition without a value',
      createRule(...RULE, 'when: { severity: }'),
      /needs a value/,
      /high/,
    ],
    ['a flag for a text', createRule(...RULE, 'when: { package: true }'), /is not true or false/],
    [
      'a pattern of another dialect',
      createRule(...RULE, 'when: { package: matching /(?=a)/ }'),
      /not valid in RE2/,
    ],
    ['a list that is not one', 'policy: p\nrules: { id: a }', /"rules" must be a list/],
    ['an element that is not a map', 'policy: p\nrules: [a]', /must be a map/],
    ['a key that is not a text', 'policy: p\n1: a', /a key must be a text/],
    ['a null key', 'policy: p\n? : a', /a key must be a text/],
    [
      'a text instead of a map of conditions',
      createRule(...RULE, 'when: high'),
      /conditions are a map/,
    ],
    [
      'an exception about an unknown subject',
      'policy: p\nexceptions: [{ rule: a, finding: b, reason: r, approved-by: a, evidence: e, expires: 2027-01-01, while: "findng.fix" }]',
      /./,
    ],
    ['a date that does not exist', createRule(...RULE, 'until: 2026-13-01'), /is not a date/],
    ['a day that February lacks', createRule(...RULE, 'until: 2026-02-30'), /is not a date/],
    ['a day that April lacks', createRule(...RULE, 'from: 2026-04-31'), /is not a date/],
    ['a leap day of another year', createRule(...RULE, 'from: 2027-02-29'), /is not a date/],
  ];
  for (const [title, text, says, hint = /^/] of faults) {
    test(`with ${title} is rejected with the line and the next step`, () => {
      assert.throws(
        () => read(text),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.code, 'E_POLICY');
          assert.match(error.message, says);
          assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});

suite('policies', () => {
  function load(text: string): ReturnType<typeof loadPolicies> {
    return loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(text) }]);
  }

  test('include packs by name and version', () => {
    const [, pack] = load('policy: shop\npacks: [recommended@1]');
    assert.equal(pack?.name, 'recommended');
    assert.ok(pack.rules.every(({ mode }) => mode === 'enforce'));
    const [, logged] = load('policy: shop\npacks: [{ pack: recommended@1, mode: log }]');
    assert.ok(logged?.rules.every(({ mode }) => mode === 'log'));
  });

  const RULES = new Map([
    ['rules/base.yaml', 'policy: base\nversion: "2"\nrules: [{ id: b, for: image, then: warn }]'],
    ['self.yaml', 'policy: self\npacks: [{ file: self.yaml }]'],
    ['one.yaml', 'policy: one\npacks: [{ file: two.yaml }]'],
    ['two.yaml', 'policy: two\npacks: [{ file: ./one.yaml }]'],
    ['log.yaml', 'policy: log\npacks: [{ file: rules/base.yaml }]'],
    ['same.yaml', 'policy: same\nrules: [{ id: b, for: image, then: warn }]'],
  ]);

  function loadIncludes(list: string): ReturnType<typeof loadPolicies> {
    const bytes = Buffer.from(`policy: shop\npacks: [${list}]`);
    return loadPolicies([{ name: 'shop.yaml', bytes }], (name) => {
      return { name, bytes: Buffer.from(RULES.get(name) ?? 'policy: absent') };
    });
  }

  test('include files by name, version and digest', () => {
    const digest = digestText(RULES.get('rules/base.yaml') ?? '');
    const [, base] = loadIncludes(`{ file: rules/base.yaml, version: "2", digest: "${digest}" }`);
    assert.equal(base?.rules[0]?.source, 'rules/base.yaml:3');
    assert.equal(base.rules[0].mode, 'enforce');
    const text = readPackText('recommended') ?? '';
    const pinned = `{ pack: recommended@1, digest: "${digestText(text)}" }`;
    assert.equal(loadIncludes(pinned).length, 2);
  });

  test('use a file that is included several times once, in the strictest mode', () => {
    const logged = '{ file: log.yaml, mode: log }';
    const listModes = (list: string): readonly string[] =>
      loadIncludes(list).flatMap(({ rules }) => rules.map(({ mode }) => mode));
    assert.deepEqual(listModes(logged), ['log']);
    assert.deepEqual(listModes(`${logged}, { file: log.yaml }`), ['enforce']);
    assert.deepEqual(listModes(`{ file: log.yaml }, ${logged}`), ['enforce']);
    assert.deepEqual(listModes(`${logged}, { file: rules/base.yaml }`), ['enforce']);
  });

  test('with an invalid include are rejected', () => {
    const zeros = `sha256:${'0'.repeat(64)}`;
    const cases: readonly [packs: string, message: RegExp, code?: string][] = [
      [
        `{ file: rules/base.yaml, digest: "${zeros}" }`,
        /has the digest sha256:/,
        'E_POLICY_DIGEST',
      ],
      [`{ pack: recommended@1, digest: "${zeros}" }`, /has the digest sha256:/, 'E_POLICY_DIGEST'],
      ['{ file: rules/base.yaml, version: "1" }', /has the version 2, not 1/],
      ['{ file: self.yaml }', /"self.yaml" includes itself: self.yaml → self.yaml/],
      ['{ file: one.yaml }', /"one.yaml" includes itself: one.yaml → two.yaml → one.yaml/],
      ['{ file: shop.yaml }', /"shop.yaml" includes itself/],
      ['{ file: ../other.yaml }', /is not a path below the policy/],
      ['{ file: /etc/passwd }', /is not a path below the policy/],
      ['{ file: rules/base.yaml }, { file: same.yaml }', /there is another rule "b": rules/],
      ['{ file: a.yaml, pack: recommended@1 }', /has either "pack" or "file"/],
      ['{ pack: recommended@1, version: "1" }', /is part of its name/],
      ['{ pack: recommended@1, digest: abc }', /is not a digest/],
      ['recommended', /a pack is NAME@VERSION/],
    ];
    for (const [list, message, code = 'E_POLICY'] of cases) {
      assert.throws(
        () => loadIncludes(list),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.code, code, list);
          assert.match(error.message, message);
          return true;
        },
      );
    }
    assert.throws(() => load('policy: shop\npacks: [{ file: a.yaml }]'), /cannot be included here/);
  });

  test('that include each other in every combination are read in a short time', () => {
    const files = Array.from({ length: 40 }, (_, index) => {
      const next = `{ file: f${index + 1}.yaml }`;
      return `policy: p\npacks: [${index < 39 ? `${next}, ${next}` : ''}]`;
    });
    const readFile = (name: string): { name: string; bytes: Buffer } => {
      return { name, bytes: Buffer.from(files[Number(/\d+/.exec(name)?.[0])] ?? '') };
    };
    assert.equal(loadPolicies([readFile('f0.yaml')], readFile).length, 40);
  });

  test('of an unknown pack, version or rule are rejected', () => {
    assert.throws(() => load('policy: shop\npacks: [recomended@1]'), /unknown pack "recomended"/);
    assert.throws(
      () => load('policy: shop\npacks: [recommended@7]'),
      /unknown version 7 of the pack/,
    );
    const exception = 'finding: CVE-1, reason: r, approved-by: a, evidence: e, expires: 2027-01-01';
    assert.throws(
      () => load(`policy: shop\nexceptions: [{ rule: no-such, ${exception} }]`),
      /unknown rule "no-such"/,
    );
    assert.throws(
      () => load('policy: shop\nimages: [{ match: "*", rules: [no-such] }]'),
      /unknown rule "no-such"/,
    );
  });
});
