import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ROOT } from '../../../test/support/run-program.ts';
import { SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { Finding } from '../../core/finding.ts';
import type { ClockInput, DueDate } from '../clock-contract.ts';
import { bod2604 } from './bod-26-04.ts';
import { fedrampRev5 } from './fedramp-rev5.ts';

const SEEN = '2026-09-01T00:00:00.000Z';
const ADDED = '2026-10-01';
const sample = SAMPLE_FINDINGS.findings[0];
assert.ok(sample);
const [match] = sample.matches;
assert.ok(match);

interface Answers {
  readonly kev?: boolean;
  readonly exposed?: boolean;
  readonly automatable?: boolean;
  readonly total?: boolean;
}

/** Answers that are left out are missing. */
function createInput({ kev, exposed, automatable, total }: Answers): ClockInput {
  assert.ok(sample && match);
  const record = {
    cve: 'CVE-1',
    vendorProject: '',
    product: '',
    dateAdded: ADDED,
    requiredAction: '',
    knownRansomwareCampaignUse: '',
    notes: '',
    urls: [],
    cwes: [],
  };
  const ssvc = {
    cve: 'CVE-1',
    source: 'cisa',
    exploitation: 'none',
    automatable: automatable === undefined ? '' : automatable ? 'yes' : 'no',
    technicalImpact: total === undefined ? '' : total ? 'total' : 'partial',
    date: '',
  };
  const isStated = automatable !== undefined && total !== undefined;
  const finding: Finding = {
    ...sample,
    matches: [
      { ...match, exploited: kev === true ? [record] : [], ...(isStated ? { ssvc: [ssvc] } : {}) },
    ],
  };
  const declared = {
    name: 'exposed',
    value: exposed ?? false,
    by: 'ops',
    expires: '2030-01-01',
    source: 'f:1',
  } as const;
  return {
    finding,
    firstSeen: SEEN,
    declaredFacts: exposed === undefined ? [] : [declared],
    hasCatalog: kev !== undefined,
    now: '2026-11-01T00:00:00Z',
  };
}

function countDays(due: DueDate, kev: boolean): number | undefined {
  const start = kev ? ADDED : SEEN;
  return due.kind === 'due'
    ? (Date.parse(due.earliest) - Date.parse(start)) / 86_400_000
    : undefined;
}

const TABLE = join(ROOT, '..', 'shared', 'policy', 'ssvc', 'cisa_bod_26_04_1_0_0.csv');

suite('BOD 26-04', () => {
  test('has the days of every row of the table of CERT/CC', {
    skip: !existsSync(TABLE) && 'the table is absent',
  }, () => {
    const rows = readFileSync(TABLE, 'utf8').trim().split('\n').slice(1);
    assert.equal(rows.length, 16);
    for (const row of rows) {
      const [, kev, exposed, automatable, impact, timeline = ''] = row.trim().split(',');
      const answers = {
        kev: kev === 'yes',
        exposed: exposed === 'yes',
        automatable: automatable === 'yes',
        total: impact === 'total',
      };
      const due = bod2604.compute(createInput(answers));
      const expected = /^(\d+) days/.exec(timeline)?.[1];
      assert.equal(countDays(due, answers.kev), expected && Number(expected), row);
      assert.ok(due.kind !== 'due' || due.missing.length === 0);
    }
  });

  test('uses the earliest date that remains possible, and names the missing facts', () => {
    const known = { kev: false, exposed: true, automatable: false, total: true };
    const withoutExposure = bod2604.compute(
      createInput({ kev: false, automatable: false, total: true }),
    );
    assert.equal(countDays(withoutExposure, false), 14);
    assert.ok(withoutExposure.kind === 'due' && withoutExposure.latest === undefined);
    assert.deepEqual(withoutExposure.missing, ['exposed']);
    const withoutAnswers = bod2604.compute(createInput({ kev: false, exposed: true }));
    assert.equal(countDays(withoutAnswers, false), 3);
    assert.ok(withoutAnswers.kind === 'due');
    assert.deepEqual(withoutAnswers.missing, ['automatable', 'technical impact']);
    const withoutCatalog = bod2604.compute(
      createInput({ exposed: true, automatable: false, total: true }),
    );
    assert.equal(countDays(withoutCatalog, false), 3);
    assert.equal(countDays(bod2604.compute(createInput(known)), false), 14);
  });

  test('is unknown without the day when the finding was first seen', () => {
    const { firstSeen: _, ...input } = createInput({ kev: false, exposed: true });
    assert.equal(bod2604.compute(input).kind, 'unknown');
    const exploited = { ...createInput({ kev: true, exposed: true }), firstSeen: undefined };
    const { firstSeen: __, ...rest } = exploited;
    assert.equal(bod2604.compute(rest).kind, 'due');
  });
});

suite('FedRAMP Rev. 5', () => {
  test('has 30, 90 and 180 days by severity, and the earliest without one', () => {
    const cases = [
      ['critical', 30],
      ['high', 30],
      ['medium', 90],
      ['low', 180],
      ['unknown', 30],
    ] as const;
    for (const [severity, days] of cases) {
      const input = createInput({});
      const due = fedrampRev5.compute({ ...input, finding: { ...input.finding, severity } });
      assert.equal(countDays(due, false), days, severity);
    }
  });
});
