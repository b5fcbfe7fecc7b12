import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_REPORT } from '../../test/support/sample-report.ts';
import { present } from '../foundation/core/assert.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { FACT_KINDS } from '../foundation/core/format.ts';
import { formats } from '../report/output/formats.ts';
import { countFacts, listLosses } from './losses.ts';

const COUNTS = countFacts(SAMPLE_REPORT);

function formatLosses(id: string): string[] {
  const format = formats.find((each) => each.id === id);
  return listLosses(present(format, 'a format'), COUNTS).map(([kind, count]) => `${count} ${kind}`);
}

test('counts every kind of fact', () => {
  assert.deepEqual([...COUNTS.keys()].sort(compareText), Object.keys(FACT_KINDS).sort(compareText));
  assert.equal(COUNTS.get('unnamed'), 3);
  assert.equal(COUNTS.get('problems'), 5);
});

test('our own format loses nothing, others lose the facts that they do not support', () => {
  assert.deepEqual(formatLosses('json'), []);
  assert.deepEqual(formatLosses('cyclonedx-json'), []);
  assert.deepEqual(formatLosses('spdx-json'), ['4 findings']);
  assert.ok(formatLosses('csv').includes('5 files'));
  assert.ok(formatLosses('purls').includes('3 unnamed'));
});

test('absent facts are not losses', () => {
  const { findings: _, ...report } = SAMPLE_REPORT;
  const inventory = { ...report.inventory, files: [], problems: [], problemsNotListed: 0 };
  const counts = countFacts({ ...report, inventory });
  assert.deepEqual(
    listLosses(
      present(
        formats.find(({ id }) => id === 'spdx-json'),
        '',
      ),
      counts,
    ),
    [],
  );
});
