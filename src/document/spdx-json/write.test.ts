import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import type { Report } from '../../foundation/core/format.ts';
import { spdxJson } from './write.ts';

interface Document {
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string };
  readonly comment?: string;
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly primaryPackagePurpose?: string;
    readonly externalRefs?: readonly { readonly referenceCategory: string }[];
    readonly annotations: readonly { readonly comment: string }[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relatedSpdxElement: string;
    readonly relationshipType: string;
  }[];
}

function writeDocument(report: Partial<Report> = {}, version = '2.3'): Document {
  return JSON.parse(
    writeReport(spdxJson, { ...SAMPLE_REPORT, ...report }, { version }),
  ) as Document;
}

function writeCreated(config: string): string {
  const { target } = SAMPLE_INVENTORY;
  assert.ok(target.kind === 'image');
  const inventory = { ...SAMPLE_INVENTORY, target: { ...target, config: Buffer.from(config) } };
  const { timestamp: _, ...report } = { ...SAMPLE_REPORT, inventory };
  return (JSON.parse(writeReport(spdxJson, report)) as Document).creationInfo.created;
}

suite('spdx-json', () => {
  test('writes the recorded document', () => {
    assertGolden(
      new URL('./golden/report.json', import.meta.url),
      writeReport(spdxJson, SAMPLE_REPORT),
    );
  });

  test('identifiers have only allowed characters, are unique, and end every edge', () => {
    const { packages, relationships } = writeDocument();
    const ids = new Set(['SPDXRef-DOCUMENT', ...packages.map(({ SPDXID }) => SPDXID)]);
    assert.equal(ids.size, packages.length + 1);
    for (const id of ids) {
      assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
    }
    assert.deepEqual(
      [...new Set(relationships.map(({ relationshipType }) => relationshipType))],
      ['DESCRIBES', 'CONTAINS', 'DEPENDENCY_OF', 'OTHER'],
    );
    for (const { spdxElementId, relatedSpdxElement } of relationships) {
      assert.ok(ids.has(spdxElementId) && ids.has(relatedSpdxElement));
    }
  });

  test('version 2.2 has no purposes and another category name', () => {
    const listCategories = (version: string): (string | undefined)[] =>
      writeDocument({}, version).packages.map(
        ({ externalRefs }) => externalRefs?.at(-1)?.referenceCategory,
      );
    assert.ok(listCategories('2.2').includes('PACKAGE_MANAGER'));
    assert.ok(listCategories('2.3').includes('PACKAGE-MANAGER'));
    assert.ok(
      writeDocument({}, '2.2').packages.every((pkg) => pkg.primaryPackagePurpose === undefined),
    );
  });

  test('uses the time of the report, otherwise of the image, otherwise a fixed one', () => {
    assert.equal(writeDocument().creationInfo.created, '2026-11-25T00:00:00Z');
    assert.equal(writeCreated('{"created":"2024-01-02T03:04:05.678Z"}'), '2024-01-02T03:04:05Z');
    for (const config of ['{', '7', '{"created":7}', '{"created":"yesterday"}']) {
      assert.equal(writeCreated(config), '1970-01-01T00:00:00Z');
    }
  });

  test('marks an incomplete inventory', () => {
    assert.match(writeDocument().comment ?? '', /incomplete: 5 problems/);
    const inventory = { ...SAMPLE_INVENTORY, problems: [], problemsNotListed: 0 };
    assert.equal(writeDocument({ inventory }).comment, undefined);
  });

  test('writes properties as pairs of name and value in the annotation', () => {
    const comment = writeDocument().packages.at(-1)?.annotations[0]?.comment ?? '';
    assert.ok(comment.startsWith('plimsoll:properties '));
    const pairs = JSON.parse(comment.slice('plimsoll:properties '.length)) as [string, string][];
    assert.equal(new Map(pairs).get('plimsoll:key'), '0000000000000003');
  });
});
