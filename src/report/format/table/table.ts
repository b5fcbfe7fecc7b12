import { isBlind } from '../../../foundation/core/coverage.ts';
import { type Findings, weakensAbsence } from '../../../foundation/core/finding.ts';
import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import { isComplete } from '../../../foundation/core/inventory.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import { createFittingSink } from '../../../foundation/present/fitted-lines.ts';
import { writePackageTable } from '../../../foundation/present/package-table.ts';
import {
  formatVerdictHead,
  listVerdictNotes,
  listVerdictRows,
  VERDICT_COLUMNS,
} from '../../../foundation/present/policy-text.ts';
import { describeSuppressed } from '../../../foundation/present/suppressed-summary.ts';
import { type TextColumn, writeTextTable } from '../../../foundation/present/text-table.ts';
import { selectColumns } from './columns.ts';
import { type FindingRow, listFindingRows, listSuppressedRows, sortRows } from './rows.ts';
import { writeSummary } from './summary.ts';

/** The findings for people by descending severity, in Grype's form. */
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
      ...sortNewFirst(
        sortRows(listFindingRows(report, findings, options.isParity), options.sortBy),
      ),
      ...(options.isSuppressedShown === true
        ? sortRows(listSuppressedRows(report, options.isParity), options.sortBy)
        : []),
    ];
    const shown = options.isParity || options.isAll === true ? rows : rows.filter(isListed);
    if (rows.length === 0) {
      sink.write(`${explainNoFindings(report, findings, options.isParity)}\n`);
    } else if (shown.length === 0) {
      sink.write('No finding except low-confidence matches\n');
    } else {
      const columns = selectColumns(shown, options);
      writeTextTable(sink, { columns, rows: dropRepeatedRows(shown, columns) }, options);
    }
  }
  if (!options.isParity) {
    writeSummary(createFittingSink(sink, options), report, options);
    writePolicyVerdict(sink, report, options);
    const suppressed = options.isSuppressedShown === true ? describeSuppressed(inventory) : [];
    sink.write(suppressed.map((line) => `${line}\n`).join(''));
  }
}

/** The rules that did not pass come last, beside the prompt. */
function writePolicyVerdict(sink: Sink, report: Report, options: FormatOptions): void {
  const policy = report.verdict?.policy;
  if (policy === undefined) {
    return;
  }
  const { rows, left } = listVerdictRows(policy);
  const title = formatTargetTitle(report.inventory.target);
  const lines = createFittingSink(sink, options);
  lines.write(`\n${escapeText(formatVerdictHead(title, policy, report.findings?.database))}\n`);
  if (rows.length > 0) {
    sink.write('\n');
    writeTextTable(sink, { columns: VERDICT_COLUMNS, rows }, options);
    sink.write('\n');
  }
  for (const note of listVerdictNotes(policy, left)) {
    lines.write(`${escapeText(note)}\n`);
  }
}

/** Matches by CPE alone are mostly wrong, but an exploited vulnerability is listed anyway. */
function isListed({ isGuess, isExploited }: FindingRow): boolean {
  return !isGuess || isExploited;
}

/** New findings since the baseline come before known ones. */
function sortNewFirst(rows: readonly FindingRow[]): readonly FindingRow[] {
  return [...rows.filter(({ isNew }) => isNew), ...rows.filter(({ isNew }) => !isNew)];
}

/** A package in several places gives equal rows, which are shown once. */
function dropRepeatedRows(
  rows: readonly FindingRow[],
  columns: readonly TextColumn<FindingRow>[],
): readonly FindingRow[] {
  const byCells = new Map(
    rows.map((row) => [JSON.stringify(columns.map(({ cell }) => cell(row))), row]),
  );
  return [...byCells.values()];
}

/** The absence of findings is only meaningful for evaluated packages. */
function explainNoFindings(
  { inventory, coverage }: Report,
  findings: Findings,
  isParity: boolean,
): string {
  const unjudged = new Set(findings.unevaluated.map(({ packageKey }) => packageKey)).size;
  const packages = inventory.packages.length;
  if (isParity) {
    return 'No vulnerabilities found';
  }
  if (packages === 0) {
    return 'No packages found, so there is nothing to evaluate';
  }
  if (isBlind(coverage)) {
    return 'Not evaluated: too few executables belong to packages';
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
