import type { Report } from '../../../foundation/core/format.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import {
  SURFACE_SHARES,
  SURFACE_TITLES,
  type SurfaceDimension,
  type SurfaceScores,
} from '../../../foundation/core/surface.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';

/** Maximum number of list items that a browser still shows at once; `json` has all. */
const ITEMS_MAX = 1_000;

/**
 * Lists the attack surface, each number with the list behind it; `undefined` if it was not
 * requested.
 */
export function createSurfaceSection({ inventory: { surface } }: Report): Markup | undefined {
  if (surface === undefined) {
    return undefined;
  }
  const { dimensions, scores } = surface;
  const sums = scores === undefined ? undefined : markup`<p>${formatSums(scores)}</p>`;
  return markup`<section id="surface"><h2>Attack surface</h2>${sums}<div class="scroll"><table><thead><tr><th>dimension</th><th class="num">value</th><th>items</th></tr></thead><tbody>${dimensions.map(createDimensionRow)}</tbody></table></div></section>`;
}

function formatSums({ methodsFromEntry, methodsInside, channels, data }: SurfaceScores): string {
  const formatKnown = (value: number | undefined): string =>
    value === undefined ? 'unknown' : groupDigits(Math.round(value));
  return `Damage-effort ratios: methods from the entry point ${formatKnown(methodsFromEntry)}, methods after a break-in ${formatKnown(methodsInside)}, channels ${formatKnown(channels)}, data ${formatKnown(data)}.`;
}

function createDimensionRow({ id, value, items, note }: SurfaceDimension): Markup {
  const known = SURFACE_SHARES.has(id)
    ? `${((value ?? 0) * 100).toFixed(1)} %`
    : groupDigits(value ?? 0);
  const noted = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return markup`<tr><th scope="row">${SURFACE_TITLES[id]}</th><td class="num">${value === undefined ? 'unknown' : known}</td><td>${createItemList(items)}${noted}</td></tr>`;
}

function createItemList(items: readonly string[]): Markup | undefined {
  if (items.length === 0) {
    return undefined;
  }
  const more = items.length - ITEMS_MAX;
  const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
  const lines = items.slice(0, ITEMS_MAX).map((item) => markup`<li>${item}</li>`);
  return markup`<details><summary>${formatCount(items.length, 'item')}</summary><ul>${lines}${rest}</ul></details>`;
}
