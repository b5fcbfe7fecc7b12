import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { importAnchoreBundle } from './anchore/import-bundle.ts';
import { readPolicy } from './file/read-policy.ts';
import { listPackIds, readPackText } from './pack/pack-folder.ts';
import { createPolicySchema } from './policy-schema.ts';

const ROOT = join(import.meta.dirname, '../../..');

const ajv = new Ajv2020({ strict: false });
const validate = ajv.compile(createPolicySchema());

function isAcceptedBySchema(text: string): boolean {
  return validate(parse(text));
}

function isAcceptedByReader(text: string): boolean {
  try {
    readPolicy(Buffer.from(text), 'shop.yaml');
    return true;
  } catch {
    return false;
  }
}

/** The examples of the documentation: whole policies, and parts of one. */
function listExamples(): readonly string[] {
  const page = readFileSync(join(ROOT, 'docs/policy.md'), 'utf8');
  return [...page.matchAll(/```yaml\n([^]*?)```/g)].flatMap(([, text = '']) => {
    const isOther = /^(facts|findings|policies):/.test(text);
    const part = text.startsWith(' ') ? `rules:\n${text}` : text;
    const whole = part.startsWith('policy:') ? part : `policy: shop\n${part}`;
    return isOther ? [] : [whole.replaceAll('sha256:…', `sha256:${'0'.repeat(64)}`)];
  });
}

const APPROVAL = 'reason: r, approved-by: a, evidence: e, expires: 2027-01-01';
const VALID = [
  'policy: a\nrules:\nexceptions: []',
  ...[
    'id: a, for: finding, then: fail',
    'id: a, for: finding, then: warn, mode: log, from: 2026-01-01, until: 2027-12-31',
    'id: a, for: finding, when: { severity: "not high or worse", fix: true }, then: fail',
    'id: a, for: finding, when: { fix-age: "over 1.5 Weeks", cvss: [7, 9.8] }, then: fail',
    'id: a, for: finding, when: { package: like lib*, fix-state: [fixed, wont-fix] }, then: fail',
    'id: a, for: image, when-none: { size: "at least 10 MiB" }, then: fail, cel: "true"',
    'id: a, for: package, when: { license: not allowed by MIT OR ISC }, then: fail',
  ].map((rule) => `policy: a\nrules: [{ ${rule} }]`),
  `policy: a\nexceptions: [{ rule: a, fact: severity, ${APPROVAL}, while: "finding.fix" }]`,
  `policy: a\nallowed-images: [{ label: a=b, ${APPROVAL} }]\ndenied-images: [{ match: x, reason: r }]`,
  'policy: a\nimages: [{ match: x, rules: all }, { label: "a=", rules: [b] }]',
  'policy: a\nmax-exception-duration: 90 days\npacks: [a@1, { file: b/c.yaml, version: "1" }]',
];

/** Each has one fault. */
const INVALID = [
  'rules: []',
  'policy: 5',
  'policy: ""',
  'policy: a\nversion: 2026.11',
  'policy: a\nrule: []',
  'policy: a\nmax-exception-duration: 3 months',
  'policy: a\npacks: [recommended]',
  'policy: a\npacks: [{ pack: a@1, version: "1" }]',
  'policy: a\npacks: [{ pack: a@1, file: b.yaml }]',
  'policy: a\npacks: [{ file: ../b.yaml }]',
  'policy: a\npacks: [{ file: /b.yaml }]',
  'policy: a\npacks: [{ file: b.yaml, digest: sha256:12 }]',
  'policy: a\nimages: [{ rules: all }]',
  'policy: a\nimages: [{ label: a, rules: all }]',
  'policy: a\nimages: [{ match: x, rules: }]',
  'policy: a\ndenied-images: [{ match: x }]',
  'policy: a\nallowed-images: [{ match: x, reason: r }]',
  ...[
    'for: finding, then: fail',
    'id: a, then: fail',
    'id: a, for: finding',
    'id: a, for: findings, then: fail',
    'id: a, for: finding, then: stop',
    'id: a, for: finding, then: fail, mode: quiet',
    'id: a, for: finding, then: fail, until: 2026-13-01',
    'id: a, for: finding, then: fail, wen: {}',
    'id: a, for: finding, then: fail, when: []',
    'id: a, for: finding, then: fail, when: {}, when-none: {}',
    'id: a, for: finding, then: fail, when: { severty: high }',
    'id: a, for: image, then: fail, when: { severity: high }',
    'id: a, for: finding, then: fail, when: { severity: hgh }',
    'id: a, for: finding, then: fail, when: { severity: 7 }',
    'id: a, for: finding, then: fail, when: { severity: [high or worse] }',
    'id: a, for: finding, then: fail, when: { fix-state: fixed or worse }',
    'id: a, for: finding, then: fail, when: { fix: "yes" }',
    'id: a, for: finding, then: fail, when: { fix-age: over 30 }',
    'id: a, for: finding, then: fail, when: { fix-age: over 30 parsecs }',
    'id: a, for: finding, then: fail, when: { cvss: over 7 days }',
    'id: a, for: finding, then: fail, when: { package: [like a*] }',
    'id: a, for: finding, then: fail, when: { package: 5 }',
    'id: a, for: finding, then: fail, when: { package: [] }',
    'id: a, for: package, then: fail, when: { license: MIT }',
    'id: a, for: finding, then: fail, cel: true',
    `id: a, for: finding, then: fail, cel: "${'1+'.repeat(2_048)}1 > 0"`,
  ].map((rule) => `policy: a\nrules: [{ ${rule} }]`),
  ...['rule: a', `rule: a, ${APPROVAL}`, `fact: a, ${APPROVAL}`].map(
    (text) => `policy: a\nexceptions: [{ ${text} }]`,
  ),
  `policy: a\nexceptions: [{ rule: a, fact: b, ${APPROVAL.replace('2027-01-01', 'soon')} }]`,
];

suite('the schema of policies', () => {
  test('accepts every example and every pack', () => {
    const examples = listExamples();
    assert.ok(examples.length >= 4);
    for (const text of [...examples, ...listPackIds().map((id) => readPackText(id) ?? '')]) {
      assert.ok(isAcceptedBySchema(text), `${text}\n${JSON.stringify(validate.errors)}`);
    }
  });

  test('accepts a policy that was imported', () => {
    const rule = {
      action: 'STOP',
      gate: 'vulnerabilities',
      trigger: 'package',
      id: 'r',
      params: [],
    };
    const bundle = {
      version: '1_0',
      id: 'b',
      policies: [{ id: 'p', name: 'p', version: '1_0', rules: [rule] }],
      whitelists: [],
      mappings: [],
    };
    const { text } = importAnchoreBundle(Buffer.from(JSON.stringify(bundle)), 'bundle.json');
    assert.ok(isAcceptedBySchema(text), text);
  });

  test('accepts what the reader accepts', () => {
    for (const text of VALID) {
      assert.ok(isAcceptedByReader(text), text);
      assert.ok(isAcceptedBySchema(text), `${text}\n${JSON.stringify(validate.errors)}`);
    }
  });

  test('rejects each policy with a fault, as the reader does', () => {
    for (const text of INVALID) {
      assert.ok(!isAcceptedByReader(text), text);
      assert.ok(!isAcceptedBySchema(text), text);
    }
  });
});
