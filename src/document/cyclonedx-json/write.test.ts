import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { cyclonedxJson } from './write.ts';

interface Document {
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly tools: unknown; readonly timestamp?: string };
  readonly components: readonly {
    readonly name: string;
    readonly evidence?: { readonly occurrences: readonly object[] };
    readonly licenses?: readonly object[];
  }[];
  readonly compositions?: readonly object[];
}

function writeDocument(version: string): Document {
  return JSON.parse(writeReport(cyclonedxJson, SAMPLE_REPORT, { version })) as Document;
}

suite('cyclonedx-json', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.json', import.meta.url);
    assertGolden(golden, writeReport(cyclonedxJson, SAMPLE_REPORT));
  });

  test('writes the recorded document with all details', () => {
    const golden = new URL('./golden/full.json', import.meta.url);
    assertGolden(golden, writeReport(cyclonedxJson, SAMPLE_REPORT, { isFull: true }));
  });

  test('each version has only the members of its schema', () => {
    assert.ok(Array.isArray(writeDocument('1.4').metadata.tools));
    assert.ok(!Array.isArray(writeDocument('1.5').metadata.tools));
    const findBusybox = (version: string): Document['components'][number] | undefined =>
      writeDocument(version).components.find(({ name }) => name === 'busybox');
    assert.equal(findBusybox('1.4')?.evidence, undefined);
    assert.equal(findBusybox('1.5')?.evidence?.occurrences.length, 2);
    assert.deepEqual(findBusybox('1.5')?.licenses, [{ license: { id: 'GPL-2.0-only' } }]);
    assert.deepEqual(findBusybox('1.6')?.licenses, [
      { license: { id: 'GPL-2.0-only', acknowledgement: 'declared' } },
    ]);
  });

  test('derives the serial number from the content', () => {
    assert.equal(writeDocument('1.6').serialNumber, writeDocument('1.6').serialNumber);
    assert.notEqual(writeDocument('1.6').serialNumber, writeDocument('1.4').serialNumber);
  });

  test('an incomplete inventory is marked, a complete one is not', () => {
    assert.deepEqual(writeDocument('1.6').compositions, [
      { aggregate: 'incomplete', assemblies: [`target:sha256:${'2'.repeat(64)}`] },
    ]);
    const inventory = { ...SAMPLE_INVENTORY, problems: [], problemsNotListed: 0 };
    const text = writeReport(cyclonedxJson, { ...SAMPLE_REPORT, inventory });
    assert.equal((JSON.parse(text) as Document).compositions, undefined);
  });

  test('omits the time without a clock', () => {
    const { timestamp: _, ...report } = SAMPLE_REPORT;
    const document = JSON.parse(writeReport(cyclonedxJson, report)) as Document;
    assert.equal(document.metadata.timestamp, undefined);
  });
});
