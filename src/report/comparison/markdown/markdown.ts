import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { formatConclusion } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { listPageRows, toShortName } from '../page.ts';
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

function writeMarkdown({ difference, page }: DifferenceReport, sink: Sink): void {
  const { before, after } = difference;
  sink.write(
    `## ${escapeMarkdown(toShortName(before))} compared with ${escapeMarkdown(toShortName(after))}\n\n`,
  );
  sink.write(`${escapeMarkdown(formatConclusion(difference))}\n\n`);
  sink.write(
    `| | ${escapeMarkdown(toShortName(before))} | ${escapeMarkdown(toShortName(after))} | Change |\n`,
  );
  sink.write('|---|--:|--:|--:|\n');
  for (const { title, before: was, after: is, change } of listPageRows(difference, page)) {
    sink.write(`| ${[title, was, is, change].map(escapeMarkdown).join(' | ')} |\n`);
  }
  const lines = [formatCautions, formatRanking, formatGrid].flatMap((linesOf) =>
    linesOf(difference),
  );
  sink.write(`\n${lines.map((line) => `- ${escapeMarkdown(line)}\n`).join('')}`);
  const inabilities = formatInabilities(difference);
  if (inabilities.length > 0) {
    sink.write(
      `\n### What each one lacks\n\n${inabilities.map((one) => `- ${escapeMarkdown(one)}\n`).join('')}`,
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

/** Escapes text from an image so that nothing in it is markup. CommonMark 0.31, 2.4. */
function escapeMarkdown(text: string): string {
  return escapeText(text).replace(/[\\`*_{}[\]<>()#+!|~@&]/g, (sign) => `\\${sign}`);
}
