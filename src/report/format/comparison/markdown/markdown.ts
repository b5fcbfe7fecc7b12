import { groupDigits } from '../../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { escapeMarkdown } from '../../../../foundation/present/escape-markdown.ts';
import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { formatConclusion } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { joinNames, listPageRows } from '../page.ts';
import { type ChangeSection, listChangeSections } from '../sections.ts';
import { formatCautions, formatGrid, formatInabilities, formatRanking } from '../verdict-text.ts';

const LINES_MAX = 100;

/** The page for merge requests and wikis. */
export const markdown: DifferenceFormat = {
  id: 'markdown',
  aliases: ['md'],
  carries: ['findings'],
  write: writeMarkdown,
};

function writeMarkdown({ comparison, page }: DifferenceReport, sink: Sink): void {
  const { columns, differences } = comparison;
  const names = columns.map(({ side }) => escapeMarkdown(toShortName(side)));
  const isPair = differences.length === 1;
  sink.write(`## ${isPair ? names.join(' compared with ') : joinNames(names)}\n\n`);
  sink.write(`${escapeMarkdown(formatConclusion(comparison))}\n\n`);
  const rows = listPageRows(columns, page).map(({ title, values, change }) =>
    [title, ...values, ...(isPair ? [change] : [])].map(escapeMarkdown),
  );
  const heads = [...names, ...(isPair ? ['Change'] : [])];
  sink.write(`| | ${heads.join(' | ')} |\n|---${'|--:'.repeat(heads.length)}|\n`);
  sink.write(rows.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
  for (const difference of differences) {
    writeDifference(difference, isPair, sink);
  }
}

function writeDifference(difference: BareDifference, isPair: boolean, sink: Sink): void {
  const { before, after } = difference;
  if (!isPair) {
    sink.write(
      `\n### From ${escapeMarkdown(toShortName(before))} to ${escapeMarkdown(toShortName(after))}\n`,
    );
  }
  const lines = [formatCautions, formatRanking, formatGrid].flatMap((linesOf) =>
    linesOf(difference),
  );
  sink.write(`\n${lines.map((line) => `- ${escapeMarkdown(line)}\n`).join('')}`);
  const inabilities = formatInabilities(difference);
  if (inabilities.length > 0) {
    const level = isPair ? '###' : '####';
    sink.write(
      `\n${level} What each one lacks\n\n${inabilities.map((one) => `- ${escapeMarkdown(one)}\n`).join('')}`,
    );
  }
  for (const section of listChangeSections(difference)) {
    writeSection(section, sink);
  }
}

function writeSection({ title, summary, lines, note }: ChangeSection, sink: Sink): void {
  sink.write(`\n<details><summary><b>${title}</b>: ${escapeMarkdown(summary)}</summary>\n\n`);
  for (const { kind, text, decision } of lines.slice(0, LINES_MAX)) {
    const decided = decision === '' ? '' : `: _${escapeMarkdown(decision)}_`;
    sink.write(`- ${escapeMarkdown(kind)}: ${escapeMarkdown(text)}${decided}\n`);
  }
  const more = lines.length - LINES_MAX;
  sink.write(more > 0 ? `- and ${groupDigits(more)} more\n` : '');
  sink.write(note === undefined ? '' : `\n${escapeMarkdown(note)}\n`);
  sink.write('\n</details>\n');
}
