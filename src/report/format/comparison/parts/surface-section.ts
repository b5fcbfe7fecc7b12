import { formatCount, groupDigits } from '../../../../foundation/core/screen-text.ts';
import type { SurfaceId } from '../../../../foundation/core/surface.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { roundNumber } from '../../../../foundation/present/round-number.ts';
import type { Comparison } from '../../../../hardening/compare/comparison.ts';
import type { SurfaceRow } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { NOT_KNOWN } from '../page.ts';

/** The dimensions that a reader can act on, with the meaning of each for an attacker. */
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

export function createSurfaceSection(comparison: Comparison): Markup {
  return markup`<section id="surface"><h2>Attack surface</h2>${createSurfaceBars(comparison)}<p class="dim">The other dimensions are in <a href="#numbers">All numbers</a>.</p></section>
`;
}

/** Lists eight rows of the attack surface with one bar for each target. */
export function createSurfaceBars({ columns, differences }: Comparison): Markup {
  const [difference, ...others] = differences;
  const isMeasured = ([id]: (typeof ROWS)[number]): boolean =>
    columns.some(({ surface }) => surface[id] !== undefined);
  const unknown = ROWS.filter((row) => !isMeasured(row)).map(([, title]) => title);
  const rows = ROWS.filter(isMeasured).map(([id, title, meaning]) => {
    const row = difference?.surface.rows.find((one) => one.id === id);
    const values = columns.map(({ surface }) => surface[id]);
    const details = row === undefined || others.length > 0 ? undefined : createDetails(row);
    return createRowMarkup(values, { title, meaning, details });
  });
  const keys = columns.map(
    ({ side }, index) => markup`<span class="key b${index}"></span>${toShortName(side)} `,
  );
  const table =
    rows.length === 0
      ? undefined
      : markup`<p class="legend">${keys}</p><div class="scroll" tabindex="0" role="region" aria-label="Attack surface"><table class="bars"><tbody>${rows}</tbody></table></div>`;
  return markup`${table}${describeUnknown(unknown)}`;
}

/** States why numbers are missing, and how they are measured. */
function describeUnknown(titles: readonly string[]): Markup | undefined {
  if (titles.length === 0) {
    return undefined;
  }
  const names = titles.join(', ');
  return titles.length < ROWS.length
    ? markup`<p class="unjudged">Not measured, so unknown for every target: ${names}.</p>`
    : markup`<p class="unjudged">Not measured, so everything is unknown: ${names}. <code>plimsoll compare</code> measures images whose files it reads, and <code>plimsoll push --surface</code> measures them for a server. A document of another tool does not have these numbers.</p>`;
}

interface RowText {
  readonly title: string;
  readonly meaning: string;
  readonly details: Markup | undefined;
}

function createRowMarkup(
  values: readonly (number | undefined)[],
  { title, meaning, details }: RowText,
): Markup {
  const longest = Math.max(1, ...values.map((value) => value ?? 0));
  const bars = values.map((value, index) => createBar(value, { longest, index }));
  return markup`<tr><th scope="row">${title}<br><span class="dim">${meaning}</span></th><td>${bars}${details}</td></tr>`;
}

/** Lists the items that only one of two targets has. */
function createDetails({ onlyBefore, onlyAfter, note }: SurfaceRow): Markup {
  const noted = note === undefined ? undefined : markup`<p class="dim">${note}</p>`;
  return markup`${createOnlyList('first', onlyBefore)}${createOnlyList('second', onlyAfter)}${noted}`;
}

function createOnlyList(side: 'first' | 'second', items: readonly string[]): Markup | undefined {
  const more = items.length - ITEMS_MAX;
  const rest = more > 0 ? markup`<li class="dim">and ${groupDigits(more)} more</li>` : undefined;
  return items.length === 0
    ? undefined
    : markup`<details><summary>${formatCount(items.length, 'item')} only in the ${side}</summary><ul>${items.slice(0, ITEMS_MAX).map((item) => markup`<li>${item}</li>`)}${rest}</ul></details>`;
}

function createBar(
  value: number | undefined,
  { longest, index }: { readonly longest: number; readonly index: number },
): Markup {
  const text = value === undefined ? NOT_KNOWN : groupDigits(value);
  const width = roundNumber(((value ?? 0) / longest) * BAR_WIDTH);
  return markup`<div class="bar"><svg viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${text}"><rect class="b${index}" width="${width}" height="${BAR_HEIGHT}"/></svg><span>${text}</span></div>`;
}
