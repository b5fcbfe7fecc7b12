import { escapeText } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { createFittingSink } from '../../../../foundation/present/fitted-lines.ts';
import { type TextColumn, writeTextTable } from '../../../../foundation/present/text-table.ts';
import type { PlanFormat, PlanFormatOptions, PlanReport } from '../contract.ts';
import {
  type EditRow,
  formatBalance,
  formatBases,
  formatBet,
  formatHeadline,
  formatUndecided,
  formatUnread,
  listEditRows,
  listNextSteps,
} from '../plan-text.ts';

/** For people at a terminal: the balance, the edits, the bets and the next commands. */
export const table: PlanFormat = {
  id: 'table',
  aliases: [],
  carries: ['findings'],
  write: writeTable,
};

/** Number of parts of an edit and of bets; the rest is counted. */
const PARTS_MAX = 12;
const BETS_MAX = 8;

const COLUMNS: readonly TextColumn<EditRow>[] = [
  { title: '', cell: ({ number, isPart }) => (isPart ? `  ${number}` : number) },
  { title: 'EDIT', canShrink: true, wraps: true, cell: ({ title }) => title },
  { title: 'FINDINGS', canShrink: true, wraps: true, cell: ({ findings }) => findings },
  { title: 'BYTES', cell: ({ bytes }) => bytes },
  { title: 'PACKAGES', cell: ({ packages }) => packages },
  { title: 'SURFACE', canShrink: true, wraps: true, dropRank: 1, cell: ({ surface }) => surface },
  { title: 'BREAKS', canShrink: true, wraps: true, cell: ({ breaks }) => breaks },
];

function writeTable(report: PlanReport, sink: Sink, options: PlanFormatOptions): void {
  const { plan } = report;
  const fitting = createFittingSink(sink, options);
  const writeLines = (lines: readonly string[]): void => {
    fitting.write(lines.map((line) => `${escapeText(line)}\n`).join(''));
  };
  writeLines([...formatHeadline(report), '']);
  if (plan.undecided === undefined) {
    writeLines(formatBalance(report).map(([name, text]) => `${`${name}:`.padEnd(12)}${text}`));
  } else {
    writeLines(formatUndecided(plan));
  }
  writeLines(formatUnread(plan));
  const { rows, more } = listEditRows(plan, PARTS_MAX);
  if (rows.length > 0) {
    sink.write('\n');
    writeTextTable(sink, { columns: COLUMNS, rows }, options);
  }
  writeLines(more > 0 ? [`  and ${more} more (see -o json)`] : []);
  writeLines(formatBases(plan));
  writeLines(listBetLines(report));
  const steps = listNextSteps(plan);
  writeLines(['', 'Next', ...steps.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`])]);
}

function listBetLines({ plan: { bets, undecided } }: PlanReport): readonly string[] {
  if (undecided !== undefined) {
    return [];
  }
  if (bets.length === 0) {
    return ['', 'No bets: nothing that is dropped is referred to by what is kept.'];
  }
  const shown = bets.slice(0, BETS_MAX).flatMap((bet) => {
    const { head, lines } = formatBet(bet);
    return [`  ${bet.id} ${head}`, ...lines.map((line) => `      ${line}`)];
  });
  const more = bets.length - BETS_MAX;
  return [
    '',
    'Bets (dropped although a reference was found; use --keep to keep the file)',
    ...shown,
    ...(more > 0 ? [`  and ${more} more (see -o json)`] : []),
  ];
}
