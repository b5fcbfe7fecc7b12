import { type Findings, weakensAbsence } from '../../core/finding.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { isComplete } from '../../core/inventory.ts';
import { countOf } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';
import { fittingSink } from '../../present/fitted-lines.ts';
import { writePackageTable } from '../../present/package-table.ts';
import { suppressedLines } from '../../present/suppressed-summary.ts';
import { type TableColumn, writeTextTable } from '../../present/text-table.ts';
import { cellsOf, distinctRows, RISK_WIDTH } from './cells.ts';
import { findingRows, sortRows, suppressedRows } from './rows.ts';
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

const COLUMNS: readonly TableColumn[] = [
  { title: 'NAME', canShrink: true },
  { title: 'INSTALLED', canShrink: true },
  { title: 'FIXED IN', canShrink: true },
  { title: 'TYPE', dropRank: 2 },
  { title: 'VULNERABILITY' },
  { title: 'SEVERITY' },
  { title: 'EPSS', dropRank: 1 },
  // The numbers stand below each other by their points, and the title above their ends.
  { title: 'RISK'.padStart(RISK_WIDTH), dropRank: 3 },
];
/** Whether the entry point can load it, where that was asked for. */
const REACH_COLUMN = { title: 'REACH', canShrink: true };
const NOTES_COLUMN = { title: '', canShrink: true };

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
    const hasReach = rows.some(({ reach }) => reach !== undefined);
    const cells = distinctRows(rows.map((row) => cellsOf(row, options, hasReach)));
    if (cells.length === 0) {
      sink.write(`${nothingFound(report, findings, options.isParity)}\n`);
    } else {
      const columns = [
        ...(options.isParity ? peerColumns() : COLUMNS),
        ...(hasReach ? [REACH_COLUMN] : []),
        NOTES_COLUMN,
      ];
      writeTextTable(sink, { columns, rows: cells }, options);
    }
  }
  if (!options.isParity) {
    writeSummary(fittingSink(sink, options), report);
    const suppressed = options.isSuppressedShown === true ? suppressedLines(inventory) : [];
    sink.write(suppressed.map((line) => `${line}\n`).join(''));
  }
}

/** Grype leaves none out, whatever the terminal, and begins every title on the left. */
function peerColumns(): readonly TableColumn[] {
  return COLUMNS.map(({ dropRank: _, title, ...column }) => ({
    ...column,
    title: title.trimStart(),
  }));
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
