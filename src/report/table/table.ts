import { type Findings, weakensAbsence } from '../../core/finding.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { isComplete } from '../../core/inventory.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';
import { fittingSink } from '../../present/fitted-lines.ts';
import { writePackageTable } from '../../present/package-table.ts';
import { suppressedLines } from '../../present/suppressed-summary.ts';
import { type TextColumn, writeTextTable } from '../../present/text-table.ts';
import { columnsFor } from './columns.ts';
import { type FindingRow, findingRows, sortRows, suppressedRows } from './rows.ts';
import { writeSummary } from './summary.ts';

/** The findings for people, most dangerous first, in the form that Grype users know. */
export const table: Format = {
  id: 'table',
  aliases: ['grype-table'],
  title: 'Table of findings',
  spec: 'docs/format-table.md',
  carries: ['findings'],
  isForTerminal: true,
  write: writeTable,
};

function writeTable(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory, findings } = report;
  if (findings?.database === undefined) {
    writePackageTable(sink, inventory, options);
    const packages = formatCount(inventory.packages.length, 'package');
    sink.write(`\nVulnerabilities not evaluated: no advisory database (${packages}).\n`);
  } else {
    const rows = [
      ...newFirst(sortRows(findingRows(report, findings, options.isParity), options.sortBy)),
      ...(options.isSuppressedShown === true
        ? sortRows(suppressedRows(report, options.isParity), options.sortBy)
        : []),
    ];
    const shown = options.isParity || options.isAll === true ? rows : rows.filter(isListed);
    if (rows.length === 0) {
      sink.write(`${nothingFound(report, findings, options.isParity)}\n`);
    } else if (shown.length === 0) {
      sink.write('No finding except low-confidence matches\n');
    } else {
      const columns = columnsFor(shown, options);
      writeTextTable(sink, { columns, rows: distinctRows(shown, columns) }, options);
    }
  }
  if (!options.isParity) {
    writeSummary(fittingSink(sink, options), report, options);
    const suppressed = options.isSuppressedShown === true ? suppressedLines(inventory) : [];
    sink.write(suppressed.map((line) => `${line}\n`).join(''));
  }
}

/** Matches by CPE alone are mostly wrong, but an exploited vulnerability is listed anyway. */
function isListed({ isGuess, isExploited }: FindingRow): boolean {
  return !isGuess || isExploited;
}

/** New findings since the baseline come before known ones. */
function newFirst(rows: readonly FindingRow[]): readonly FindingRow[] {
  return [...rows.filter(({ isNew }) => isNew), ...rows.filter(({ isNew }) => !isNew)];
}

/** A package in several places gives the same row several times: it is shown once. */
function distinctRows(
  rows: readonly FindingRow[],
  columns: readonly TextColumn<FindingRow>[],
): readonly FindingRow[] {
  const byCells = new Map(
    rows.map((row) => [JSON.stringify(columns.map(({ cell }) => cell(row))), row]),
  );
  return [...byCells.values()];
}

/** Finding nothing says something only of packages that could be judged. */
function nothingFound({ inventory }: Report, findings: Findings, isParity: boolean): string {
  const unjudged = new Set(findings.unevaluated.map(({ packageKey }) => packageKey)).size;
  const packages = inventory.packages.length;
  if (isParity) {
    return 'No vulnerabilities found';
  }
  if (packages === 0) {
    return 'No packages found, so there is nothing to evaluate';
  }
  if (unjudged === 0) {
    const isDoubtful = findings.alerts.some(weakensAbsence) || !isComplete(inventory);
    return `No vulnerabilities found${isDoubtful ? ', but the result is incomplete: see below' : ''}`;
  }
  return unjudged >= packages
    ? `Vulnerabilities not evaluated: ${formatCount(packages, 'package')} could not be evaluated`
    : `No vulnerabilities found in ${formatCount(packages - unjudged, 'package')}; ` +
        `${formatCount(unjudged, 'package')} could not be evaluated`;
}
