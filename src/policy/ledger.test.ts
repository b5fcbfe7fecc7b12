import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import { createAssessment } from '../core/assessment.ts';
import {
  extendLedger,
  findFirstSeen,
  listAlteredLines,
  readLedger,
  writeLedger,
} from './ledger.ts';

const ASSESSMENT = createAssessment({ inventory: SAMPLE_INVENTORY, findings: SAMPLE_FINDINGS });
const [FIRST, LATER] = ['2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z'];
const EMPTY = readLedger('', 'ledger.jsonl');

suite('a ledger', () => {
  test('keeps the first time, whatever the tag of the image is', () => {
    const ledger = extendLedger(EMPTY, ASSESSMENT, FIRST);
    const text = writeLedger(ledger);
    const read = readLedger(text, 'ledger.jsonl');
    const target = { ...ASSESSMENT.target, name: 'example/shop:9.9' };
    const again = extendLedger(read, { ...ASSESSMENT, target }, LATER);
    assert.equal(writeLedger(again), text);
    const [finding] = SAMPLE_FINDINGS.findings;
    assert.ok(finding);
    const item = SAMPLE_INVENTORY.packages.find(({ key }) => key === finding.packageKey);
    assert.equal(findFirstSeen(again, finding, item, target), FIRST);
  });

  test('merges two branches by their lines: the earliest counts', () => {
    const [one, two] = [FIRST, LATER].map((time) =>
      writeLedger(extendLedger(EMPTY, ASSESSMENT, time)),
    );
    const merged = readLedger(`${two}${one}`, 'ledger.jsonl');
    assert.equal(writeLedger(merged), one);
  });

  test('names missing and altered lines', () => {
    const older = extendLedger(EMPTY, ASSESSMENT, FIRST);
    const newer = new Map([...extendLedger(EMPTY, ASSESSMENT, LATER)].slice(1));
    const altered = listAlteredLines(older, newer);
    assert.equal(altered.length, older.size);
    assert.match(altered[0] ?? '', /the line is missing$/);
    assert.match(altered[1] ?? '', /first seen 2026-11-01T00:00:00Z became 2026-11-20/);
    assert.deepEqual(listAlteredLines(older, older), []);
  });

  test('with a damaged line is rejected with its number', () => {
    assert.throws(
      () => readLedger('{"image":"a"}\n', 'ledger.jsonl'),
      /^UserError: ledger.jsonl:1:/,
    );
    assert.throws(() => readLedger('\n<<<<<<< HEAD\n', 'ledger.jsonl'), /ledger.jsonl:2:/);
  });
});
