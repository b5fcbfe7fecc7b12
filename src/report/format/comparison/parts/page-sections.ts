import { formatCount } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import type { Column, Comparison } from '../../../../hardening/compare/comparison.ts';
import type { BareDifference, Side } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { formatConclusion } from '../conclusion.ts';
import { isJudged } from '../judged.ts';
import { listPageRows, NOT_KNOWN, type PageOptions, type PageRow } from '../page.ts';
import { formatCautions, formatGrid, formatRanking } from '../verdict-text.ts';
import { createSideCards } from './side-cards.ts';

/** Creates the first screen: the conclusion, then the targets in large numbers. */
export function createHeadline(comparison: Comparison): Markup {
  const { columns } = comparison;
  const state = columns.every(({ side }) => isJudged(side)) ? '' : ' open';
  return markup`<header id="top"><div class="top"><p class="brand">plimsoll</p><button type="button" id="theme" hidden>Dark</button></div>
<h1>${createTitle(columns)}</h1>
<p class="conclusion${state}">${formatConclusion(comparison)}</p>
${createComparisonSummary(comparison)}</header>
`;
}

/** Creates the targets in large numbers, and what to keep in mind. */
export function createComparisonSummary(comparison: Comparison): Markup {
  const { columns, differences } = comparison;
  const mind = [...new Set(differences.flatMap(formatCautions))];
  const grid = differences.flatMap(formatGrid);
  return markup`${createSideCards(columns)}
<div class="cards">${createInabilityCards(differences)}${grid.length === 0 ? undefined : createCard('Targets and data', createParagraphs(grid))}</div>
${mind.length === 0 ? undefined : markup`<ul class="alerts">${mind.map((line) => markup`<li>${line}</li>`)}</ul>`}`;
}

function createTitle(columns: readonly Column[]): Markup {
  const names = columns.map(({ side }) => toShortName(side));
  const link = names.length === 2 ? 'compared with' : 'and';
  return markup`${names.slice(0, -1).join(', ')} <span class="dim">${link}</span> ${names.at(-1)}`;
}

/** Lists the abilities that one target lacks and the first one has, or the other way around. */
function createInabilityCards(differences: readonly BareDifference[]): Markup {
  const cards = differences.flatMap(({ inabilities, before, after }) => {
    const createLimits = (end: 'before' | 'after', side: Side, other: Side): Markup | undefined =>
      createListCard(
        `Limits of ${toShortName(side)}, compared with ${toShortName(other)}`,
        inabilities.filter((one) => one.side === end).map(({ what }) => what),
      );
    // Of several targets, each is only compared with the first one.
    const first = differences.length === 1 ? createLimits('before', before, after) : undefined;
    return [first, createLimits('after', after, before)];
  });
  return markup`${cards}`;
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

/** Reasons why the result of a side is incomplete; absent if all are complete. */
export function createCoverageSection(columns: readonly Column[]): Markup | undefined {
  const doubtful = columns.filter(({ side }) => !isJudged(side));
  return doubtful.length === 0
    ? undefined
    : markup`<section id="coverage"><h2>Not judged</h2>${doubtful.map(({ side }) => createCoverageList(side))}</section>
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

/** Lists every number of the targets; for two, also how their attack surfaces are ranked. */
export function createNumbersSection(
  { columns, differences }: Comparison,
  options: PageOptions,
): Markup {
  const isPair = differences.length === 1;
  const all = listPageRows(columns, options);
  const [known, unknown] = [all.filter(hasAnyValue), all.filter((row) => !hasAnyValue(row))];
  const rows = known.map((row) => numberRow(row, isPair));
  const ranking = isPair
    ? markup`<details><summary>How the attack surfaces are ranked</summary>${createParagraphs(differences.flatMap(formatRanking))}</details>`
    : undefined;
  const heads = columns.map(({ side }) => markup`<th class="num">${toShortName(side)}</th>`);
  const change = isPair ? markup`<th class="num">change</th>` : undefined;
  return markup`<section id="numbers"><h2>All numbers</h2>${ranking}<div class="scroll" tabindex="0" role="region" aria-label="All numbers"><table><thead><tr><th>number</th>${heads}${change}</tr></thead><tbody>${rows}</tbody></table></div>${describeUnknownRows(unknown)}</section>
`;
}

function hasAnyValue({ values }: PageRow): boolean {
  return values.some((value) => value !== NOT_KNOWN);
}

/** Names the numbers that no target has, instead of showing empty rows. */
function describeUnknownRows(rows: readonly PageRow[]): Markup | undefined {
  return rows.length === 0
    ? undefined
    : markup`<details class="unjudged"><summary>${formatCount(rows.length, 'number is', 'numbers are')} unknown for every target</summary><p>Nothing measured them. The attack surface and reachability are measured if plimsoll reads the files of an image: with <code>plimsoll compare</code>, or for a server with <code>plimsoll push --surface --reach</code>. Documents of other tools do not have them.</p><p>${rows.map(({ title }) => title).join(', ')}</p></details>`;
}

function numberRow({ title, values, change, best }: PageRow, isPair: boolean): Markup {
  const cells = values.map((value, index) => {
    const isBest = !isPair && best === index;
    return markup`<td class="num wrap${isBest ? ' better' : ''}">${value}</td>`;
  });
  const state = best === undefined ? 'dim' : best === 1 ? 'better' : 'worse';
  const last = isPair ? markup`<td class="num ${state}">${change}</td>` : undefined;
  return markup`<tr><th scope="row">${title}</th>${cells}${last}</tr>`;
}
