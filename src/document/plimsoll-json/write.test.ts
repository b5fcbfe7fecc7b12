import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { JSON_SCHEMA, json } from './write.ts';

type Read = Omit<Report, 'inventory' | 'findings'> & {
  readonly schema: object;
  readonly inventory: Inventory;
  readonly findings?: Findings;
};

/** Everything a reader has to do beyond `JSON.parse`, by the documentation of the format. */
function read(text: string): Read {
  const document = JSON.parse(text) as Read;
  const { inventory, findings } = document;
  return {
    ...document,
    inventory: {
      ...inventory,
      target: withBytes(inventory.target),
      distro: inventory.distro ?? undefined,
    },
    ...(findings && { findings: { ...findings, database: findings.database ?? undefined } }),
  };
}

function withBytes(target: TargetDescription): TargetDescription {
  if (target.kind !== 'image') {
    return target;
  }
  const decodeBase64 = (value: unknown): Uint8Array => Buffer.from(String(value), 'base64');
  return {
    ...target,
    manifest: decodeBase64(target.manifest),
    config: decodeBase64(target.config),
  };
}

suite('json', () => {
  test('writes the recorded document', () => {
    assertGolden(
      new URL('./golden/report.json', import.meta.url),
      writeReport(json, SAMPLE_REPORT),
    );
  });

  test('restores inventory and findings exactly', () => {
    const { schema, inventory, findings, tool, timestamp } = read(writeReport(json, SAMPLE_REPORT));
    assert.deepEqual(schema, JSON_SCHEMA);
    assert.deepEqual(inventory, SAMPLE_INVENTORY);
    assert.deepEqual(findings, SAMPLE_FINDINGS);
    assert.deepEqual(tool, SAMPLE_REPORT.tool);
    assert.equal(timestamp, SAMPLE_REPORT.timestamp);
  });

  test('restores unknown values as unknown', () => {
    const inventory = { ...SAMPLE_INVENTORY, distro: undefined };
    const findings = { ...SAMPLE_FINDINGS, database: undefined };
    const back = read(writeReport(json, { ...SAMPLE_REPORT, inventory, findings }));
    assert.deepEqual(back.inventory, inventory);
    assert.deepEqual(back.findings, findings);
  });

  test('omits the findings member, rather than writing an empty one, without findings', () => {
    const { tool, configuration, inventory } = SAMPLE_REPORT;
    const document = JSON.parse(writeReport(json, { tool, configuration, inventory })) as object;
    assert.deepEqual(Object.keys(document), [
      'schema',
      'tool',
      'configuration',
      'inventory',
      'coverage',
    ]);
  });
});
