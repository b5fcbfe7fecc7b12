import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { DAY_MS } from '../../../foundation/core/duration.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { ClockInput, DueDate } from '../clock-contract.ts';
import type { DeclaredFact } from '../declared-fact.ts';
import { bod2604 } from './bod-26-04.ts';
import { cra14Notification } from './cra-14-notification.ts';
import { cra14Report } from './cra-14-report.ts';
import { cra14Warning } from './cra-14-warning.ts';
import { fedrampEvaluation } from './fedramp-evaluation.ts';
import { fedrampRev5 } from './fedramp-rev5.ts';
import { fedrampVdr } from './fedramp-vdr.ts';
import { pci633 } from './pci-6-3-3.ts';

const ROOT = join(import.meta.dirname, '../../../..');

const SEEN = '2026-09-01T00:00:00.000Z';
const EVALUATED = '2026-09-03T12:00:00.000Z';
const ADDED = '2026-10-01';
const sample = SAMPLE_FINDINGS.findings[0];
assert.ok(sample);
const [match] = sample.matches;
assert.ok(match);

interface Answers {
  readonly kev?: boolean | undefined;
  readonly dueDate?: string;
  readonly automatable?: boolean | undefined;
  readonly total?: boolean | undefined;
  readonly declared?: Readonly<Partial<Record<DeclaredFact['name'], string | boolean | undefined>>>;
  readonly times?: ClockInput['times'];
  readonly finding?: Partial<Finding>;
}

