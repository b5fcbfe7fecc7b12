import { escapeText, groupDigits } from '../../../core/screen-text.ts';
import type { Sink } from '../../../core/sink.ts';
import { conclusionText } from '../conclusion.ts';
import type { DifferenceFormat, DifferenceReport } from '../contract.ts';
import { pageRows, shortName } from '../page.ts';
import { type ChangeSection, changeSections } from '../sections.ts';
import { cautionLines, gridLines, inabilityLines, rankingLines } from '../verdict-text.ts';

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
  sink.write(`## ${plain(shortName(before))} compared with ${plain(shortName(after))}\n\n`);
  sink.write(`${plain(conclusionText(difference))}\n\n`);
  sink.write(`| | ${plain(shortName(before))} | ${plain(shortName(after))} | Change |\n`);
  sink.write('|---|--:|--:|--:|\n');
  for (const { title, before: was, after: is, change } of pageRows(difference, page)) {
    sink.write(`| ${[title, was, is, change].map(plain).join(' | ')} |\n`);
  }
  const lines = [cautionLines, rankingLines, gridLines].flatMap((linesOf) => linesOf(difference));
  sink.write(`\n${lines.map((line) => `- ${plain(line)}\n`).join('')}`);
  const lacks = inabilityLines(difference);
  if (lacks.length > 0) {
    sink.write(`\n### What each one lacks\n\n${lacks.map((one) => `- ${plain(one)}\n`).join('')}`);
  }
  for (const section of changeSections(difference)) {
    writeSection(section, sink);
  }
}

function writeSection({ title, summary, lines, note }: ChangeSection, sink: Sink): void {
  sink.write(`\n<details><summary><b>${title}</b>: ${plain(summary)}</summary>\n\n`);
  for (const { kind, text, decision } of lines.slice(0, LINES_MAX)) {
    const decided = decision === '' ? '' : `: _${plain(decision)}_`;
    sink.write(`- ${plain(kind)}: ${plain(text)}${decided}\n`);
  }
  const more = lines.length - LINES_MAX;
  sink.write(more > 0 ? `- and ${groupDigits(more)} more\n` : '');
  sink.write(note === undefined ? '' : `\n${plain(note)}\n`);
  sink.write('\n</details>\n');
}

/** Escapes text from an image so that nothing in it is markup. CommonMark 0.31, 2.4. */
function plain(text: string): string {
  return escapeText(text).replace(/[\\`*_{}[\]<>()#+!|~@&]/g, (sign) => `\\${sign}`);
}
