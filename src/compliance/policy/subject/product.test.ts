import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../../test/support/inventory.ts';
import { createAssessment } from '../../../foundation/core/assessment.ts';
import { evaluatePolicies } from '../evaluate-policy.ts';
import { loadPolicies } from '../load-policies.ts';
import { readLifecycle } from '../read-lifecycle.ts';

const PAGE = `---
title: Node.js
permalink: /nodejs
identifiers:
  - purl: pkg:generic/node
  - cpe: cpe:2.3:a:nodejs:node.js
releases:
  - releaseCycle: "22"
    eol: 2027-04-30
  - releaseCycle: "2"
    eol: true
  - releaseCycle: "23"
    eol: 2025-06-01
  - releaseCycle: "24.1"
    eol: false
---
# Node.js
`;

function judge(version: string, when: string, page: string | undefined = PAGE): string {
  const cpe = `cpe:2.3:a:nodejs:node\\.js:${version}:*:*:*:*:*:*:*`;
  const packages = [
    { name: 'node', type: 'binary', version, cpes: [cpe] },
    { name: 'other', type: 'deb' },
  ];
  const text = `policy: p\nrules: [{ id: old, for: product, when: { ${when} }, then: fail }]`;
  const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(text) }]);
  return evaluatePolicies(policies, {
    assessment: createAssessment({ inventory: createInventory({ packages }) }),
    areFilesListed: false,
    now: '2026-11-29T00:00:00Z',
    ...(page === '' ? {} : { lifecycles: [readLifecycle(Buffer.from(page), 'nodejs.md')] }),
  }).outcome;
}

suite('products', () => {
  test('are past their end of life by the longest release line', () => {
    assert.equal(judge('22.4.0', 'end-of-life: true'), 'pass');
    assert.equal(judge('23.0.1', 'end-of-life: true'), 'fail');
    assert.equal(judge('2.4.0', 'end-of-life: true'), 'fail');
    assert.equal(judge('24.1.9', 'end-of-life: true'), 'pass');
    assert.equal(judge('22.4.0', 'end-of-life-age: over -200 days'), 'fail');
    assert.equal(judge('22.4.0', 'end-of-life-age: over -100 days'), 'pass');
  });

  test('are unknown without a release line, a date or a file', () => {
    assert.equal(judge('229.0', 'end-of-life: true'), 'unknown');
    assert.equal(judge('24.1.9', 'end-of-life-age: over 0 days'), 'unknown');
    assert.equal(judge('23.0.1', 'end-of-life: true', ''), 'unknown');
  });

  test('are found by CPE and package URL only', () => {
    const other = PAGE.replace('nodejs:node.js', 'other:node.js');
    assert.equal(judge('23.0.1', 'end-of-life: true', other), 'pass');
  });

  test('have a page, and nothing else', () => {
    for (const text of ['', 'title: x', '---\npermalink: /x\n---\n', '---\n[\n---\n']) {
      assert.throws(() => readLifecycle(Buffer.from(text), 'x.md'), { code: 'E_POLICY' });
    }
  });
});
