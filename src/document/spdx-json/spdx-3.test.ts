import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { present } from '../../foundation/core/assert.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { spdxJson } from './write.ts';

interface Element {
  readonly type: string;
  readonly spdxId?: string;
  readonly name?: string;
  readonly relationshipType?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly [member: string]: unknown;
}

function createGraph(inventory: Inventory = SAMPLE_INVENTORY): readonly Element[] {
  const text = writeReport(spdxJson, { ...SAMPLE_REPORT, inventory }, { version: '3.0' });
  return (JSON.parse(text) as { readonly '@graph': readonly Element[] })['@graph'];
}

suite('SPDX 3', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report-3.json', import.meta.url);
    assertGolden(golden, writeReport(spdxJson, SAMPLE_REPORT, { version: '3.0' }));
  });

  test('elements have their own URIs, and edges lead to elements', () => {
    const graph = createGraph();
    const ids = graph.flatMap(({ spdxId }) => spdxId ?? []);
    assert.equal(new Set(ids).size, ids.length);
    const ends = graph.flatMap(({ from, to = [] }) => (from === undefined ? [] : [from, ...to]));
    assert.deepEqual(
      ends.filter((end) => !ids.includes(end)),
      [],
    );
  });

  test('one edge contains all dependencies of a package', () => {
    const needs = createGraph().filter(({ relationshipType }) => relationshipType === 'dependsOn');
    assert.equal(needs.length, 1);
    assert.match(needs[0]?.from ?? '', /evil/);
    assert.match(needs[0]?.to?.[0] ?? '', /lodash-0{15}2$/);
  });

  test('a supplier of two packages is one agent, and an unlisted license is explained', () => {
    const packages = SAMPLE_INVENTORY.packages.slice(0, 2).map((pkg) => ({
      ...pkg,
      licenses: [
        { value: 'Own terms', expression: '', kind: 'declared', urls: [], locations: [] } as const,
      ],
      metadata: { kind: 'any', value: { maintainer: 'Ada <ada@example.org>' } },
    }));
    const graph = createGraph({ ...SAMPLE_INVENTORY, packages, relationships: [] });
    const agents = graph.filter(({ type }) => type === 'Person');
    assert.deepEqual(
      agents.map(({ name }) => name),
      ['Ada'],
    );
    const suppliers = graph.flatMap(({ suppliedBy }) => suppliedBy ?? []);
    assert.deepEqual(suppliers, [agents[0]?.spdxId, agents[0]?.spdxId]);
    const custom = graph.find((each) => each['simplelicensing_customIdToUri'] !== undefined);
    const [entry] = present(custom, 'an expression')['simplelicensing_customIdToUri'] as {
      value: string;
    }[];
    assert.ok(graph.some(({ spdxId, name }) => spdxId === entry?.value && name === 'Own terms'));
  });
});
