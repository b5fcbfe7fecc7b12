import type { BareDifference } from '../../../compare/difference.ts';
import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { createFittingSink } from '../../../present/fitted-lines.ts';
import { type TextColumn, type TextStyle, writeTextTable } from '../../../present/text-table.ts';
import { formatConclusion } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceFormatOptions, DifferenceReport } from '../contract.ts';
import { listMainRows, listPageRows, type PageRow, toShortName } from '../page.ts';
import { type ChangeSection, listChangeSections } from '../sections.ts';
import { formatCautions, formatGrid, formatInabilities, formatRanking } from '../verdict-text.ts';

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
  const fittingSink = createFittingSink(sink, options);
  fittingSink.write(`${escapeText(formatConclusion(difference))}\n\n`);
  const wide = { canShrink: true, wraps: true };
  const columns: readonly TextColumn<PageRow>[] = [
    { title: '', ...wide, cell: (row) => row.title },
    { title: escapeText(toShortName(before)).toUpperCase(), ...wide, cell: (row) => row.before },
    { title: escapeText(toShortName(after)).toUpperCase(), ...wide, cell: (row) => row.after },
    { title: 'CHANGE', cell: (row) => [{ text: row.change, style: chooseStyle(row) }] },
  ];
  const { isAll = false } = options;
  const rows = isAll ? listPageRows(difference, page) : listMainRows(difference);
  writeTextTable(sink, { columns, rows }, options);
  const blocks = [
    formatCautions,
    ...(isAll ? [formatRanking] : []),
    formatInabilities,
    formatGrid,
    ...(isAll ? [] : [formatSummary]),
  ].map((linesOf) => linesOf(difference));
  for (const lines of blocks.filter(({ length }) => length > 0)) {
    fittingSink.write(`\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`);
  }
  for (const section of isAll ? listChangeSections(difference) : []) {
    writeSection(section, fittingSink);
  }
}

/** Returns one line for each list of changes, and the way to see them all. */
function formatSummary(difference: BareDifference): readonly string[] {
  const sections = listChangeSections(difference);
  return [
    ...sections.map(({ title, summary }) => `${title}: ${summary}`),
    'For every number and every change, add --all; for a page with pictures, -o html=FILE.',
  ];
}

function chooseStyle({ isBetter }: PageRow): TextStyle {
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
