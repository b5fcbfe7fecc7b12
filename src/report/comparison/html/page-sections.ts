import type { BareDifference, Side } from '../../../compare/difference.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { formatConclusion } from '../conclusion.ts';
import { isJudged } from '../judged.ts';
import { listPageRows, type PageOptions, type PageRow, toShortName } from '../page.ts';
import { formatCautions, formatGrid, formatRanking } from '../verdict-text.ts';
import { createSideCards } from './side-cards.ts';

/** Creates the first screen: the conclusion, then both targets in large numbers. */
export function createHeadline(difference: BareDifference): Markup {
  const { before, after } = difference;
  const mind = formatCautions(difference);
  const grid = formatGrid(difference);
  const state = isJudged(before) && isJudged(after) ? '' : ' open';
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${toShortName(before)} <span class="dim">compared with</span> ${toShortName(after)}</h1>
<p class="conclusion${state}">${formatConclusion(difference)}</p>
${createSideCards(difference)}
<div class="cards">${createInabilityCards(difference)}${grid.length === 0 ? undefined : createCard('Targets and data', createParagraphs(grid))}</div>
${mind.length === 0 ? undefined : markup`<ul class="alerts">${mind.map((line) => markup`<li>${line}</li>`)}</ul>`}</header>
`;
}

/** Lists the abilities that only the other target has. */
function createInabilityCards({ inabilities, before, after }: BareDifference): Markup {
  const listLacking = (end: 'before' | 'after'): readonly string[] =>
    inabilities.filter(({ side }) => side === end).map(({ what }) => what);
  return markup`${createListCard(`Missing in ${toShortName(before)}`, listLacking('before'))}${createListCard(`Missing in ${toShortName(after)}`, listLacking('after'))}`;
}

function createListCard(title: string, sentences: readonly string[]): Markup | undefined {
  return sentences.length === 0
    ? undefined
    : createCard(title, markup`<ul>${sentences.map((line) => markup`<li>${line}</li>`)}</ul>`);
}

function createCard(title: string, content: Markup): Markup {
  return markup`<section class="card"><h2>${title}</h2>${content}</section>`;
}

function createParagraphs(lines: readonly string[]): Markup {
  return markup`${lines.map((line) => markup`<p>${line}</p>`)}`;
}

/** Reasons why the result of a side is incomplete; absent if both are complete. */
export function createCoverageSection({ before, after }: BareDifference): Markup | undefined {
  if (isJudged(before) && isJudged(after)) {
    return undefined;
  }
  return markup`<section id="coverage"><h2>Not judged</h2>${[before, after].map(createCoverageList)}</section>
`;
}

function createCoverageList(side: Side): Markup {
  const { verdict, reasons, explainedShare, unreadable } = side.coverage;
  const share =
    explainedShare === undefined
      ? ''
      : `; packages own ${(explainedShare * 100).toFixed(1)} % of its executable bytes`;
  const lines = [...reasons, ...(unreadable === undefined ? [] : [unreadable])];
  return markup`<h3>${toShortName(side)}: ${verdict.replaceAll('-', ' ')}${share}</h3><ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

/** Lists every number of both targets, and the ranking of the attack surfaces. */
export function createNumbersSection(difference: BareDifference, options: PageOptions): Markup {
  const { before, after } = difference;
  const rows = listPageRows(difference, options).map(numberRow);
  return markup`<section id="numbers"><h2>All numbers</h2><details><summary>How the attack surfaces are ranked</summary>${createParagraphs(formatRanking(difference))}</details><div class="scroll" tabindex="0" role="region" aria-label="All numbers"><table><thead><tr><th></th><th class="num">${toShortName(before)}</th><th class="num">${toShortName(after)}</th><th class="num">change</th></tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

function numberRow({ title, before, after, change, isBetter }: PageRow): Markup {
  const state = isBetter === undefined ? 'dim' : isBetter ? 'better' : 'worse';
  return markup`<tr><th scope="row">${title}</th><td class="num wrap">${before}</td><td class="num wrap">${after}</td><td class="num ${state}">${change}</td></tr>`;
}
