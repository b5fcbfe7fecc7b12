import type { Report } from '../../core/format.ts';
import { formatCount, groupDigits } from '../../core/screen-text.ts';
import {
  SURFACE_SHARES,
  SURFACE_TITLES,
  type SurfaceDimension,
  type SurfaceScores,
} from '../../core/surface.ts';
import { type Markup, markup } from '../../present/markup.ts';

/** Items of a list that a browser still shows at once; `json` has all. */
const ITEMS_MAX = 1_000;

/** What invites attack, each number with the list behind it; nothing where nobody asked for it. */
export function surfaceSection({ inventory: { surface } }: Report): Markup | undefined {
  if (surface === undefined) {
    return undefined;
  }
  const { dimensions, scores } = surface;
  const sums = scores === undefined ? undefined : markup`<p>${sumsText(scores)}</p>`;
  return markup`<section id="surface"><h2>Attack surface</h2>${sums}<div class="scroll"><table><thead><tr><th>dimension</th><th class="num">value</th><th>items</th></tr></thead><tbody>${dimensions.map(dimensionRow)}</tbody></table></div></section>`;
}

function sumsText({ methodsFromEntry, methodsInside, channels, data }: SurfaceScores): string {
  const told = (value: number | undefined): string =>
    value === undefined ? 'unknown' : groupDigits(Math.round(value));
  return `Damage-effort ratios: methods from the entry point ${told(methodsFromEntry)}, methods after a break-in ${told(methodsInside)}, channels ${told(channels)}, data ${told(data)}.`;
}

function dimensionRow({ id, value, items, note }: SurfaceDimension): Markup {
  const known = SURFACE_SHARES.has(id)
    ? `${((value ?? 0) * 100).toFixed(1)} %`
    : groupDigits(value ?? 0);
  const noted = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return markup`<tr><th scope="row">${SURFACE_TITLES[id]}</th><td class="num">${value === undefined ? 'unknown' : known}</td><td>${listOf(items)}${noted}</td></tr>`;
}

function listOf(items: readonly string[]): Markup | undefined {
  if (items.length === 0) {
    return undefined;
  }
  const more = items.length - ITEMS_MAX;
  const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
  const lines = items.slice(0, ITEMS_MAX).map((item) => markup`<li>${item}</li>`);
  return markup`<details><summary>${formatCount(items.length, 'item')}</summary><ul>${lines}${rest}</ul></details>`;
}
