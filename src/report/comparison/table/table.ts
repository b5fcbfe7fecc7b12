import type { BareDifference } from '../../../compare/difference.ts';
import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { fittingSink } from '../../../present/fitted-lines.ts';
import { type TextColumn, type TextStyle, writeTextTable } from '../../../present/text-table.ts';
import { conclusionText } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceFormatOptions, DifferenceReport } from '../contract.ts';
import { mainRows, type PageRow, pageRows, shortName } from '../page.ts';
import { type ChangeSection, changeSections } from '../sections.ts';
import { cautionLines, gridLines, inabilityLines, rankingLines } from '../verdict-text.ts';

/** Number of lines of a section; the rest is only counted. */
const LINES_MAX = 25;

/** The conclusion, the numbers of both targets in one table, then the changes. */
export const table: DifferenceFormat = {
  id: 'table',
  aliases: [],
  carries: ['findings'],
  write: writeTable,
};

function writeTable(
  { difference, page }: DifferenceReport,
  sink: Sink,
  options: DifferenceFormatOptions,
): void {
  const { before, after } = difference;
  const fitting = fittingSink(sink, options);
  fitting.write(`${escapeText(conclusionText(difference))}\n\n`);
  const wide = { canShrink: true, wraps: true };
  const columns: readonly TextColumn<PageRow>[] = [
    { title: '', ...wide, cell: (row) => row.title },
    { title: escapeText(shortName(before)).toUpperCase(), ...wide, cell: (row) => row.before },
    { title: escapeText(shortName(after)).toUpperCase(), ...wide, cell: (row) => row.after },
    { title: 'CHANGE', cell: (row) => [{ text: row.change, style: styleOf(row) }] },
  ];
  const { isAll = false } = options;
  const rows = isAll ? pageRows(difference, page) : mainRows(difference);
  writeTextTable(sink, { columns, rows }, options);
  const blocks = [
    cautionLines,
    ...(isAll ? [rankingLines] : []),
    inabilityLines,
    gridLines,
    ...(isAll ? [] : [summaryLines]),
  ].map((linesOf) => linesOf(difference));
  for (const lines of blocks.filter(({ length }) => length > 0)) {
    fitting.write(`\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`);
  }
  for (const section of isAll ? changeSections(difference) : []) {
    writeSection(section, fitting);
  }
}

/** Returns one line for each list of changes, and the way to see them all. */
function summaryLines(difference: BareDifference): readonly string[] {
  const sections = changeSections(difference);
  return [
    ...sections.map(({ title, summary }) => `${title}: ${summary}`),
    'For every number and every change, add --all; for a page with pictures, -o html=FILE.',
  ];
}

function styleOf({ isBetter }: PageRow): TextStyle {
  const worse: TextStyle = isBetter === undefined ? 'dim' : 'high';
  return isBetter === true ? 'low' : worse;
}

function writeSection({ title, summary, lines, note }: ChangeSection, sink: Sink): void {
  sink.write(`\n${title}: ${summary}\n`);
  for (const { kind, text, decision } of lines.slice(0, LINES_MAX)) {
    const decided = decision === '' ? '' : ` [${decision}]`;
    sink.write(`  ${escapeText(`${kind}: ${text}${decided}`)}\n`);
  }
  const more = lines.length - LINES_MAX;
  if (more > 0) {
    sink.write(`  and ${groupDigits(more)} more (see -o json)\n`);
  }
  if (note !== undefined) {
    sink.write(`  ${escapeText(note)}\n`);
  }
}
