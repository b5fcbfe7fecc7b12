import assert from 'node:assert/strict';
import process from 'node:process';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { IMAGE } from '../../../test/support/sample-report.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import type { ControlResult } from '../../foundation/core/control.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import { loadPolicies } from './load-policies.ts';
import { readToolRuns } from './read-tool-runs.ts';

const PACK = `pack: mine
version: "1"
title: t
authority: us
sources: [{ id: own, title: s, read-on: 2026-11-01, mark: primary }]
controls:
  - { id: CM-6, title: t, requirement: r, force: MUST, kind: manual, results: [CM-6, CCI-000366] }
`;

function createXccdf(result: string, { time = '2026-11-20T10:00:00', more = '' } = {}): string {
  const digest = IMAGE.manifestDigest;
  return `<?xml version="1.0"?>
<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">
  <Rule id="xccdf_org.x_rule_umask"><title>umask</title><ident system="cci">CCI-000366</ident></Rule>
  <TestResult id="t" end-time="${time}" test-system="cpe:/a:redhat:openscap:1.3.7">
    <target>docker-image://app@${digest}</target>
    <rule-result idref="xccdf_org.x_rule_umask"><result>${result}</result></rule-result>
    <rule-result idref="xccdf_org.x_rule_other"><result>notselected</result></rule-result>${more}
  </TestResult>
</Benchmark>`;
}

function createHdf(nist: readonly string[], start_time = '2026-11-20T00:00:00Z'): string {
  const results = [{ status: 'passed', start_time }];
  return JSON.stringify({
    platform: { target_id: IMAGE.manifestDigest },
    profiles: [{ name: 'p', controls: [{ id: 'V-1', impact: 0.5, tags: { nist }, results }] }],
  });
}

function judge(...texts: readonly string[]): ControlResult {
  const inventory = createInventory({ packages: [{ name: 'a', type: 'deb' }], target: IMAGE });
  const { controls } = evaluatePolicies(
    loadPolicies([{ name: 'mine.yaml', bytes: Buffer.from(PACK) }]),
    {
      assessment: createAssessment({ inventory }),
      areFilesListed: false,
      now: '2026-11-29T00:00:00Z',
      toolRuns: texts.flatMap((text, index) => readToolRuns(Buffer.from(text), `${index}.xml`)),
    },
  );
  assert.ok(controls?.[0]);
  return controls[0];
}

suite('results of OpenSCAP and HDF', () => {
  test('answer a control by the IDs of its requirements, with their age', () => {
    const passed = judge(createXccdf('pass'));
    assert.equal(passed.status, 'passed');
    const [evidence] = passed.results;
    assert.deepEqual(evidence?.checks, [{ id: 'umask', status: 'passed' }]);
    assert.deepEqual([evidence.tool, evidence.ageDays], ['openscap 1.3.7', 8]);
    assert.equal(judge(createXccdf('fail')).status, 'failed');
    assert.equal(judge().status, 'unanswered');
  });

  test('that were not evaluated never pass', () => {
    for (const word of ['notchecked', 'unknown', 'error', 'informational', 'odd', '']) {
      assert.equal(judge(createXccdf(word)).status, 'unanswered', word);
    }
    const second =
      '<rule-result idref="b"><result>unknown</result><ident>CCI-000366</ident></rule-result>';
    assert.equal(judge(createXccdf('pass', { more: second })).status, 'unanswered');
  });

  test('that are old, undated or of another target do not count, and are reported', () => {
    const cases: readonly [string, RegExp][] = [
      [createXccdf('pass', { time: '2026-10-01T00:00:00' }), /59 days old/],
      [createXccdf('pass', { time: 'yesterday' }), /does not state when/],
      [createXccdf('pass', { time: '2026-12-24T00:00:00' }), /after the time/],
      [createXccdf('pass').replace(/sha256:\w+/, `sha256:${'e'.repeat(64)}`), /another target/],
    ];
    for (const [text, note] of cases) {
      const { status, results } = judge(text);
      assert.equal(status, 'unanswered');
      assert.match(results[0]?.note ?? '', note);
    }
  });

  test('have times in UTC if they state no time zone', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      for (const time of [
        '2026-11-20T10:00:00',
        '2026-11-20T10:00:00.000',
        '2026-11-20T10:00:00Z',
      ]) {
        assert.equal(
          judge(createXccdf('pass', { time })).results[0]?.ranAt,
          '2026-11-20T10:00:00.000Z',
        );
      }
      const [other] = judge(createXccdf('pass', { time: '2026-11-20T10:00:00+02:00' })).results;
      assert.equal(other?.ranAt, '2026-11-20T08:00:00.000Z');
    } finally {
      process.env['TZ'] = zone ?? '';
      if (zone === undefined) {
        delete process.env['TZ'];
      }
    }
  });

  test('name at most three of their checks in the cause', () => {
    const more = ['b', 'c', 'd', 'e']
      .map(
        (id) => `<rule-result idref="${id}"><result>fail</result><ident>CM-6</ident></rule-result>`,
      )
      .join('');
    const { status, reasons } = judge(createXccdf('pass', { more }));
    assert.equal(status, 'failed');
    assert.match(reasons.join(), /: b failed, openscap 1\.3\.7: c failed, .* and 1 more$/);
  });

  test('in HDF answer a control by their tags', () => {
    assert.equal(judge(createHdf(['AC-2', 'CM-6 b'])).status, 'passed');
    assert.equal(judge(createHdf(['CM-60'])).status, 'unanswered');
  });

  test('in JSON do not count with a malformed time, and are reported', () => {
    const [id, ran] = ['CM-6', 'last week'];
    const plain = { tool: 'x', kind: 'other', ran, results: [{ id, status: 'passed' }] };
    for (const text of [createHdf([id], ran), JSON.stringify(plain)]) {
      const { status, results } = judge(text);
      assert.equal(status, 'unanswered');
      assert.match(results[0]?.note ?? '', /does not state when/);
    }
  });

  test('that are malformed or hostile are rejected, without expanding entities', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY e "eeee">]><a>&e;</a>';
    for (const text of ['<a/>', '<Benchmark><TestResult>', bomb]) {
      assert.throws(() => judge(text), /has no results of XCCDF/, text);
    }
    const hostile = createXccdf('pass').replace('CCI-000366', '&lt;script&gt;');
    assert.equal(judge(hostile).status, 'unanswered');
  });
});
