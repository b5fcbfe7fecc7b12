import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createTarget,
  PROGRAM,
  type TargetSeed,
} from '../../../../test/support/comparable-target.ts';
import { compareResults } from '../../../hardening/compare/compare-results.ts';
import { listPairColumns } from '../../../hardening/compare/comparison.ts';
import type { DatabaseGrid, Difference, Side } from '../../../hardening/compare/difference.ts';
import { toShortName } from '../../../hardening/compare/distinct-names.ts';
import { formatLead, listMainRows, listPageRows, NOT_KNOWN, type PageRow } from './page.ts';
import { formatCautions, formatGrid, formatInabilities, formatRanking } from './verdict-text.ts';

const BEFORE: TargetSeed = {
  name: './images/large.tar',
  packages: [
    { name: 'base', type: 'deb', ownedFiles: [{ path: '/bin/base' }] },
    { name: 'curl', type: 'deb' },
  ],
  files: [{ path: '/bin/base', sizeBytes: 2048, executable: PROGRAM }],
  layers: [{ digit: 'a', bytes: 4096 }],
  found: {
    curl: [
      { id: 'CVE-1', severity: 'high', reach: 'required' },
      { id: 'CVE-2', severity: 'negligible', reach: 'unreachable' },
    ],
  },
  surface: { shells: ['/bin/sh'], commands: ['/bin/sh', '/bin/base'] },
};
const AFTER: TargetSeed = {
  ...BEFORE,
  name: 'small',
  packages: [{ name: 'base', type: 'deb', ownedFiles: [{ path: '/bin/base' }] }],
  found: {},
  config: { User: '1000' },
  surface: { shells: [], commands: ['/bin/base'] },
};

function compareTargets(before: TargetSeed, after: TargetSeed, grid?: DatabaseGrid): Difference {
  return compareResults(createTarget(before), createTarget(after), grid);
}

function findRow(found: Difference, title: string): PageRow | undefined {
  return listPageRows(listPairColumns(found), { minutesPerFinding: 30 }).find(
    (one) => one.title === title,
  );
}

suite('the page', () => {
  test('counts everything that a person has to justify, unless a part is unknown', () => {
    const find = (before: TargetSeed, after: TargetSeed): PageRow | undefined =>
      listMainRows(listPairColumns(compareTargets(before, after))).find(
        ({ title }) => title === 'items to justify',
      );
    const known = find(
      { ...BEFORE, surface: { 'setuid-files': ['/bin/su'] } },
      { ...AFTER, surface: { 'setuid-files': [] } },
    );
    // Two findings, two packages and a file; then one package.
    assert.deepEqual([known?.values, known?.change], [['5', '1'], '−4']);
    assert.deepEqual(find(BEFORE, AFTER)?.values, [NOT_KNOWN, NOT_KNOWN]);
  });

  test('begins with sentences computed from the numbers of the table', () => {
    const found = compareTargets(BEFORE, AFTER);
    assert.equal(
      formatLead(listPairColumns(found)),
      'large has 2 packages, 1 executable and 2 findings (1 high, 1 negligible). small has 1 package, 1 executable and 0 findings.',
    );
    assert.equal(findRow(found, 'packages')?.values[0], '2');
    assert.equal(findRow(found, 'findings')?.values[0], '2 (1 high, 1 negligible)');
  });

  test('shows the difference of the second side, and which side is better', () => {
    const found = compareTargets(BEFORE, AFTER);
    assert.deepEqual(findRow(found, 'packages'), {
      title: 'packages',
      values: ['2', '1'],
      change: '−1',
      best: 1,
    });
    const back = compareTargets(AFTER, BEFORE);
    assert.deepEqual(
      [findRow(back, 'packages')?.change, findRow(back, 'packages')?.best],
      ['+1', 0],
    );
    assert.equal(findRow(found, 'with a fix')?.best, undefined);
  });

  test('shows findings of a target that is not covered as unknown, or as a lower bound', () => {
    const found = compareTargets(BEFORE, AFTER);
    const setVerdict = (side: Side, verdict: Side['coverage']['verdict']): Side => ({
      ...side,
      coverage: { ...side.coverage, verdict },
    });
    const doubtful = {
      ...found,
      before: setVerdict(found.before, 'unsupported'),
      after: setVerdict(found.after, 'unsupported'),
    };
    const shown = findRow(doubtful, 'findings');
    assert.deepEqual(
      [shown?.values[0], shown?.values[1], shown?.change],
      ['at least 2 (1 high, 1 negligible)', 'not evaluated', ''],
    );
    assert.equal(findRow(doubtful, 'without a justification'), undefined);
    assert.match(
      formatLead(listPairColumns(doubtful)),
      /1 executable and findings that were not evaluated\./,
    );
    const partial = { ...found, before: setVerdict(found.before, 'partial') };
    assert.equal(findRow(partial, 'findings')?.values[0], 'at least 2 (1 high, 1 negligible)');
    for (const title of [
      'known to be exploited',
      'with a fix',
      'review time, at 30 minutes each',
    ]) {
      const row = findRow(partial, title);
      assert.match(row?.values[0] ?? '', /^at least /, title);
      assert.deepEqual([row?.change, row?.best], ['', undefined], title);
    }
  });

  test('lists findings by severity and reachability', () => {
    const found = compareTargets(BEFORE, AFTER);
    assert.equal(findRow(found, 'reachable / possible / unreachable')?.values[0], '1 / 0 / 1');
    assert.equal(findRow(found, 'high only')?.values[0], '1 / 0 / 0');
    assert.equal(findRow(found, 'high only')?.values[1], '0 / 0 / 0');
    assert.equal(findRow(found, 'low only'), undefined);
    assert.equal(findRow(found, 'review time, at 30 minutes each')?.values[0], '1.0 h');
  });

  test('never shows an unknown number as zero', () => {
    const document = compareTargets(BEFORE, {
      packages: [{ name: 'base', type: 'deb' }],
      database: undefined,
      target: { kind: 'sbom', userInput: 'x', name: 'bom.json', path: 'x', origin: 'file' },
    });
    for (const title of ['executables', 'files', 'file size', 'shells', 'runs as']) {
      assert.equal(findRow(document, title)?.values[1], NOT_KNOWN, title);
    }
    assert.equal(findRow(document, 'findings')?.values[1], 'not evaluated');
    assert.match(
      formatLead(listPairColumns(document)),
      /an unknown number of executables and findings that were not/,
    );
    const { found: _, ...bare } = BEFORE;
    const unasked = compareTargets({ ...bare, found: { curl: [{ id: 'CVE-1' }] } }, AFTER);
    assert.equal(findRow(unasked, 'reachable / possible / unreachable')?.values[0], NOT_KNOWN);
  });

  test('shows the base name of a path', () => {
    assert.equal(toShortName({ name: './images/large.tar' }), 'large');
    assert.equal(toShortName({ name: '/srv/root/' }), 'root');
    assert.equal(toShortName({ name: 'registry.example/app' }), 'registry.example/app');
  });
});

