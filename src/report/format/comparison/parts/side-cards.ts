import { formatBytes, formatCount, groupDigits } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { roundNumber } from '../../../../foundation/present/round-number.ts';
import type { Column } from '../../../../hardening/compare/comparison.ts';
import type { Side } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { SEVERITIES_DOWN } from '../../../../hardening/compare/side.ts';
import { describeDoubt, isJudged, readJudgedCounts } from '../judged.ts';

const BAR_WIDTH = 1000;
const BAR_HEIGHT = 22;
/** Narrower segments are invisible. */
const SEGMENT_WIDTH_MIN = 6;

/** One number of every side; absent if unknown. */
interface LargeNumber {
  readonly title: string;
  readonly values: readonly (number | undefined)[];
  /** Whether the value of a side is a lower bound. */
  readonly isLowerBound?: readonly boolean[];
  formatValue(value: number): string;
}

/**
 * Creates a column for each target: its identity, five large numbers and its findings by severity.
 */
export function createSideCards(columns: readonly Column[]): Markup {
  const sides = columns.map(({ side }) => side);
  const numbers = listLargeNumbers(columns, sides);
  const most = Math.max(1, ...sides.map(({ findings }) => findings?.total ?? 0));
  const cards = sides.map(
    (side, index) =>
      markup`<section class="card side"><h2>${toShortName(side)}</h2><p class="dim">${formatIdentity(side)}</p><dl class="five">${numbers.map((one) => numberMarkup(one, index))}</dl><div>${createSeverityBar(side, most)}</div></section>`,
  );
  return markup`<div class="sides${sides.length === 2 ? ' two' : ''}">${cards}</div>`;
}

function formatIdentity({ system, platform, createdAt }: Side): string {
  const built = createdAt === undefined ? undefined : `built ${createdAt.slice(0, 10)}`;
  return [system ?? 'unknown distribution', platform, built]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function listLargeNumbers(
  columns: readonly Column[],
  sides: readonly Side[],
): readonly LargeNumber[] {
  const readValues = (read: (side: Side) => number | undefined): readonly (number | undefined)[] =>
    sides.map(read);
  return [
    {
      title: 'findings to justify',
      values: readValues((side) => readJudgedCounts(side)?.unjustified),
      isLowerBound: sides.map((side) => !isJudged(side)),
      formatValue: groupDigits,
    },
    { title: 'packages', values: readValues(({ packages }) => packages), formatValue: groupDigits },
    {
      title: 'size of files',
      values: readValues(({ fileBytes }) => fileBytes),
      formatValue: formatBytes,
    },
    {
      title: 'executables',
      values: readValues(({ executables }) => executables),
      formatValue: groupDigits,
    },
    {
      title: 'setuid files',
      values: columns.map(({ surface }) => surface['setuid-files']),
      formatValue: groupDigits,
    },
  ];
}

function numberMarkup(
  { title, values, isLowerBound = [], formatValue }: LargeNumber,
  index: number,
): Markup {
  const value = values[index];
  if (value === undefined) {
    return markup`<div><dt>${title}</dt><dd class="unknown">unknown</dd></div>`;
  }
  if (isLowerBound[index] === true) {
    return markup`<div><dt>${title}</dt><dd class="unknown">at least ${formatValue(value)}</dd></div>`;
  }
  const isLess = values.every((other, place) => place === index || (other ?? -1) > value);
  const isExact = !isLowerBound.includes(true);
  return markup`<div><dt>${title}</dt><dd${isLess && isExact ? markup` class="better"` : undefined}>${formatValue(value)}</dd></div>`;
}

/** Draws findings by severity as one bar; all sides have one scale. */
function createSeverityBar(side: Side, most: number): Markup {
  const findings = readJudgedCounts(side);
  if (findings === undefined) {
    return markup`<p class="unjudged"><b>Findings could not be counted:</b> ${describeDoubt(side)}.</p>`;
  }
  const reservation = isJudged(side)
    ? undefined
    : markup`<p class="unjudged"><b>Findings are incomplete:</b> ${describeDoubt(side)}.</p>`;
  const words = SEVERITIES_DOWN.filter((word) => findings.bySeverity[word] > 0);
  let x = 0;
  const segments = words.map((word) => {
    const width = Math.max(SEGMENT_WIDTH_MIN, (findings.bySeverity[word] / most) * BAR_WIDTH);
    const box = markup`<rect class="fill-${word}" x="${roundNumber(x)}" y="0" width="${roundNumber(width)}" height="${BAR_HEIGHT}"/>`;
    x += width;
    return box;
  });
  const label = `${formatCount(findings.total, 'finding')} by severity`;
  const counts = words.map(
    (word) =>
      markup`<li class="s-${word}"><b>${groupDigits(findings.bySeverity[word])}</b> ${word}</li>`,
  );
  const none = words.length === 0 ? markup`<li class="s-low">no finding</li>` : undefined;
  return markup`<figure class="severities"><figcaption>${label}</figcaption><svg viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="track" width="${BAR_WIDTH}" height="${BAR_HEIGHT}"/>${segments}</svg><ul class="counts">${counts}${none}</ul></figure>${reservation}`;
}
