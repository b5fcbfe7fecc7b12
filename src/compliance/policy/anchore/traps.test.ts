import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readDockerfile } from '../dockerfile.ts';
import { importAnchoreBundle } from './import-bundle.ts';
import {
  createFinding,
  FIXED_FINDING,
  judgePolicy,
  judgeTrigger,
  UNRATED_FINDING,
} from './world.fixture.ts';

/** Evaluates one rule of ours. */
function judgeRule(rule: string, world: Parameters<typeof judgePolicy>[1] = {}): string {
  return judgePolicy(`policy: p\nrules: [${rule}]`, world).outcome;
}

// Each title has the result of anchore-engine, as read in its source: see the reference.

suite('the traps of anchore-engine', () => {
  test('1: an image without a mapping is unknown (engine: GO)', () => {
    const mapping = {
      registry: 'other',
      repository: 'x',
      image: { type: 'tag', value: '*' },
      policy_id: 'p',
    };
    const rules = [{ id: 'r', gate: 'always', trigger: 'always', action: 'WARN', params: [] }];
    const bundle = { id: 'b', policies: [{ id: 'p', rules }], mappings: [mapping] };
    const { text } = importAnchoreBundle(Buffer.from(JSON.stringify(bundle)), 'b.json');
    assert.equal(judgePolicy(text).outcome, 'unknown');
  });

  test('2: an exception survives another message (engine: MD5 of the message)', () => {
    const createPolicy = (severity: string): string => `policy: p
rules: [{ id: high, for: finding, when: { severity: ${severity} }, then: fail, recommendation: other }]
exceptions:
  - { rule: high, finding: CVE-2026-1, reason: r, approved-by: a, evidence: e, expires: 2026-12-31 }
`;
    assert.equal(judgePolicy(createPolicy('high')).outcome, 'pass');
    assert.equal(judgePolicy(createPolicy('medium or worse')).outcome, 'pass');
  });

  test('3: expressions of licenses are not compared word by word (engine: split at spaces)', () => {
    const judgeAllowed = (text: string): string =>
      judgeRule(
        `{ id: l, for: package, when: { type: deb, license: not allowed by ${text} }, then: fail }`,
      );
    assert.equal(judgeAllowed('MIT OR GPL-2.0-only WITH Classpath-exception-2.0'), 'pass');
    // The exception only adds rights to the license.
    assert.equal(judgeAllowed('MIT OR GPL-2.0-only'), 'pass');
    assert.equal(judgeAllowed('MIT'), 'fail');
    assert.equal(judgeAllowed('BSD-3-Clause OR GPL-2.0-only WITH Classpath-exception-2.0'), 'pass');
    assert.equal(judgeAllowed('GPL-2.0-only WITH Classpath-exception-2.0'), 'fail');
  });

  test('4: a pattern is compared with lines (engine: with the beginning of each word)', () => {
    const params = { path: '/etc/httpd.conf', check: 'match', regex: '^SSLEnabled on$' };
    assert.equal(judgeTrigger(['retrieved_files', 'content_regex', params]), 'fail');
  });

  test('5: the name of a secret is compared as a whole (engine: as a part of a text)', () => {
    const scan = (name: string): string =>
      judgeTrigger(['secret_scans', 'content_regex_checks', { content_regex_name: name }]);
    assert.equal(scan('PRIV_KEY'), 'fail');
    assert.equal(scan('DOCKER_AUTH'), 'pass');
    const rule = '{ id: s, for: secret, when: { kind: [private] }, then: fail }';
    assert.equal(judgeRule(rule), 'pass');
  });

  test('6: a missing score is unknown (engine: -1, so that the rule passes)', () => {
    const rule = '{ id: c, for: finding, when: { cvss: at least 7 }, then: fail }';
    assert.equal(judgeRule(rule), 'fail');
    assert.equal(judgeRule(rule, { findings: [UNRATED_FINDING] }), 'unknown');
  });

  test('7: issues that the vendor will not fix count (engine: not by default)', () => {
    const rule = '{ id: v, for: finding, when: { id: CVE-2026-2 }, then: fail }';
    assert.equal(judgeRule(rule, { findings: [UNRATED_FINDING] }), 'fail');
  });

  test('8: the history gives the same verdict with a Dockerfile (engine: it replaces the history)', () => {
    const dockerfile = readDockerfile(Buffer.from('FROM a\nUSER app\nHEALTHCHECK CMD x\n'), 'D');
    const rule = '{ id: h, for: instruction, when-none: { verb: HEALTHCHECK }, then: fail }';
    assert.equal(judgeRule(rule), 'fail');
    assert.equal(judgeRule(rule, { input: { dockerfile } }), 'fail');
    const written = '{ id: h, for: dockerfile, when-none: { verb: HEALTHCHECK }, then: fail }';
    assert.equal(judgeRule(written, { input: { dockerfile } }), 'pass');
    assert.equal(judgeRule(written), 'unknown');
  });

  test('9: files may be removed on purpose (engine: every missing file is a violation)', () => {
    const createRule = (more: string): string =>
      `{ id: r, for: record, when: { content: missing${more} }, then: fail }`;
    assert.equal(judgeRule(createRule('')), 'fail');
    assert.equal(judgeRule(createRule(', path: not like /usr/share/doc/*')), 'pass');
  });

  test('10: the age of a fix counts (engine: the filter did nothing in 1.1.0)', () => {
    const judgeAge = (days: string): string =>
      judgeTrigger([
        'vulnerabilities',
        'package',
        { package_type: 'all', fix_available: 'true', max_days_since_fix: days },
      ]);
    assert.equal(judgeAge('58'), 'fail');
    assert.equal(judgeAge('60'), 'pass');
    const [match] = FIXED_FINDING.matches;
    const undated = createFinding({
      ...FIXED_FINDING,
      matches: match === undefined ? [] : [{ ...match, fixes: [] }],
    });
    const rule = '{ id: f, for: finding, when: { fix: true, fix-age: over 30 days }, then: fail }';
    assert.equal(judgeRule(rule, { findings: [undated] }), 'unknown');
  });
});
