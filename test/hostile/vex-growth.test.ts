import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { VexDocument, VexStatement } from '../../src/foundation/core/decision.ts';
import { decideFindings } from '../../src/vulnerability/decide/decide-findings.ts';
import { createVexDecider } from '../../src/vulnerability/decide/vex/vex-decider.ts';
import { WorkCounter } from '../support/count-work.ts';
import { createInventory } from '../support/inventory.ts';
import { SAMPLE_FINDINGS } from '../support/sample-report.ts';

const ID = 'CVE-2024-1';
const PURL = 'pkg:npm/shop@1';
/** Doubling the statements may double the work, plus a little for sorting. */
const GROWTH_MAX = 2.4;

const counter = new WorkCounter();
after(() => counter[Symbol.dispose]());

function createStatement(index: number, purl: string): VexStatement {
  return {
    index,
    vulnerability: ID,
    aliases: [],
    products: [{ identifiers: [purl], hashes: [], subcomponents: [] }],
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    responses: [],
  };
}

/** Decides one finding by many statements about its id, and returns the work. */
function measureWork(count: number, getPurl: (index: number) => string): number {
  const statements = Array.from({ length: count }, (_, index) =>
    createStatement(index, getPurl(index)),
  );
  const frame = { format: 'openvex', origin: 'a.json', id: 'a', author: 'vendor' } as const;
  const document: VexDocument = { ...frame, statements, problems: [] };
  const shop = { name: 'shop', version: '1', type: 'npm', language: 'javascript', purl: PURL };
  const inventory = createInventory({ packages: [shop] });
  const [item] = inventory.packages;
  const [template] = SAMPLE_FINDINGS.findings;
  assert.ok(item && template);
  const finding = { ...template, id: ID, aliases: [], packageKey: item.key, matches: [] };
  const findings = { ...SAMPLE_FINDINGS, findings: [finding], alerts: [] };
  counter.take();
  const decided = decideFindings(findings, inventory, [createVexDecider([document], inventory)]);
  const work = counter.take();
  assert.equal(decided.findings.length, getPurl(0) === PURL ? 0 : 1);
  return work;
}

for (const [title, getPurl] of [
  ['about one package', () => PURL],
  ['about other packages', (index: number) => `pkg:npm/other-${index}@1`],
] as const) {
  test(`work grows at most like the number of VEX statements ${title}`, () => {
    measureWork(100, getPurl);
    const less = measureWork(2_000, getPurl);
    const more = measureWork(4_000, getPurl);
    assert.ok(more <= less * GROWTH_MAX, `${less} for 2,000 statements, ${more} for 4,000`);
  });
}
