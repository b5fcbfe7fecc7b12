import type { BareDifference, SurfaceRow } from '../../../compare/difference.ts';
import { formatCount, groupDigits } from '../../../core/screen-text.ts';
import type { SurfaceId } from '../../../core/surface.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { NOT_KNOWN, shortName } from '../page.ts';
import { rounded } from './layer-picture.ts';

/** The dimensions that a reader can act on, with what each means for an attacker. */
const ROWS: readonly (readonly [id: SurfaceId, title: string, meaning: string])[] = [
  ['reachable-executables', 'executables the entry point can load', 'code that can run'],
  ['setuid-files', 'setuid and setgid files', 'run with more rights than their caller'],
  ['shells', 'shells', 'run any command'],
  ['package-managers', 'package managers', 'install more software'],
  ['interpreters', 'interpreters', 'run scripts'],
  ['downloaders', 'download tools', 'bring in more code'],
  ['network-tools', 'network tools', 'explore the network'],
  ['listeners', 'programs that can listen for connections', 'can be reached from outside'],
];
const ITEMS_MAX = 1_000;
const BAR_WIDTH = 400;
const BAR_HEIGHT = 12;

/** Eight rows of the attack surface with bars, and the items that only one target has. */
export function surfaceSection(difference: BareDifference): Markup {
  const { before, after, surface } = difference;
  const rows = ROWS.flatMap(([id, title, meaning]) => {
    const row = surface.rows.find((one) => one.id === id);
    return row === undefined ? [] : [rowMarkup(row, { title, meaning })];
  });
  const legend = markup`<p class="legend"><span class="key b0"></span>${shortName(before)} <span class="key b1"></span>${shortName(after)}</p>`;
  return markup`<section id="surface"><h2>Attack surface</h2>${legend}<div class="scroll" tabindex="0" role="region" aria-label="Attack surface"><table class="bars"><tbody>${rows}</tbody></table></div><p class="dim">The other dimensions are in <a href="#numbers">All numbers</a>.</p></section>
`;
}

function rowMarkup(
  { before, after, onlyBefore, onlyAfter, note }: SurfaceRow,
  { title, meaning }: { readonly title: string; readonly meaning: string },
): Markup {
  const longest = Math.max(1, before ?? 0, after ?? 0);
  const bars = [before, after].map((value, index) => bar(value, { longest, index }));
  const noted = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return markup`<tr><th scope="row">${title}<br><span class="dim">${meaning}</span></th><td>${bars}${onlyList('first', onlyBefore)}${onlyList('second', onlyAfter)}${noted}</td></tr>`;
}

function onlyList(side: 'first' | 'second', items: readonly string[]): Markup | undefined {
  const more = items.length - ITEMS_MAX;
  const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
  return items.length === 0
    ? undefined
    : markup`<details><summary>${formatCount(items.length, 'item')} only in the ${side}</summary><ul>${items.slice(0, ITEMS_MAX).map((item) => markup`<li>${item}</li>`)}${rest}</ul></details>`;
}

function bar(
  value: number | undefined,
  { longest, index }: { readonly longest: number; readonly index: number },
): Markup {
  const text = value === undefined ? NOT_KNOWN : groupDigits(value);
  const width = rounded(((value ?? 0) / longest) * BAR_WIDTH);
  return markup`<div class="bar"><svg viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${text}"><rect class="b${index}" width="${width}" height="${BAR_HEIGHT}"/></svg><span>${text}</span></div>`;
}
