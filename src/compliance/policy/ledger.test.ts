import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { SAMPLE_FINDINGS, SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import { type Assessment, createAssessment } from '../../foundation/core/assessment.ts';
import type { Alert, Finding } from '../../foundation/core/finding.ts';
import { extendLedger, findTimes, listAlteredLines, readLedger, writeLedger } from './ledger.ts';

const ASSESSMENT = createAssessment({ inventory: SAMPLE_INVENTORY, findings: SAMPLE_FINDINGS });
const [FIRST, LATER] = ['2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z'];
const RECORD = {
  cve: 'CVE-1',
  vendorProject: '',
  product: '',
  dateAdded: '2026-11-15',
  requiredAction: '',
  knownRansomwareCampaignUse: '',
  notes: '',
  urls: [],
  cwes: [],
};
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
    assert.equal(findTimes(again, finding, item, target)?.firstSeen, FIRST);
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

  test('keeps times that people add, and names only those that were changed', () => {
    const older = extendLedger(EMPTY, ASSESSMENT, FIRST);
    const [line = ''] = writeLedger(older).split('\n');
    const completed = JSON.stringify({ ...JSON.parse(line), awareness: '2026-11-02T08:00:00Z' });
    const newer = readLedger(`${writeLedger(older)}${completed}\n`, 'ledger.jsonl');
    assert.match(writeLedger(newer), /"awareness":"2026-11-02T08:00:00Z"/);
    assert.equal(newer.size, older.size);
    assert.deepEqual(listAlteredLines(older, newer), []);
    assert.match(
      listAlteredLines(newer, older).join(),
      /: awareness 2026-11-02T08:00:00Z became absent$/,
    );
    const later = extendLedger(newer, ASSESSMENT, LATER);
    assert.equal(writeLedger(later), writeLedger(newer));
  });

  test('records when a finding is first seen as exploited', () => {
    const [first] = SAMPLE_FINDINGS.findings;
    assert.ok(first);
    const matches = first.matches.map((match) => ({ ...match, exploited: [RECORD] }));
    const findings = { ...SAMPLE_FINDINGS, findings: [{ ...first, matches }] };
    const exploited = createAssessment({ inventory: SAMPLE_INVENTORY, findings });
    const calm = matches.map((match) => ({ ...match, exploited: [] }));
    const before = { ...findings, findings: [{ ...first, matches: calm }] };
    const older = extendLedger(
      EMPTY,
      createAssessment({ inventory: SAMPLE_INVENTORY, findings: before }),
      FIRST,
    );
    const newer = extendLedger(older, exploited, LATER);
    const [line] = [...newer.values()];
    assert.deepEqual([line?.firstSeen, line?.exploitedSince], [FIRST, LATER]);
    assert.deepEqual(listAlteredLines(older, newer), []);
  });

  test('records when a finding is closed and found again, once each', () => {
    const [first] = SAMPLE_FINDINGS.findings;
    assert.ok(first);
    const inventory = createInventory({
      packages: [{ name: 'lodash', type: 'npm', key: first.packageKey }],
    });
    const calm = { ...first, matches: first.matches.map((one) => ({ ...one, exploited: [] })) };
    const create = (findings: readonly Finding[], alerts: readonly Alert[] = []): Assessment =>
      createAssessment({
        inventory,
        findings: { ...SAMPLE_FINDINGS, findings, unevaluated: [], alerts },
      });
    const opened = extendLedger(EMPTY, create([calm]), FIRST);
    const alert = { kind: 'database-outdated', message: 'the advisories are old', packageKeys: [] };
    const doubtful = create([], [alert] as never);
    assert.deepEqual(extendLedger(opened, doubtful, LATER), opened);
    const without = createAssessment({ inventory });
    assert.deepEqual(extendLedger(opened, without, LATER), opened);
    const closed = extendLedger(opened, create([]), LATER);
    const listTimes = (ledger: typeof closed): unknown =>
      [...ledger.values()].map((line) => [line.firstSeen, line.closed, line.reopened]);
    assert.deepEqual(listTimes(closed), [[FIRST, LATER, undefined]]);
    const reopened = extendLedger(closed, create([calm]), '2026-11-21T00:00:00Z');
    const expected = [[FIRST, LATER, '2026-11-21T00:00:00Z']];
    assert.deepEqual(listTimes(reopened), expected);
    const again = extendLedger(reopened, create([]), '2026-11-22T00:00:00Z');
    assert.deepEqual(listTimes(again), expected);
    assert.deepEqual(listAlteredLines(opened, reopened), []);
    const target = { ...inventory.target, name: 'other', userInput: 'other' };
    const other = { ...create([]), target, inventory: { ...inventory, target } };
    assert.deepEqual(extendLedger(opened, other, LATER), opened);
    assert.equal(writeLedger(readLedger(writeLedger(again), 'l')), writeLedger(again));
  });

  test('with a time that is none is rejected', () => {
    const [line = ''] = writeLedger(extendLedger(EMPTY, ASSESSMENT, FIRST)).split('\n');
    for (const awareness of ['soon', 5, '']) {
      const text = JSON.stringify({ ...JSON.parse(line), awareness });
      assert.throws(() => readLedger(text, 'ledger.jsonl'), /"awareness" is not a time/);
    }
  });

  test('with a damaged line is rejected with its number', () => {
    assert.throws(
      () => readLedger('{"image":"a"}\n', 'ledger.jsonl'),
      /^UserError: ledger.jsonl:1:/,
    );
    assert.throws(() => readLedger('\n<<<<<<< HEAD\n', 'ledger.jsonl'), /ledger.jsonl:2:/);
  });
});
