import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import { sortMembers } from '../../../foundation/core/json-document.ts';
import type { PolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { evaluatePolicies } from '../evaluate-policy.ts';
import { loadPolicies } from '../load-policies.ts';
import { verifyVerdictTexts } from './verify-verdict.ts';

const POLICY = `
policy: shop
rules:
  - { id: severity, for: finding, when: { severity: high or worse, fix: true }, then: fail }
  - { id: risk, for: finding, cel: 'finding.risk > 50 || finding.severity == "critical"', then: warn }
  - { id: names, for: package, when: { name: [lodash, left-pad], version: not like 5* }, then: warn }
  - { id: needs, for: package, when-none: { name: ca-certificates }, then: warn }
  - { id: reach, for: finding, when: { reach: not unreachable }, then: warn }
exceptions:
  - { rule: severity, package: lodash, reason: r, approved-by: a, evidence: e, expires: 2027-01-01 }
`;

const lodash = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));
assert.ok(lodash);
const { database } = SAMPLE_FINDINGS;
const ASSESSMENT = createAssessment({
  inventory: createInventory({
    packages: [{ name: 'lodash', type: 'npm', version: '4.17.20', key: 'lodash' }],
  }),
  findings: {
    database,
    findings: [{ ...lodash, packageKey: 'lodash' }],
    ignored: [],
    unevaluated: [],
    alerts: [],
  },
});
const RESULT = JSON.stringify(ASSESSMENT);
const POLICIES = loadPolicies([{ name: 'shop.yaml', bytes: Buffer.from(POLICY) }]);
const VERDICT = seal(
  evaluatePolicies(POLICIES, {
    assessment: ASSESSMENT,
    now: '2026-11-25T00:00:00Z',
    areFilesListed: false,
  }),
);

/** Adds the digest of the rest, as someone who forges a verdict would. */
function seal({ proof: _, ...verdict }: PolicyVerdict): PolicyVerdict {
  const text = JSON.stringify(sortMembers(JSON.parse(JSON.stringify(verdict))));
  return { ...verdict, proof: `sha256:${createHash('sha256').update(text).digest('hex')}` };
}

function verify(verdict: unknown): ReturnType<typeof verifyVerdictTexts> {
  return verifyVerdictTexts(JSON.stringify(verdict), RESULT);
}

/** The places of all leaves in a document. */
function listPlaces(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) {
    return [place];
  }
  return Object.entries(value).flatMap(([name, member]) => listPlaces(member, [...place, name]));
}

/** Returns a copy in which one leaf has another value. */
function change(document: unknown, place: readonly string[], salt: number): PolicyVerdict {
  const copy = structuredClone(document) as Record<string, never>;
  const parent = place
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, name) => at[name] as never, copy);
  const name = place.at(-1) ?? '';
  const value = parent[name];
  if (typeof value === 'number') {
    parent[name] = value + 1 + salt;
  } else {
    parent[name] = typeof value === 'boolean' ? !value : `${String(value)}${salt}`;
  }
  return copy as unknown as PolicyVerdict;
}

test('the second implementation is short, and shares no code with the first', () => {
  const source = readFileSync(new URL('verify-verdict.ts', import.meta.url), 'utf8');
  assert.ok(source.trimEnd().split('\n').length <= 405);
  const imported = [...source.matchAll(/ from '([^']+)'/g)].map(([, name = '']) => name);
  assert.deepEqual(
    imported.filter(
      (name) => name.startsWith('.') && !name.startsWith('../../../foundation/core/'),
    ),
    [],
  );
});

