import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { fittingSink } from '../../../present/fitted-lines.ts';
import { type TextStyle, writeTextTable } from '../../../present/text-table.ts';
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
  const columns = [
    { title: '', canShrink: true, wraps: true },
    { title: escapeText(shortName(before)).toUpperCase(), canShrink: true, wraps: true },
    { title: escapeText(shortName(after)).toUpperCase(), canShrink: true, wraps: true },
    { title: 'CHANGE' },
  ];
  writeTextTable(sink, { columns, rows: pageRows(difference, page).map(cellsOf) }, options);
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

function cellsOf({ title, before, after, change, isBetter }: PageRow) {
  const worse: TextStyle = isBetter === undefined ? 'dim' : 'high';
  const style: TextStyle = isBetter === true ? 'low' : worse;
  return [[{ text: title, style: 'plain' } as const], before, after, [{ text: change, style }]];
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
