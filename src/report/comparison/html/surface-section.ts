import type { BareDifference, SurfaceRow } from '../../../compare/difference.ts';
import { countOf, groupDigits } from '../../../core/screen-text.ts';
import { SURFACE_SHARES, SURFACE_TITLES } from '../../../core/surface.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { NOT_KNOWN, percentText, SCORE_TITLES, shortName } from '../page.ts';
import { rounded } from './layer-picture.ts';

/** Every dimension with the lists behind its numbers, and the sums as bars. */
export function surfaceSection(difference: BareDifference): Markup {
  const { before, after, surface } = difference;
  const rows = surface.rows.map(rowMarkup);
  return markup`<section id="surface"><h2>Attack surface</h2>${scoreBars(difference)}<div class="scroll"><table><thead><tr><th>dimension</th><th class="num">${shortName(before)}</th><th class="num">${shortName(after)}</th><th>only in one target</th></tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

function rowMarkup(row: SurfaceRow): Markup {
  const { id, before, after, note } = row;
  const told = (value: number | undefined): string => {
    if (value === undefined) {
      return NOT_KNOWN;
    }
    return SURFACE_SHARES.has(id) ? percentText(value) : groupDigits(value);
  };
  const noted = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return markup`<tr><th scope="row">${SURFACE_TITLES[id]}</th><td class="num">${told(before)}</td><td class="num">${told(after)}</td><td>${onlyList('first', row.onlyBefore)}${onlyList('second', row.onlyAfter)}${noted}</td></tr>`;
}

const ITEMS_MAX = 1_000;

function onlyList(side: 'first' | 'second', items: readonly string[]): Markup | undefined {
  const more = items.length - ITEMS_MAX;
  const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
  return items.length === 0
    ? undefined
    : markup`<details><summary>${countOf(items.length, 'item')} only in the ${side}</summary><ul>${items.slice(0, ITEMS_MAX).map((item) => markup`<li>${item}</li>`)}${rest}</ul></details>`;
}

const BAR_WIDTH = 400;
const BAR_HEIGHT = 12;

/** Bars of log2(1 + x), so that one large sum does not hide the others. */
function scoreBars({ surface: { scores }, before, after }: BareDifference): Markup | undefined {
  if (scores === undefined) {
    return undefined;
  }
  const values = SCORE_TITLES.map(([name, title]) => ({
    title,
    ends: [scores.before?.[name], scores.after?.[name]] as const,
  }));
  const longest = Math.max(
    1,
    ...values.flatMap(({ ends }) => ends.map((value) => lengthOf(value))),
  );
  const lines = values.map(({ title, ends }) => {
    const bars = ends.map((value, index) => bar(value, { longest, number: index }));
    return markup`<tr><th scope="row">${title}</th><td>${bars}</td></tr>`;
  });
  return markup`<div class="scroll bars"><table><caption>Damage-effort ratios on a logarithmic scale: the upper bar is ${shortName(before)}, the lower bar ${shortName(after)}</caption><tbody>${lines}</tbody></table></div>`;
}

function lengthOf(value = 0): number {
  return Math.log2(1 + value);
}

function bar(
  value: number | undefined,
  { longest, number }: { readonly longest: number; readonly number: number },
): Markup {
  const text = value === undefined ? NOT_KNOWN : String(Math.round(value * 10) / 10);
  const width = rounded((lengthOf(value) / longest) * BAR_WIDTH);
  return markup`<div class="bar"><svg viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${text}"><rect class="b${number}" width="${width}" height="${BAR_HEIGHT}"/></svg><span>${text}</span></div>`;
}
