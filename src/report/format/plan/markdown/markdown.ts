import type { Sink } from '../../../../foundation/core/sink.ts';
import { escapeMarkdown } from '../../../../foundation/present/escape-markdown.ts';
import type { PlanFormat, PlanReport } from '../contract.ts';
import {
  formatBalance,
  formatBases,
  formatBet,
  formatHeadline,
  formatUndecided,
  formatUnread,
  listEditRows,
  listNextSteps,
} from '../plan-text.ts';

/** For merge requests and wikis. */
export const markdown: PlanFormat = {
  id: 'markdown',
  aliases: ['md'],
  carries: ['findings'],
  write: writeMarkdown,
};

const HEADS = ['', 'Edit', 'Findings', 'Bytes', 'Packages', 'Surface', 'Breaks'];

function writeMarkdown(report: PlanReport, sink: Sink): void {
  const { plan } = report;
  const [title = '', size = ''] = formatHeadline(report);
  sink.write(`## ${escapeMarkdown(title)}\n\n${escapeMarkdown(size)}\n\n`);
  if (plan.undecided === undefined) {
    const balance = formatBalance(report);
    sink.write(balance.map(([name, text]) => `- **${name}**: ${escapeMarkdown(text)}\n`).join(''));
  } else {
    sink.write(`${formatUndecided(plan).map(escapeMarkdown).join(' ')}\n`);
  }
  const unread = formatUnread(plan);
  if (unread.length > 0) {
    sink.write(`\n${unread.map(escapeMarkdown).join(' ')}\n`);
  }
  const { rows } = listEditRows(plan);
  if (rows.length > 0) {
    sink.write(`\n| ${HEADS.join(' | ')} |\n|---|---|--:|--:|--:|---|---|\n`);
    for (const row of rows) {
      const { number, title: edit, findings, bytes, packages, surface, breaks } = row;
      const cells = [number, edit, findings, bytes, packages, surface, breaks];
      sink.write(`| ${cells.map(escapeMarkdown).join(' | ')} |\n`);
    }
  }
  const [, heading, ...bases] = formatBases(plan);
  if (heading !== undefined) {
    sink.write(`\n### ${escapeMarkdown(heading)}\n\n`);
    sink.write(bases.map((line) => `- ${escapeMarkdown(line.trim())}\n`).join(''));
  }
  if (plan.bets.length > 0) {
    sink.write('\n### Bets\n\n');
  }
  for (const bet of plan.bets) {
    const { head, lines } = formatBet(bet);
    sink.write(`- **${bet.id}** ${escapeMarkdown(head)}\n`);
    sink.write(lines.map((line) => `  - ${escapeMarkdown(line)}\n`).join(''));
  }
  const steps = listNextSteps(plan);
  sink.write(`\n### Next\n\n`);
  sink.write(steps.map(({ line, does }) => `- ${escapeMarkdown(does)}: ${quote(line)}\n`).join(''));
}

/** A name of an image may contain a backquote. */
function quote(line: string): string {
  return line.includes('`') ? escapeMarkdown(line) : `\`${line}\``;
}
