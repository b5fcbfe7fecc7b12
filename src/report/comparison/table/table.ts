import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { fittingSink } from '../../../present/fitted-lines.ts';
import { type TextColumn, type TextStyle, writeTextTable } from '../../../present/text-table.ts';
import type { DifferenceFormat, DifferenceFormatOptions, DifferenceReport } from '../contract.ts';
import { leadText, type PageRow, pageRows, shortName } from '../page.ts';
import { type ChangeSection, changeSections } from '../sections.ts';
import { cautionLines, gridLines, inabilityLines, rankingLines } from '../verdict-text.ts';

/** Lines of a section before the rest is only counted. */
const LINES_MAX = 25;

/** The page for people: what both are in one table, what to make of it, then what changed. */
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
  fitting.write(`${escapeText(leadText(difference))}\n\n`);
  const wide = { canShrink: true, wraps: true };
  const columns: readonly TextColumn<PageRow>[] = [
    { title: '', ...wide, cell: (row) => row.title },
    { title: escapeText(shortName(before)).toUpperCase(), ...wide, cell: (row) => row.before },
    { title: escapeText(shortName(after)).toUpperCase(), ...wide, cell: (row) => row.after },
    { title: 'CHANGE', cell: (row) => [{ text: row.change, style: styleOf(row) }] },
  ];
  writeTextTable(sink, { columns, rows: pageRows(difference, page) }, options);
  const blocks = [cautionLines, rankingLines, inabilityLines, gridLines].map((linesOf) =>
    linesOf(difference),
  );
  for (const lines of blocks.filter(({ length }) => length > 0)) {
    fitting.write(`\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`);
  }
  for (const section of changeSections(difference)) {
    writeSection(section, fitting);
  }
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
    sink.write(`  and ${groupDigits(more)} more, which the format json lists\n`);
  }
  if (note !== undefined) {
    sink.write(`  ${escapeText(note)}\n`);
  }
}
