import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../../test/support/golden.ts';
import {
  SAMPLE_FINDINGS,
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../../test/support/sample-report.ts';
import type { Finding, Findings } from '../../../foundation/core/finding.ts';
import type { FormatOptions } from '../../../foundation/core/format.ts';
import type { Inventory } from '../../../foundation/core/inventory.ts';
import { table } from './table.ts';

const COMPLETE: Inventory = {
  ...SAMPLE_INVENTORY,
  files: [],
  problems: [],
  problemsNotListed: 0,
};
const NOTHING: Findings = {
  database: SAMPLE_FINDINGS.database,
  findings: [],
  ignored: [],
  unevaluated: [],
  alerts: [],
};

function writeTable(findings: Findings, options: Partial<FormatOptions> = {}): string {
  return writeReport(table, { ...SAMPLE_REPORT, inventory: COMPLETE, findings }, options);
}

const [WORST] = SAMPLE_FINDINGS.findings.filter(({ risk }) => risk > 50);

/** Returns the row of one finding that differs from a sample only in the given members. */
function writeRow(more: Partial<Finding>, options: Partial<FormatOptions> = {}): string {
  assert.ok(WORST);
  const text = writeTable({ ...NOTHING, findings: [{ ...WORST, ...more }] }, options);
  return text.split('\n')[1] ?? '';
}

suite('table', () => {
  test('writes the recorded table', () => {
    assertGolden(
      new URL('./golden/report.txt', import.meta.url),
      writeReport(table, SAMPLE_REPORT),
    );
  });

  test('writes the recorded table on a narrow color terminal', () => {
    const golden = new URL('./golden/coloured.txt', import.meta.url);
    assertGolden(golden, writeReport(table, SAMPLE_REPORT, { isColoured: true, columns: 100 }));
  });

  test('no line is wider than the terminal if columns can be cut', () => {
    const rows = writeReport(table, SAMPLE_REPORT, { columns: 110 }).split('\n\n')[0] ?? '';
    for (const line of rows.split('\n')) {
      assert.ok(line.length <= 110, line);
    }
  });

  test('wraps the text below the rows between words', () => {
    const writeSummary = (columns?: number): string => {
      const options = columns === undefined ? {} : { columns };
      return writeReport(table, SAMPLE_REPORT, options).split('\n\n').slice(1).join('\n\n');
    };
    const lines = writeSummary(60).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 60 && line.trim().includes(' ')),
      [],
    );
    const splitWords = (text: string): readonly string[] => text.split(/\s+/);
    assert.deepEqual(splitWords(lines.join('\n')), splitWords(writeSummary()));
    assert.notEqual(lines.length, writeSummary().split('\n').length);
  });

  test('escapes control characters from an image', () => {
    const text = writeReport(table, SAMPLE_REPORT);
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(text, /evil\\u\{1b\}\[31m/);
  });

  test('in parity mode there is one row per match, as in Grype, and no summary', () => {
    const lines = writeReport(table, SAMPLE_REPORT, { isParity: true }).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => /(GHSA-\S+|CVE-\S+)/.exec(line)?.[0]),
      [undefined, 'GHSA-35jh-r3h4-6jhm', 'CVE-2021-23337', 'CVE-2024-58251', 'CVE-2020-1'],
    );
  });

  test('reports "nothing found" only with a database', () => {
    assert.equal(writeTable(NOTHING), 'No vulnerabilities found\n');
    const without = writeTable({ ...NOTHING, database: undefined });
    assert.doesNotMatch(without, /No vulnerabilities/);
    assert.match(without, /^NAME .*VERSION/);
    assert.match(without, /Vulnerabilities not evaluated: no advisory database/);
  });

  test('a report without an evaluation does not claim that there are no vulnerabilities', () => {
    const { tool, configuration } = SAMPLE_REPORT;
    const text = writeReport(table, { tool, configuration, inventory: COMPLETE });
    assert.match(text, /not evaluated/);
  });

  test('reports packages that could not be evaluated even if nothing was found', () => {
    const text = writeTable({ ...NOTHING, unevaluated: SAMPLE_FINDINGS.unevaluated });
    assert.match(
      text,
      /^No vulnerabilities found in \d+ packages?; 1 package could not be evaluated\n\nNot evaluated: 1 package, because/,
    );
  });

  test('qualifies "nothing found" if the database knows little about the system', () => {
    const message = 'the database holds only 1 statement about debian 13';
    const alerts = [{ kind: 'distro-with-little-data' as const, message, packageKeys: ['a'] }];
    const text = writeTable({ ...NOTHING, alerts });
    assert.match(text, /^No vulnerabilities found, but the result is incomplete: see below\n/);
    assert.match(text, /\nAlert: the database holds only 1 statement about debian 13/);
  });

  test('reports a system without data once', () => {
    const detail = 'the database has no advisories for alpine 3.20.3';
    const [first] = SAMPLE_FINDINGS.unevaluated;
    assert.ok(first);
    const text = writeTable({
      ...NOTHING,
      unevaluated: [{ packageKey: first.packageKey, why: 'no-data-for-distro', detail }],
      alerts: [{ kind: 'distro-without-data', message: detail, packageKeys: [first.packageKey] }],
    });
    assert.match(text, /Not evaluated: 1 package, because the database has no advisories for alp/);
    assert.equal(text.split('has no advisories').length, 2);
  });

  test('qualifies "nothing found" if parts were unreadable or no package was found', () => {
    const [problem] = SAMPLE_REPORT.inventory.problems;
    assert.ok(problem);
    const text = writeReport(table, {
      ...SAMPLE_REPORT,
      inventory: { ...COMPLETE, problems: [problem] },
      findings: NOTHING,
    });
    assert.match(text, /^No vulnerabilities found, but the result is incomplete: see below\n/);
    const empty = writeReport(table, {
      ...SAMPLE_REPORT,
      inventory: { ...COMPLETE, packages: [], relationships: [] },
      findings: NOTHING,
    });
    assert.match(empty, /^No packages found, so there is nothing to evaluate\n/);
  });

  test('writes fixes in the form of Grype', () => {
    assert.match(writeRow({ fixState: 'wont-fix', fixVersions: [] }), /4\.17\.20\s+\(won't fix\)/);
    assert.match(writeRow({ fixState: 'not-fixed', fixVersions: [] }), /4\.17\.20 {4}npm/);
    assert.match(writeRow({ fixState: 'unknown', fixVersions: ['2'] }), /4\.17\.20 {4}npm/);
    assert.match(writeRow({ fixVersions: ['2', '3', '2'] }), /\*2, 3 +npm/);
    const [match] = WORST?.matches ?? [];
    assert.ok(match);
    const fixes = ['1.9', '4.18', '3.9'].map((version) => ({
      state: 'fixed' as const,
      version,
      references: [],
    }));
    const line = writeRow(
      { fixVersions: ['4.18', '1.9', '3.9'], matches: [{ ...match, fixes }] },
      { isParity: true },
    );
    assert.match(line, /1\.9, \*4\.18, 3\.9 +npm/, 'in the order of the statement');
    const long = ['1.0.0-first', '2.0.0-a-very-long-version', '3.0.0'];
    assert.match(writeRow({ fixVersions: long }), /\*1\.0\.0-first, 3\.0\.0, \.\.\. +npm/);
  });

  test('writes risk and EPSS in the form of Grype', () => {
    const [match] = WORST?.matches ?? [];
    assert.ok(match);
    const writeEpss = (epss: number, percentile: number): string =>
      writeRow({
        risk: 0,
        matches: [{ ...match, epss: [{ cve: 'CVE-1', epss, percentile, date: '' }] }],
      });
    assert.match(writeEpss(0.123, 0.979), /12\.3% \(97th\)/);
    assert.match(writeEpss(0.0009, 0.11), /< 0\.1% \(11th\)/);
    assert.match(writeEpss(0.5, 0.22), /50\.0% \(22nd\)/);
    assert.match(writeEpss(0, 0), /High {6}N\/A/);
    assert.match(writeRow({ risk: 0.05 }), /< 0\.1/);
    assert.match(writeRow({ risk: 100 }), /100\.0/);
  });

  test('filtered findings are not counted as findings without a need for review', () => {
    const [finding] = SAMPLE_FINDINGS.findings;
    assert.ok(finding);
    const frame = { effect: 'set-aside', status: 'affected', reason: 'r', trace: [] } as const;
    const createDecided = (kind: 'rule' | 'vex', source: string) => ({
      finding,
      decisions: [{ ...frame, kind, author: 'a', source }],
    });
    const dispositioned = [
      createDecided('rule', '--severity'),
      createDecided('rule', '--severity'),
      createDecided('vex', 'v.json'),
    ];
    const text = writeTable({ ...NOTHING, findings: [finding], dispositioned });
    assert.match(text, /1 of 2 findings needs review; suppressed: 1 by VEX statements\.\n/);
    assert.match(text, /2 more findings were ignored because of --severity\.\n/);
  });

  test('counts low-confidence matches in one line, and lists them with --all', () => {
    const guesses = SAMPLE_FINDINGS.findings.filter(({ id }) => id === 'CVE-2024-58251');
    const findings = { ...NOTHING, findings: guesses };
    assert.match(
      writeTable(findings),
      /^No finding except low-confidence matches\n\n1 finding: 1 low\.\n1 low-confidence match: .*; list all with --all\.\n/,
    );
    assert.match(
      writeTable(findings, { isAll: true }),
      /\(guess\)\n\n1 finding: 1 low\.\n1 low-confidence match: found only by a CPE, not by the name of the package\.\n/,
    );
    assert.match(writeTable(findings, { isParity: true }), /CVE-2024-58251/);
    assert.doesNotMatch(writeRow({}), /guess/);
  });

  test('lists a low-confidence match if the vulnerability is exploited', () => {
    const [guess] = SAMPLE_FINDINGS.findings.filter(({ id }) => id === 'CVE-2024-58251');
    const [exploited] = WORST?.matches ?? [];
    assert.ok(guess && exploited && exploited.exploited.length > 0);
    const matches = guess.matches.map((one) => ({ ...one, exploited: exploited.exploited }));
    assert.match(
      writeTable({ ...NOTHING, findings: [{ ...guess, matches }] }),
      /CVE-2024-58251 .*\(kev, guess\)/,
    );
  });

  test('lists the updates that fix findings', () => {
    const update = { name: 'lodash', type: 'npm', installed: '4.17.20', version: '4.17.21' };
    const updates = [{ ...update, fixes: 2, severity: 'high' as const }];
    const text = writeReport(table, { ...SAMPLE_REPORT, updates });
    assert.match(
      text,
      /Update 1 package to fix 2 of \d findings:\n {2}lodash 4\.17\.20 → 4\.17\.21 /,
    );
    assert.doesNotMatch(writeReport(table, SAMPLE_REPORT), /Update/);
  });

  test('marks findings that are missing in the baseline, and lists them first', () => {
    assert.ok(WORST);
    const fresh = { ...WORST, id: 'CVE-2026-1', severity: 'low' as const, risk: 0 };
    const item = COMPLETE.packages.find(({ key }) => key === WORST.packageKey);
    assert.ok(item);
    const text = writeReport(table, {
      ...SAMPLE_REPORT,
      inventory: COMPLETE,
      findings: { ...NOTHING, findings: [WORST, fresh] },
      changes: [
        {
          kind: 'introduced',
          cause: 'data',
          detail: 'it was updated',
          after: { finding: fresh, package: item },
        },
      ],
    });
    const [, first, second] = text.split('\n');
    assert.match(first ?? '', /CVE-2026-1 .*\(new, kev\)/);
    assert.doesNotMatch(second ?? '', /new/);
  });

  test('leaves out columns without data, but not in parity mode', () => {
    assert.ok(WORST);
    const bare = { ...WORST, risk: 0, matches: WORST.matches.map((one) => ({ ...one, epss: [] })) };
    const findings = { ...NOTHING, findings: [bare] };
    assert.doesNotMatch(writeTable(findings), /EPSS|RISK|N\/A/);
    assert.match(writeTable(findings, { isParity: true }), /EPSS +RISK/);
  });

  test('never truncates the name and version of a package', () => {
    assert.ok(WORST);
    const text = writeTable({ ...NOTHING, findings: [WORST] }, { columns: 40 });
    assert.match(text, /^lodash +4\.17\.20 /m);
  });

  test('marks a finding with notes in its row and prints the notes below', () => {
    const notes = ['not decided by the distribution: [31m', 'second'];
    const text = writeTable({ ...NOTHING, findings: createNoted([notes, ['second'], []]) });
    const rows = text.split('\n').filter((line) => line.includes('lodash'));
    assert.deepEqual(
      rows.map((line) => /\((?:kev, )?note\)/.test(line)),
      [true, false],
      'equal lines are shown once',
    );
    assert.match(text, /Note on 2 findings: second\.\nNote on 1 finding: not .*\\u\{1b\}\[31m\.\n/);
    const parity = writeTable({ ...NOTHING, findings: createNoted([notes]) }, { isParity: true });
    assert.doesNotMatch(parity, /note/i);
  });

  test('prints the most frequent notes, and the number of others', () => {
    const text = writeTable({
      ...NOTHING,
      findings: createNoted([
        ['a', 'b', 'c', 'd', 'e', 'f'],
        ['f', 'g'],
      ]),
    });
    assert.match(text, /Note on 2 findings: f\.\nNote on 1 finding: a\.\n/);
    assert.match(text, /finding: d\.\n2 more notes \(see -o json\)\.\n/);
  });
});

/** Returns findings that differ in their notes only. */
function createNoted(notes: readonly (readonly string[])[]): Finding[] {
  assert.ok(WORST);
  return notes.map((each) => ({ ...WORST, notes: each }));
}

suite('reachability', () => {
  const createReached = (reach: Finding['reach'], id: string): Finding => {
    assert.ok(WORST);
    return { ...WORST, id, ...(reach === undefined ? {} : { reach }) };
  };
  const findings = [
    createReached('unreachable', 'CVE-1-1'),
    createReached('tainted', 'CVE-1-2'),
    createReached('required', 'CVE-1-3'),
    createReached('unknown', 'CVE-1-4'),
    createReached('possible', 'CVE-1-5'),
  ];

  test('comes first if findings are sorted by it', () => {
    const rows = writeTable({ ...NOTHING, findings }, { sortBy: 'reach' })
      .split('\n')
      .slice(1, 6);
    const ids = rows.map((row) => /CVE-1-\d/.exec(row)?.[0]);
    assert.deepEqual(ids, ['CVE-1-3', 'CVE-1-5', 'CVE-1-2', 'CVE-1-4', 'CVE-1-1']);
  });

  test('is summarized in a sentence, with unknown parts', () => {
    const reach = { files: [], opacities: [], tainted: [], packages: [], rules: {} };
    const inventory = { ...COMPLETE, reach };
    const text = writeReport(table, {
      ...SAMPLE_REPORT,
      inventory,
      findings: { ...NOTHING, findings },
    });
    assert.match(
      text,
      /Reach: 1 of 5 findings reachable from the entry point; 1 may be reachable, 1 may be reachable through code that cannot be followed, 1 unreachable, 1 unknown\./,
    );
    const unknown = { ...COMPLETE, reach: { ...reach, unknown: 'the image starts nothing' } };
    const other = { ...SAMPLE_REPORT, inventory: unknown, findings: { ...NOTHING, findings } };
    assert.match(writeReport(table, other), /Reach: unknown, because the image starts nothing\./);
  });

  test('is not counted if nothing was found', () => {
    const reach = { files: [], opacities: [], tainted: [], packages: [], rules: {} };
    const inventory = { ...COMPLETE, reach };
    const text = writeReport(table, { ...SAMPLE_REPORT, inventory, findings: NOTHING });
    assert.doesNotMatch(text, /Reach:/);
  });
});
