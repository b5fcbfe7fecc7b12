import { escapeText, groupDigits } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { createFittingSink } from '../../../../foundation/present/fitted-lines.ts';
import {
  type TextColumn,
  type TextStyle,
  writeTextTable,
} from '../../../../foundation/present/text-table.ts';
import type { Column, Comparison } from '../../../../hardening/compare/comparison.ts';
import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { formatConclusion } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceFormatOptions, DifferenceReport } from '../contract.ts';
import { listMainRows, listPageRows, type PageRow } from '../page.ts';
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
  { comparison, page }: DifferenceReport,
  sink: Sink,
  options: DifferenceFormatOptions,
): void {
  const { columns, differences } = comparison;
  const fittingSink = createFittingSink(sink, options);
  const { isAll = false } = options;
  fittingSink.write(`${escapeText(formatConclusion(comparison))}\n\n`);
  const rows = isAll ? listPageRows(columns, page) : listMainRows(columns);
  writeTextTable(sink, { columns: listTextColumns(columns), rows }, options);
  const [difference, ...others] = differences;
  if (difference !== undefined && others.length === 0) {
    writePair(difference, isAll, fittingSink);
  } else {
    writeGroup(comparison, isAll, fittingSink);
  }
}

/** The change is meaningful for two targets only. */
function listTextColumns(columns: readonly Column[]): readonly TextColumn<PageRow>[] {
  const wide = { canShrink: true, wraps: true };
  const isPair = columns.length === 2;
  return [
    { title: '', ...wide, cell: (row) => row.title },
    ...columns.map(
      ({ side }, index): TextColumn<PageRow> => ({
        title: escapeText(toShortName(side)).toUpperCase(),
        ...wide,
        cell: ({ values, best }) => [
          { text: values[index] ?? '', style: !isPair && best === index ? 'low' : 'plain' },
        ],
      }),
    ),
    ...(isPair ? [CHANGE_COLUMN] : []),
  ];
}

const CHANGE_COLUMN: TextColumn<PageRow> = {
  title: 'CHANGE',
  cell: (row) => [{ text: row.change, style: chooseStyle(row) }],
};

function writePair(difference: BareDifference, isAll: boolean, sink: Sink): void {
  const blocks = [
    formatCautions,
    ...(isAll ? [formatRanking] : []),
    formatInabilities,
    formatGrid,
    ...(isAll ? [] : [formatSummary]),
  ].map((linesOf) => linesOf(difference));
  writeBlocks(blocks, sink);
  for (const section of isAll ? listChangeSections(difference) : []) {
    writeSection(section, sink);
  }
}

/** Writes what changes from the first target to each of the others. */
function writeGroup({ differences }: Comparison, isAll: boolean, sink: Sink): void {
  for (const difference of differences) {
    const heading = `From ${toShortName(difference.before)} to ${toShortName(difference.after)}:`;
    const lines = [
      ...formatCautions(difference),
      ...formatInabilities(difference),
      ...(isAll
        ? formatRanking(difference)
        : listChangeSections(difference).map(({ title, summary }) => `${title}: ${summary}`)),
    ];
    writeBlocks([[heading, ...lines.map((line) => `  ${line}`)]], sink);
    for (const section of isAll ? listChangeSections(difference) : []) {
      writeSection(section, sink);
    }
  }
  if (!isAll) {
    writeBlocks([[SEE_ALL]], sink);
  }
}

function writeBlocks(blocks: readonly (readonly string[])[], sink: Sink): void {
  for (const lines of blocks.filter(({ length }) => length > 0)) {
    sink.write(`\n${lines.map((line) => `${escapeText(line)}\n`).join('')}`);
  }
}

const SEE_ALL =
  'For every number and every change, add --all; for a page with pictures, -o html=FILE.';

/** Returns one line for each list of changes, and the way to see them all. */
function formatSummary(difference: BareDifference): readonly string[] {
  const sections = listChangeSections(difference);
  return [...sections.map(({ title, summary }) => `${title}: ${summary}`), SEE_ALL];
}

function chooseStyle({ best }: PageRow): TextStyle {
  const worse: TextStyle = best === undefined ? 'dim' : 'high';
  return best === 1 ? 'low' : worse;
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
