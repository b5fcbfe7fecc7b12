import { hash } from 'node:crypto';
import type { Sink } from '../../../../foundation/core/sink.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { pageHead } from '../../../../foundation/present/page-head.ts';
import { THEME_SCRIPT } from '../../../../foundation/present/page-look.data.ts';
import type { PlanReport } from '../contract.ts';
import {
  type EditRow,
  formatBalance,
  formatBet,
  formatHeadline,
  formatUndecided,
  formatUnread,
  listEditRows,
  listNextSteps,
} from '../plan-text.ts';
import { PLAN_STYLE } from './html-style.data.ts';
import { createWeightSection } from './weight-picture.ts';

/** Writes one self-contained page; it is complete without its script. */
export function writeHtml(report: PlanReport, sink: Sink): void {
  const { plan, tool } = report;
  const parts = [
    ['weight', 'Dead weight', createWeightSection(report)],
    ['edits', 'Edits', createEditSection(report)],
    ['bets', 'Bets', createBetSection(report)],
    ['next', 'Next', createNextSection(report)],
  ] as const;
  const shown = parts.filter(([, , content]) => content !== undefined);
  const links = shown.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`);
  sink.write(
    pageHead({
      title: `Removal plan of ${plan.image.name}`,
      style: PLAN_STYLE,
      script: THEME_SCRIPT,
      computeDigest: (text) => hash('sha256', text, 'base64'),
    }),
  );
  sink.write(createHeader(report).html);
  sink.write(
    markup`<nav class="toc" aria-label="Parts of the page"><ul>${links}</ul></nav>\n<main id="main">\n`
      .html,
  );
  for (const [, , content] of shown) {
    sink.write(content?.html ?? '');
  }
  const made = markup`<footer class="dim"><p>Made by ${tool.name} ${tool.version}.</p></footer>`;
  sink.write(`</main>\n${made.html}\n<script>${THEME_SCRIPT}</script>\n</body></html>\n`);
}

function createHeader(report: PlanReport): Markup {
  const { plan } = report;
  const [title, size] = formatHeadline(report);
  const cards = formatBalance(report).map(
    ([name, text]) =>
      markup`<section class="card v-${name === 'Needed' ? 'pass' : 'fail'}"><h2>${name}</h2><p>${text}</p></section>`,
  );
  const undecided =
    plan.undecided === undefined
      ? undefined
      : markup`<p class="undecided">${formatUndecided(plan).join(' ')}</p>`;
  const unread = formatUnread(plan);
  const note = unread.length === 0 ? undefined : markup`<p class="dim">${unread.join(' ')}</p>`;
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${title}</h1><p class="lead">${size}</p>${undecided}${note}<div class="cards">${cards}</div></header>
`;
}

function createEditSection({ plan }: PlanReport): Markup | undefined {
  const rows = listEditRows(plan).rows.map(createEditRow);
  const heads = ['', 'edit', 'findings', 'bytes', 'packages', 'surface', 'breaks'].map(
    (head) => markup`<th>${head}</th>`,
  );
  return rows.length === 0
    ? undefined
    : markup`<section id="edits"><h2>Edits, best first</h2><div class="scroll" tabindex="0" role="region" aria-label="Edits"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

function createEditRow(row: EditRow): Markup {
  const { number, isPart, title, findings, bytes, packages, surface, breaks } = row;
  return markup`<tr class="${isPart ? 'part' : 'main'}"><td class="dim">${number}</td><th scope="row">${title}</th><td class="num">${findings}</td><td class="num">${bytes}</td><td class="num">${packages}</td><td>${surface}</td><td>${breaks}</td></tr>`;
}

function createBetSection({ plan }: PlanReport): Markup | undefined {
  const bets = plan.bets.map((bet) => {
    const { head, lines } = formatBet(bet);
    const items = lines.map((line) => markup`<li>${line}</li>`);
    return markup`<h3>${bet.id} ${head}</h3><ul>${items}</ul>`;
  });
  return bets.length === 0
    ? undefined
    : markup`<section id="bets"><h2>Bets</h2><p>Dropped although a reference was found. Use <code>--keep</code> to keep the file.</p>${bets}</section>
`;
}

function createNextSection({ plan }: PlanReport): Markup {
  const items = listNextSteps(plan).map(
    ({ line, does }) => markup`<li><code>${line}</code><br>${does}</li>`,
  );
  return markup`<section id="next"><h2>Next</h2><ul>${items}</ul></section>
`;
}