suite('verdicts', () => {
  test('reports dominance with the largest reasons', () => {
    assert.deepEqual(formatRanking(compareTargets(BEFORE, AFTER)), [
      'small has the smaller attack surface: it is smaller or equal in all 2 dimensions known for both.',
      'Largest differences: shells 1 to 0; commands 2 to 1.',
    ]);
  });

  test('reports why there is no verdict', () => {
    const found = compareTargets(BEFORE, { ...AFTER, surface: {} });
    assert.deepEqual(formatRanking(found), [
      'No attack surface verdict: no attack surface dimension is known for both.',
    ]);
  });

  test('reports the dimensions that contradict a weighting', () => {
    const found = compareTargets(BEFORE, {
      ...AFTER,
      surface: { shells: ['/bin/a', '/bin/b'], commands: [] },
    });
    assert.match(
      formatRanking(found)[0] ?? '',
      /^Neither is smaller in every dimension\. .* under \d+\.\d % of 1,000 weightings \(index \d+\.\d compared with \d+\.\d of 100\), although it has more: /,
    );
  });

  test('lists missing abilities and cautions', () => {
    const found = compareTargets(BEFORE, { ...AFTER, database: undefined });
    assert.deepEqual(formatInabilities(found), [
      'small: it has no shells.',
      'small: it runs as 1000, which lacks the rights of root.',
    ]);
    assert.deepEqual(formatCautions(found), [
      'Caution: vulnerabilities were evaluated in only one of them, so findings were not compared.',
    ]);
  });

  test('adds up the effects of the data and of the targets', () => {
    const grid: DatabaseGrid = {
      earlierBuiltAt: '2025-01-01T00:00:00Z',
      currentBuiltAt: '2025-11-26T00:00:00Z',
      beforeEarlier: 5,
      beforeCurrent: 8,
      afterEarlier: 1,
      afterCurrent: 2,
      knownNow: ['a', 'b', 'c', 'd'],
      goneNow: ['e'],
      knownNowAfter: ['a'],
      goneNowAfter: [],
    };
    assert.deepEqual(formatGrid(compareTargets(BEFORE, AFTER, grid)), [
      'Findings with the database of 2025-01-01: large 5, small 1. With the database of 2025-11-26: 8 and 2.',
      'From large then to small now: +3 because of new advisories, −6 because of the targets.',
      'For large, new advisories alone added 4 findings and removed 1.',
      'For small, new advisories alone added 1 findings and removed 0.',
    ]);
    assert.deepEqual(formatGrid(compareTargets(BEFORE, AFTER)), []);
  });
});