/** Answers that are left out are missing. */
function createInput(answers: Answers): ClockInput {
  assert.ok(sample && match);
  const { kev, dueDate, automatable, total, declared = {} } = answers;
  const record = {
    cve: 'CVE-1',
    vendorProject: '',
    product: '',
    dateAdded: ADDED,
    ...(dueDate === undefined ? {} : { dueDate }),
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
  const isStated = automatable !== undefined || total !== undefined;
  const finding: Finding = {
    ...sample,
    matches: [
      { ...match, exploited: kev === true ? [record] : [], ...(isStated ? { ssvc: [ssvc] } : {}) },
    ],
    ...answers.finding,
  };
  const statements = Object.entries(declared).flatMap(([name, value]): DeclaredFact[] => {
    const rest = { by: 'ops', expires: '2030-01-01', source: 'f:1' };
    return value === undefined ? [] : [{ name: name as DeclaredFact['name'], value, ...rest }];
  });
  return {
    finding,
    times: answers.times ?? { firstSeen: SEEN },
    declaredFacts: statements,
    scope: { vulnerabilities: [finding.id], packages: [] },
    hasCatalog: kev !== undefined,
    now: '2026-11-01T00:00:00Z',
  };
}

function countDays(date: string, start: string): number {
  return (Date.parse(date) - Date.parse(start)) / DAY_MS;
}

/** The days of a range, and the names of the missing facts. */
function describe(due: DueDate, start: string): string {
  switch (due.kind) {
    case 'due': {
      const latest = due.latest === undefined ? 'none' : countDays(due.latest, start);
      return `${countDays(due.earliest, start)} to ${latest}; ${due.missing.join(', ')}`;
    }
    case 'no-date':
      return 'none';
    case 'unknown':
      return `unknown: ${due.reason}`;
  }
}

/** Returns the range that follows from the rows that remain possible. */
function expectRange(days: readonly (number | undefined)[], missing: readonly string[]): string {
  const known = days.filter((one) => one !== undefined);
  if (known.length === 0) {
    return 'none';
  }
  const latest = known.length === days.length ? Math.max(...known) : 'none';
  return `${Math.min(...known)} to ${latest}; ${missing.join(', ')}`;
}

const POLICY = join(ROOT, '..', 'shared', 'policy');
const TABLE = join(POLICY, 'ssvc', 'cisa_bod_26_04_1_0_0.csv');
const RULES = join(POLICY, 'fedramp', 'fedramp-consolidated-rules.json.zst');

const BOD_FACTS = ['in KEV', 'exposed', 'automatable', 'technical impact'] as const;

suite('BOD 26-04', () => {
  const skip = !existsSync(TABLE) && 'the table is absent';
  const rows = skip
    ? []
    : readFileSync(TABLE, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.trim().split(','));

  /** Days of the rows that agree with the answers that are not missing. */
  function listPossible(row: readonly string[], missing: readonly string[]): readonly string[] {
    const isPossible = (other: readonly string[]): boolean =>
      BOD_FACTS.every(
        (name, index) => missing.includes(name) || row[index + 1] === other[index + 1],
      );
    return rows.filter(isPossible).map((other) => other[5] ?? '');
  }

  test('has the range of each row of the table of CERT/CC, with every set of missing facts', {
    skip,
  }, () => {
    assert.equal(rows.length, 16);
    let count = 0;
    for (const row of rows) {
      const [, kev, exposed, automatable, impact] = row;
      for (let set = 0; set < 16; set += 1) {
        const missing = BOD_FACTS.filter((_, index) => (set & (1 << index)) !== 0);
        const getStated = <Value>(name: string, value: Value): Value | undefined =>
          missing.some((one) => one === name) ? undefined : value;
        const due = bod2604.compute(
          createInput({
            kev: getStated('in KEV', kev === 'yes'),
            automatable: getStated('automatable', automatable === 'yes'),
            total: getStated('technical impact', impact === 'total'),
            declared: { exposed: getStated('exposed', exposed === 'yes') },
          }),
        );
        const start = kev === 'yes' && !missing.includes('in KEV') ? ADDED : SEEN;
        const timelines = listPossible(row, missing);
        const days = timelines.map((text) => {
          const number = /^(\d+) days/.exec(text)?.[1];
          return number === undefined ? undefined : Number(number);
        });
        assert.equal(
          describe(due, start),
          expectRange(days, missing),
          `${row.join()} - ${missing.join()}`,
        );
        if (due.kind === 'due') {
          const isForensic = timelines.every((text) => text.includes('forensic'));
          assert.equal(due.basis.includes('forensic'), isForensic, row.join());
        }
        count += 1;
      }
    }
    assert.equal(count, 256);
  });

  test('is unknown without the day when the finding was first seen', () => {
    const declared = { exposed: true };
    assert.equal(bod2604.compute(createInput({ kev: false, declared, times: {} })).kind, 'unknown');
    assert.equal(bod2604.compute(createInput({ kev: true, declared, times: {} })).kind, 'due');
  });

  test('does not trust answers of SSVC that contradict each other', () => {
    const input = createInput({ kev: false, automatable: true, total: true });
    const [one] = input.finding.matches;
    assert.ok(one);
    const [first] = one.ssvc ?? [];
    assert.ok(first);
    const ssvc = [first, { ...first, technicalImpact: 'partial', source: 'other' }];
    const finding = { ...input.finding, matches: [{ ...one, ssvc }] };
    const due = bod2604.compute({ ...input, finding });
    assert.equal(describe(due, SEEN), '3 to 60; exposed, technical impact');
  });
});

suite('FedRAMP Rev. 5', () => {
  test('has 30, 90 and 180 days by severity, and the earliest without one', () => {
    const cases = [
      ['critical', '30 to 30; '],
      ['high', '30 to 30; '],
      ['medium', '90 to 90; '],
      ['low', '180 to 180; '],
      ['negligible', '180 to 180; '],
      ['unknown', '30 to 180; severity'],
    ] as const;
    for (const [severity, range] of cases) {
      const due = fedrampRev5.compute(createInput({ finding: { severity } }));
      assert.equal(describe(due, SEEN), range, severity);
    }
    assert.equal(fedrampRev5.compute(createInput({ times: {} })).kind, 'unknown');
  });
});

interface Window {
  readonly timeframe_type: string;
  readonly timeframe_num: number;
}

interface FedrampRules {
  readonly FRR: Readonly<Record<string, { readonly data: Readonly<Record<string, unknown>> }>>;
}

/** Finds a rule by its ID, wherever the document keeps it. */
function findRule(value: unknown, id: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const own = (value as Record<string, unknown>)[id];
  return typeof own === 'object' && own !== null && !Array.isArray(own)
    ? (own as Record<string, unknown>)
    : Object.values(value)
        .map((inner) => findRule(inner, id))
        .find((found) => found !== undefined);
}

function toDays({ timeframe_type: type, timeframe_num: count }: Window): number {
  assert.ok(type === 'days' || type === 'hours');
  return type === 'hours' ? count / 24 : count;
}

const VDR_FACTS = ['fedramp-class', 'impact-rating', 'likely-exploitable', 'exposed'] as const;

interface VdrCell {
  readonly className: string;
  readonly rating: string;
  readonly column: string;
  readonly days: number | undefined;
}

suite('FedRAMP VDR', () => {
  const skip = !existsSync(RULES) && 'the rules are absent';
  const rules = skip
    ? undefined
    : (JSON.parse(zstdDecompressSync(readFileSync(RULES)).toString()) as FedrampRules);

  function listCells(): readonly VdrCell[] {
    const classes = findRule(rules, 'VDR-TFR-PVR')?.['varies_by_class'] as Readonly<
      Record<string, { readonly pain_timeframes: Readonly<Record<string, Record<string, Window>>> }>
    >;
    return Object.entries(classes).flatMap(([name, { pain_timeframes: ratings }]) =>
      Object.entries(ratings).flatMap(([rating, columns]) =>
        ['irv_lev', 'nirv_lev', 'nlev'].map((column) => {
          const window = columns[column];
          const days = window === undefined ? undefined : toDays(window);
          return { className: name.toUpperCase(), rating: `N${rating}`, column, days };
        }),
      ),
    );
  }

  test('has every number of the rules, with every set of missing facts', { skip }, () => {
    const accepted = toDays(findRule(rules, 'VER-TFR-MAV') as unknown as Window);
    const cells = listCells();
    assert.equal(cells.length, 60);
    assert.equal(cells.filter(({ days }) => days !== undefined).length, 48);
    for (const cell of cells) {
      for (let set = 0; set < 16; set += 1) {
        const gone = VDR_FACTS.filter((_, index) => (set & (1 << index)) !== 0);
        const isGone = (name: string): boolean => gone.some((one) => one === name);
        const isLikely = cell.column !== 'nlev';
        const possible = cells.filter(
          (other) =>
            (isGone('fedramp-class') || other.className === cell.className) &&
            (isGone('impact-rating') || other.rating === cell.rating) &&
            (isGone('likely-exploitable') || (other.column !== 'nlev') === isLikely) &&
            (isGone('exposed') ||
              other.column === 'nlev' ||
              (other.column === 'irv_lev') === (cell.column === 'irv_lev')),
        );
        const days = possible.map((other) => other.days ?? accepted);
        const declared = {
          'fedramp-class': isGone('fedramp-class') ? undefined : cell.className,
          'impact-rating': isGone('impact-rating') ? undefined : cell.rating,
          'likely-exploitable': isGone('likely-exploitable') ? undefined : isLikely,
          exposed: isGone('exposed') ? undefined : cell.column === 'irv_lev',
        };
        const times = { firstSeen: SEEN, evaluated: EVALUATED };
        const due = fedrampVdr.compute(createInput({ kev: false, declared, times }));
        const isExposureNeeded = isGone('likely-exploitable') || isLikely;
        const missing = gone.filter((name) => name !== 'exposed' || isExposureNeeded);
        const expected = expectRange(days, missing);
        assert.equal(describe(due, EVALUATED), expected, JSON.stringify([cell, gone]));
      }
    }
  });

  test('counts from the first sight without an evaluation, and has no latest date', () => {
    const declared = {
      'fedramp-class': 'D',
      'impact-rating': 'N5',
      'likely-exploitable': true,
      exposed: true,
    };
    const due = fedrampVdr.compute(createInput({ kev: false, declared }));
    assert.equal(describe(due, SEEN), '0.5 to none; evaluated');
    assert.ok(due.kind === 'due' && due.basis.startsWith('12 hours after it was first seen'));
    assert.equal(fedrampVdr.compute(createInput({ times: {} })).kind, 'unknown');
  });

  test('has the date of the catalog if it is earlier', () => {
    const declared = { 'fedramp-class': 'A', 'impact-rating': 'N2', 'likely-exploitable': false };
    const times = { evaluated: EVALUATED };
    const createListed = (dueDate: string): ClockInput =>
      createInput({ kev: true, dueDate, declared, times });
    const early = fedrampVdr.compute(createListed('2026-10-04'));
    assert.deepEqual(early.kind === 'due' && [early.earliest, early.latest], [
      '2026-10-04T00:00:00.000Z',
      '2026-10-04T00:00:00.000Z',
    ]);
    assert.equal(
      describe(fedrampVdr.compute(createListed('2027-12-01')), EVALUATED),
      '192 to 192; ',
    );
  });

  test('has every number of days for evaluations', { skip }, () => {
    const classes = findRule(rules, 'VER-TFR-EVU')?.['varies_by_class'] as Record<string, Window>;
    const all = Object.entries(classes).map(([name, window]) => {
      const declared = { 'fedramp-class': name.toUpperCase() };
      const due = fedrampEvaluation.compute(createInput({ declared }));
      assert.equal(describe(due, SEEN), `${toDays(window)} to ${toDays(window)}; `);
      return toDays(window);
    });
    assert.equal(all.length, 4);
    const open = fedrampEvaluation.compute(createInput({}));
    assert.equal(describe(open, SEEN), expectRange(all, ['fedramp-class']));
    const done = createInput({ times: { firstSeen: SEEN, evaluated: EVALUATED } });
    assert.equal(fedrampEvaluation.compute(done).kind, 'no-date');
    assert.equal(fedrampEvaluation.compute(createInput({ times: {} })).kind, 'unknown');
  });
});

/** A finding with a fix of a date. */
function createFixed(date: string | undefined, fixState: Finding['fixState']): Partial<Finding> {
  assert.ok(match);
  const available = date === undefined ? {} : { available: { date, kind: 'advisory' } };
  return { fixState, matches: [{ ...match, fixes: [{ version: '2', ...available }] }] } as never;
}

suite('PCI DSS 6.3.3', () => {
  const compute = (ranking: string | undefined, finding: Partial<Finding>): DueDate =>
    pci633.compute(createInput({ declared: { ranking }, finding }));

  test('has one month after the release of the fix for a critical rank', () => {
    const cases = [
      ['2026-10-15', '2026-11-15T00:00:00.000Z'],
      ['2026-01-31', '2026-02-28T00:00:00.000Z'],
      ['2026-12-31T10:00:00Z', '2027-01-31T10:00:00.000Z'],
    ] as const;
    for (const [released, expected] of cases) {
      const due = compute('critical', createFixed(released, 'fixed'));
      assert.deepEqual(due.kind === 'due' && [due.earliest, due.latest], [expected, expected]);
    }
  });

  test('has no date for other ranks and without a fix, and a range without a rank', () => {
    assert.equal(compute('high', createFixed('2026-10-15', 'fixed')).kind, 'no-date');
    assert.equal(compute('critical', createFixed(undefined, 'wont-fix')).kind, 'no-date');
    assert.equal(compute('critical', createFixed(undefined, 'fixed')).kind, 'unknown');
    assert.equal(compute('critical', createFixed(undefined, 'unknown')).kind, 'unknown');
    const open = compute(undefined, createFixed('2026-10-15', 'fixed'));
    assert.equal(describe(open, '2026-10-15'), '31 to none; ranking');
  });
});

suite('CRA Article 14', () => {
  const AWARE = '2026-10-02T09:00:00.000Z';
  const IN_FORCE = '2026-09-11T00:00:00.000Z';
  const declared = { shipped: true };

  test('counts 24 and 72 hours from awareness', () => {
    const input = createInput({
      kev: true,
      declared,
      times: { firstSeen: SEEN, awareness: AWARE },
    });
    assert.equal(describe(cra14Warning.compute(input), AWARE), '1 to 1; ');
    assert.equal(describe(cra14Notification.compute(input), AWARE), '3 to 3; ');
  });

  test('counts the final report from a measure, not from awareness', () => {
    const measure = '2026-10-20T00:00:00.000Z';
    const input = createInput({ kev: true, declared, times: { awareness: AWARE, measure } });
    assert.equal(describe(cra14Report.compute(input), measure), '14 to 14; ');
    const open = createInput({
      kev: true,
      declared,
      times: { awareness: AWARE },
      finding: createFixed(undefined, 'not-fixed'),
    });
    const { matches } = createInput({ kev: true }).finding;
    const without = { ...open.finding, matches: [{ ...matches[0], fixes: [] }] } as never;
    assert.equal(cra14Report.compute({ ...open, finding: without }).kind, 'no-date');
  });

  test('does not count a fix from before the article applied, or before anyone can be aware', () => {
    const finding = createFixed('2023-07-01', 'fixed');
    const cases: readonly (readonly [ClockInput['times'], string, string])[] = [
      [{ firstSeen: SEEN }, IN_FORCE, 'the article applied'],
      [{ firstSeen: '2026-11-29T00:00:00Z' }, '2026-11-29', 'the finding was first seen'],
      [{ firstSeen: SEEN, awareness: AWARE }, AWARE, 'awareness'],
      [{ awareness: AWARE, measure: '2026-09-20T00:00:00Z' }, AWARE, 'awareness'],
      [{}, IN_FORCE, 'the article applied'],
    ];
    for (const [times, start, event] of cases) {
      const due = cra14Report.compute(createInput({ declared, finding, times }));
      assert.ok(due.kind === 'due');
      assert.equal(Date.parse(due.earliest), Date.parse(start) + 14 * 86_400_000);
      assert.equal(due.basis, `14 days after ${event}`);
    }
    // With the catalog, a finding that it does not list has no date.
    const unlisted = createInput({ kev: false, declared, finding, times: { firstSeen: SEEN } });
    assert.equal(cra14Report.compute(unlisted).kind, 'no-date');
  });

  test('proposes the first sight of the exploitation until a person confirms a time', () => {
    const times = { firstSeen: SEEN, exploitedSince: '2026-10-01T00:00:00Z' };
    const due = cra14Warning.compute(createInput({ kev: true, declared, times }));
    assert.equal(describe(due, times.exploitedSince), '1 to none; awareness');
  });

  test('is a range if it is not known whether the product is on the market, or exploited', () => {
    const times = { firstSeen: SEEN, awareness: AWARE };
    const due = cra14Notification.compute(createInput({ kev: true, times }));
    assert.equal(describe(due, AWARE), '3 to none; shipped');
    const unlisted = cra14Warning.compute(createInput({ declared }));
    // It was first seen before the article applied.
    assert.equal(describe(unlisted, IN_FORCE), '1 to none; in KEV, awareness');
    const fixed = createFixed('2026-10-15', 'fixed');
    const report = cra14Report.compute(createInput({ declared, finding: fixed }));
    assert.equal(describe(report, '2026-10-15'), '14 to none; in KEV, measure');
    assert.equal(cra14Warning.compute(createInput({ declared, times: {} })).kind, 'unknown');
  });

  test('has no date without an obligation, and none once it was fulfilled', () => {
    const times = { firstSeen: SEEN, awareness: AWARE };
    const cases: readonly Answers[] = [
      { kev: true, declared: { shipped: false }, times },
      { kev: false, declared, times: { firstSeen: SEEN } },
      { kev: true, declared, times: { ...times, warned: AWARE } },
    ];
    for (const answers of cases) {
      assert.equal(cra14Warning.compute(createInput(answers)).kind, 'no-date');
    }
  });
});
