import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { IMAGE } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import { loadPolicies } from './load-policies.ts';
import { readToolRuns } from './read-tool-runs.ts';

/** A document of the Heimdall Data Format with one profile. */
function createHdf(statuses: readonly string[], more: object = {}): object {
  const results = statuses.map((status) => ({ status, start_time: '2026-11-20T00:00:00Z' }));
  const control = {
    id: 'V-1',
    title: 't',
    impact: 0.5,
    tags: { stig_id: 'X-1' },
    results,
    ...more,
  };
  return {
    platform: { name: 'x', target_id: `registry/x@${IMAGE.manifestDigest}` },
    profiles: [{ name: 'container-srg', controls: [control] }],
  };
}

function judge(rule: string, ...documents: readonly object[]): string {
  const policies = loadPolicies([
    { name: 'p.yaml', bytes: Buffer.from(`policy: p\nrules: [${rule}]`) },
  ]);
  const inventory = createInventory({ packages: [{ name: 'a', type: 'deb' }], target: IMAGE });
  return evaluatePolicies(policies, {
    assessment: createAssessment({ inventory }),
    areFilesListed: false,
    now: '2026-11-29T00:00:00Z',
    toolRuns: documents.flatMap((one, index) =>
      readToolRuns(Buffer.from(JSON.stringify(one)), `${index}.json`),
    ),
  }).outcome;
}

const FAILED = '{ id: s, for: result, when: { kind: stig, status: failed }, then: fail }';
const PASSED = '{ id: s, for: result, when: { kind: stig, status: not passed }, then: fail }';

suite('results of other tools', () => {
  test('in the Heimdall Data Format have the worst status of their tests', () => {
    assert.equal(judge(FAILED, createHdf(['passed', 'failed'])), 'fail');
    assert.equal(judge(FAILED, createHdf(['passed'])), 'pass');
    assert.equal(judge(PASSED, createHdf(['passed', 'skipped'])), 'fail');
    assert.equal(judge(PASSED, createHdf(['passed', 'error'])), 'fail');
    // An impact of 0 hides a failure in the format itself.
    assert.equal(judge(FAILED, createHdf(['failed'], { impact: 0 })), 'fail');
  });

  test('are unknown without tests, with another status, and for another target', () => {
    assert.equal(judge(FAILED, createHdf([])), 'unknown');
    assert.equal(judge(FAILED, createHdf(['passed', 'odd'])), 'unknown');
    const other = { ...createHdf(['passed']), platform: { target_id: `sha256:${'f'.repeat(64)}` } };
    assert.equal(judge(FAILED, other), 'unknown');
    assert.equal(judge(FAILED), 'unknown');
  });

  test('without any detection are only clean for their own target', () => {
    const malware = '{ id: m, for: result, when: { kind: malware, status: failed }, then: fail }';
    const createRun = (target: string): object => {
      return { tool: 'clamav', kind: 'malware', target, results: [] };
    };
    assert.equal(judge(malware, createRun(IMAGE.manifestDigest)), 'pass');
    assert.equal(judge(malware, createRun(`sha256:${'f'.repeat(64)}`)), 'unknown');
  });

  test('of one kind do not stand for another', () => {
    const malware = '{ id: m, for: result, when: { kind: malware, status: failed }, then: fail }';
    assert.equal(judge(malware, createHdf(['passed'])), 'unknown');
    const clean = { tool: 'clamav', kind: 'malware', results: [] };
    assert.equal(judge(malware, createHdf(['passed']), clean), 'pass');
  });

  test('have a time and a target', () => {
    const createRule = (when: string): string =>
      `{ id: r, for: run, when: { kind: stig, ${when} }, then: fail }`;
    assert.equal(judge(createRule('age: over 5 days'), createHdf(['passed'])), 'fail');
    assert.equal(judge(createRule('same-target: false'), createHdf(['passed'])), 'pass');
    assert.equal(judge(createRule('given: false')), 'fail');
    const bare = { tool: 'x', kind: 'stig', results: [] };
    assert.equal(judge(createRule('age: over 5 days'), bare), 'unknown');
    assert.equal(judge(createRule('same-target: false'), bare), 'unknown');
  });

  test('in the Heimdall Data Format have a kind by their names and tags', () => {
    const createProfile = (profile: object, tags: object = {}): object => ({
      profiles: [
        { ...profile, controls: [{ id: 'c', impact: 1, tags, results: [{ status: 'failed' }] }] },
      ],
    });
    const createRule = (kind: string): string =>
      `{ id: r, for: result, when: { kind: ${kind}, status: failed }, then: fail }`;
    const cases: readonly (readonly [string, object])[] = [
      ['malware', createProfile({ name: 'scan', title: 'ClamAV' })],
      ['stig', createProfile({ name: 'RHEL 9 STIG' })],
      ['stig', createProfile({ name: 'x' }, { gtitle: 'SRG-OS-1' })],
      ['other', createProfile({ name: 'cis' })],
      ['other', { profiles: [{ name: 'cis', controls: [{ results: [{ status: 'failed' }] }] }] }],
    ];
    for (const [kind, document] of cases) {
      assert.equal(judge(createRule(kind), document), 'fail', kind);
    }
  });

  test('are limited in number, and may be not applicable', () => {
    const results = Array.from({ length: 100_001 }, () => ({ id: 'x', status: 'passed' }));
    const many = { tool: 'x', kind: 'stig', results };
    assert.throws(() => judge(FAILED, many), /more than 100000 results/);
    const none = '{ id: s, for: result, when: { kind: stig, status: not-applicable }, then: fail }';
    assert.equal(judge(none, createHdf(['passed'], { impact: 0 })), 'fail');
  });

  test('of another form are rejected', () => {
    for (const document of [
      [],
      {},
      { tool: 'x', kind: 'y', results: [] },
      { tool: 'x', kind: 'stig' },
    ]) {
      assert.throws(() => judge(FAILED, document), { code: 'E_POLICY' });
    }
  });
});
