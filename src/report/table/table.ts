import { type Findings, weakensAbsence } from '../../core/finding.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { isComplete } from '../../core/inventory.ts';
import { countOf } from '../../core/screen-text.ts';
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
    const packages = countOf(inventory.packages.length, 'package');
    sink.write(`\nVulnerabilities not evaluated: there is no advisory database (${packages}).\n`);
  } else {
    const rows = [
      ...sortRows(findingRows(inventory, findings, options.isParity), options.sortBy),
      ...(options.isSuppressedShown === true
        ? sortRows(suppressedRows(report, options.isParity), options.sortBy)
        : []),
    ];
    if (rows.length === 0) {
      sink.write(`${nothingFound(report, findings, options.isParity)}\n`);
    } else {
      const columns = columnsFor(rows, options);
      writeTextTable(sink, { columns, rows: distinctRows(rows, columns) }, options);
    }
  }
  if (!options.isParity) {
    writeSummary(fittingSink(sink, options), report);
    const suppressed = options.isSuppressedShown === true ? suppressedLines(inventory) : [];
    sink.write(suppressed.map((line) => `${line}\n`).join(''));
  }
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
    return 'Nothing to judge: no package was found';
  }
  if (unjudged === 0) {
    const isDoubtful = findings.alerts.some(weakensAbsence) || !isComplete(inventory);
    return `No vulnerabilities found${isDoubtful ? ', which says little here: see below' : ''}`;
  }
  return unjudged >= packages
    ? `Vulnerabilities not evaluated: ${countOf(packages, 'package')} could not be judged`
    : `No vulnerabilities found in ${countOf(packages - unjudged, 'package')}; ` +
        `${countOf(unjudged, 'package')} could not be judged`;
}