suite('a verdict', () => {
  test('holds for the result that it was made of', () => {
    const { faults, unverified, values } = verify(VERDICT);
    assert.deepEqual([faults, unverified], [[], []]);
    assert.ok(values > 5);
  });

  test('names conditions that it cannot recompute, instead of contradicting them', () => {
    const composed = createAssessment({
      inventory: createInventory({
        packages: [
          {
            name: 'gcc',
            type: 'deb',
            version: '1',
            licenses: [
              {
                value: 'x',
                expression: 'GPL-2.0-only WITH GCC-exception-2.0',
                kind: 'declared',
                locations: [],
                urls: [],
              },
            ],
          },
        ],
      }),
    });
    const rules = [
      ['license', 'not allowed by GPL-2.0-only WITH GCC-exception-2.0'],
      ['version', 'under 2'],
    ];
    const text = `policy: p\nrules:\n${rules.map(([fact, form]) => `  - { id: ${fact}, for: package, when: { ${fact}: ${form} }, then: fail }`).join('\n')}\n`;
    const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
    const input = { assessment: composed, now: '2026-11-25T00:00:00Z', areFilesListed: false };
    const verdict = JSON.stringify(seal(evaluatePolicies(policies, input)));
    const { faults, unverified } = verifyVerdictTexts(verdict, JSON.stringify(composed));
    assert.deepEqual(faults, []);
    assert.equal(unverified.length, 2, unverified.join('\n'));
  });

  test('holds for each unit and operator of amounts, and for plain licenses', () => {
    const conditions = [
      'risk: at least 1',
      'published-age: over 1 week',
      'published-age: under 9000 weeks',
      'published-age: at most 9000 days',
      'published-age: over 1 hour',
      'package-type: matching /^n.m$/',
      'id: [GHSA-x, not-there]',
      'severity: low or better',
      'reach: not unreachable',
    ];
    const rules = conditions.map(
      (one, index) => `  - { id: r${index}, for: finding, when: { ${one} }, then: fail }`,
    );
    const text = `policy: p\nrules:\n${rules.join('\n')}\n`;
    const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
    const input = { assessment: ASSESSMENT, now: '2026-11-25T00:00:00Z', areFilesListed: false };
    const verdict = seal(evaluatePolicies(policies, input));
    const outcomes = new Set(verdict.rules.map(({ outcome }) => outcome));
    assert.deepEqual([...outcomes].toSorted(), ['fail', 'pass', 'unknown']);
    const { faults, unverified } = verify(verdict);
    assert.deepEqual([faults, unverified], [[], []]);
  });

  test('holds for known and missing facts of findings and packages', () => {
    assert.ok(lodash);
    const [match] = lodash.matches;
    assert.ok(match && database);
    const kev = { id: 'kev', version: '', processor: '', capturedAt: '', inputDigest: '' };
    const bare = { ...match, scores: [], fixes: [], epss: [], exploited: [], weaknesses: [] };
    const undated = { ...bare, record: { ...match.record, publishedAt: undefined }, related: [] };
    const findings = [
      { ...lodash, id: 'A', packageKey: 'lodash', fixState: 'fixed', reach: 'required' },
      { ...lodash, id: 'B', packageKey: 'gone', severity: 'unknown', fixState: 'unknown' },
      { ...lodash, id: 'C', packageKey: 'bare', fixState: 'wont-fix', matches: [undated] },
      {
        ...lodash,
        id: 'D',
        packageKey: 'bare',
        reach: 'unknown',
        fixState: 'fixed',
        matches: [bare],
      },
    ] as never;
    const license = { value: 'MIT', expression: 'MIT', urls: [], locations: [] };
    const inventory = {
      ...createInventory({
        packages: [
          {
            name: 'lodash',
            type: 'npm',
            version: '4',
            key: 'lodash',
            purl: 'pkg:npm/lodash@4',
            licenses: [
              { ...license, kind: 'declared' },
              { ...license, expression: 'ISC', kind: 'concluded' },
            ],
            locations: [{ path: '/a', accessPath: '/a' }] as never,
          },
          { name: 'bare', type: 'deb', version: '', key: 'bare', purl: '', language: '' },
        ],
      }),
      reach: { packages: [{ packageKey: 'lodash', reach: 'likely' }] } as never,
    };
    const facts = `severity: high or worse; fix: false; fix-age: at least 0 days; exploited: true;
      fix-state: wont-fix; weakness: like CWE-*; package: lodash; path: like /*; reach: required;
      cvss: over 1; cvss-impact: over 1; epss: over 0; guess: true; published-age: over 1 day;
      system-package: true; package-type: deb`.split(/;\s+/);
    const packageFacts = `license: not allowed by MIT OR ISC; license-text: MIT; version: "4";
      purl: like pkg*; reach: possible or worse; path: /a; confidence: at least 0;
      type: [deb, rpm]`.split(/;\s+/);
    const rules = facts.map((one) => `{ for: finding, when: { ${one} }, then: fail`);
    const more = packageFacts.map((one) => `{ for: package, when: { ${one} }, then: warn`);
    const none = ['{ for: package, when-none: { reach: required }, then: fail'];
    const expressions = ['{ for: package, cel: "pkg.name == \\"bare\\"", then: fail'];
    const text = `policy: p\nrules:\n${[...rules, ...more, ...none, ...expressions].map((one, index) => `  - ${one}, id: r${index} }`).join('\n')}\n`;
    const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
    for (const providers of [[], [kev]]) {
      const found = { ...SAMPLE_FINDINGS, database: { ...database, providers }, findings };
      const assessment = createAssessment({ inventory, findings: { ...found, unevaluated: [] } });
      const input = { assessment, now: '2026-11-25T00:00:00Z', areFilesListed: false };
      const verdict = seal(evaluatePolicies(policies, input));
      const check = verifyVerdictTexts(JSON.stringify(verdict), JSON.stringify(assessment));
      assert.deepEqual([check.faults, check.unverified], [[], []]);
      assert.ok(check.values > 60, String(check.values));
    }
    const without = createAssessment({ inventory });
    const input = { assessment: without, now: '2026-11-25T00:00:00Z', areFilesListed: false };
    const verdict = seal(evaluatePolicies(policies, input));
    const check = verifyVerdictTexts(JSON.stringify(verdict), JSON.stringify(without));
    assert.deepEqual([check.faults, check.unverified], [[], []]);
    const denied = seal({ ...verdict, outcome: 'fail', reason: 'the image is denied' });
    const denial = verifyVerdictTexts(JSON.stringify(denied), JSON.stringify(without));
    assert.deepEqual(denial.unverified, [
      'the reason "the image is denied" depends on the policy file',
    ]);
  });

  test('does not hold if anything in it was changed: 1,000 of 1,000 changes', () => {
    const places = listPlaces(VERDICT);
    for (let count = 0; count < 1_000; count += 1) {
      const place = places[count % places.length] ?? [];
      assert.ok(verify(change(VERDICT, place, count)).faults.length > 0, place.join('.'));
    }
  });

  test('does not hold if its content was changed and its digest computed again', () => {
    const forged = listPlaces(VERDICT).filter(
      ([part, , member]) =>
        part === 'rules' && !['source', 'recommendation'].includes(member ?? ''),
    );
    const kept = forged.filter((place) => {
      const text = place.join('.');
      // Words for people, evidence, and the policy itself are only protected by the digest.
      return !/evidence|\.(?:title|mode|rule|text|unknown|reason|source)$/.test(text);
    });
    for (const place of kept) {
      const { faults, unverified } = verify(seal(change(VERDICT, place, 1)));
      assert.ok(faults.length + unverified.length > 0, place.join('.'));
    }
    assert.ok(kept.length > 50);
  });

  test('does not hold for another result', () => {
    const other = JSON.stringify(ASSESSMENT).replaceAll('"severity":"high"', '"severity":"low"');
    assert.ok(verifyVerdictTexts(JSON.stringify(VERDICT), other).faults.length > 0);
  });

  test('of another shape is a fault, not a crash', () => {
    for (const text of ['', '{}', '[]', 'null', '{"rules": 1}']) {
      assert.ok(verifyVerdictTexts(text, RESULT).faults.length > 0, text);
    }
  });
});
