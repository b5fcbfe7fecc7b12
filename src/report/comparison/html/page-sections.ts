import type { BareDifference } from '../../../compare/difference.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { leadText, type PageOptions, type PageRow, pageRows, shortName } from '../page.ts';
import { cautionLines, gridLines, inabilityLines, isClear, rankingLines } from '../verdict-text.ts';

const RANKING_TITLE = {
  refused: 'No verdict',
  equal: 'Equal',
  dominance: 'smaller in every dimension',
  weighted: 'smaller overall',
} as const;
const UNCLEAR_TITLE = 'Depends on the weights';

function rankingCard(difference: BareDifference): Markup {
  const { ranking } = difference.surface;
  const winner = 'smaller' in ranking ? `${shortName(difference[ranking.smaller])}: ` : '';
  const isOpen = ranking.kind === 'weighted' && !isClear(ranking);
  const title = isOpen ? UNCLEAR_TITLE : `${winner}${RANKING_TITLE[ranking.kind]}`;
  const unclearState = ranking.kind === 'equal' ? '' : 'v-unknown';
  return card(
    'Attack surface',
    isClear(ranking) ? 'v-pass' : unclearState,
    markup`<p class="big">${title}</p>${paragraphs(rankingLines(difference))}`,
  );
}

/** Who is compared with whom, and what to make of it. */
export function headline(difference: BareDifference): Markup {
  const { before, after } = difference;
  const lacks = inabilityLines(difference);
  const mind = cautionLines(difference);
  const grid = gridLines(difference);
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${shortName(before)} <span class="dim">compared with</span> ${shortName(after)}</h1>
<p class="lead">${leadText(difference)}</p>
<div class="cards">${rankingCard(difference)}${
    lacks.length === 0
      ? undefined
      : card(
          'What each one lacks',
          '',
          markup`<ul>${lacks.map((line) => markup`<li>${line}</li>`)}</ul>`,
        )
  }${grid.length === 0 ? undefined : card('Targets and advisories', '', paragraphs(grid))}${coverageCard(difference)}</div>
${mind.length === 0 ? undefined : markup`<ul class="alerts">${mind.map((line) => markup`<li>${line}</li>`)}</ul>`}</header>
`;
}

function card(title: string, state: string, content: Markup): Markup {
  return markup`<section class="card ${state}"><h2>${title}</h2>${content}</section>`;
}

function paragraphs(lines: readonly string[]): Markup {
  return markup`${lines.map((line) => markup`<p>${line}</p>`)}`;
}

function coverageCard({ before, after }: BareDifference): Markup {
  const sides = [before, after].map((side) => {
    const { verdict, reasons, explainedShare, unreadable } = side.coverage;
    const share =
      explainedShare === undefined
        ? ''
        : `, ${(explainedShare * 100).toFixed(1)} % of executable bytes belong to packages`;
    const lines = [...reasons, ...(unreadable === undefined ? [] : [unreadable])];
    return markup`<li>${shortName(side)}: ${verdict.replaceAll('-', ' ')}${share}${lines.map((line) => markup`<br><span class="dim">${line}</span>`)}</li>`;
  });
  const isWhole = [before, after].every(({ coverage }) => coverage.verdict === 'supported');
  return card('Coverage', isWhole ? 'v-pass' : 'v-unknown', markup`<ul>${sides}</ul>`);
}

/** The one page: both side by side, number by number. */
export function numbersSection(difference: BareDifference, options: PageOptions): Markup {
  const { before, after } = difference;
  const rows = pageRows(difference, options).map(numberRow);
  return markup`<section id="numbers"><h2>Side by side</h2><div class="scroll"><table><thead><tr><th></th><th class="num">${shortName(before)}</th><th class="num">${shortName(after)}</th><th class="num">change</th></tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

function numberRow({ title, before, after, change, isBetter }: PageRow): Markup {
  const state = isBetter === undefined ? 'dim' : isBetter ? 'better' : 'worse';
  return markup`<tr><th scope="row">${title}</th><td class="num wrap">${before}</td><td class="num wrap">${after}</td><td class="num ${state}">${change}</td></tr>`;
}
