import { formatBytes, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Comparison } from '../../../hardening/compare/comparison.ts';
import type { BareDifference, Side } from '../../../hardening/compare/difference.ts';
import { toShortName } from '../../../hardening/compare/distinct-names.ts';
import { isJudged, isPartlyJudged } from './judged.ts';
import { joinNames } from './page.ts';

/** Returns the result of a comparison in a few sentences, the most important first. */
export function formatConclusion({ columns, differences }: Comparison): string {
  const [difference, ...others] = differences;
  return difference !== undefined && others.length === 0
    ? formatPairConclusion(difference)
    : formatGroupConclusion(columns.map(({ side }) => side));
}

/** Ranks more than two targets by findings to justify, then by size. */
function formatGroupConclusion(sides: readonly Side[]): string {
  const unjudged = sides.filter((side) => !isJudged(side));
  const judged = sides
    .filter(isJudged)
    .toSorted((left, right) => countUnjustified(left) - countUnjustified(right));
  return [
    ...(unjudged.length === 0 ? [] : [`${formatDoubt(unjudged)}.`]),
    ...formatFewest(judged, unjudged.length > 0),
    ...formatSmallest(sides),
  ].join(' ');
}

function formatFewest(sorted: readonly Side[], isRest: boolean): readonly string[] {
  const [best, ...others] = sorted;
  if (best === undefined || others.length === 0) {
    return [];
  }
  const fewest = countUnjustified(best);
  const rest = isRest ? 'Of the others, ' : '';
  const same = others.filter((side) => countUnjustified(side) === fewest);
  const more = others.filter((side) => countUnjustified(side) > fewest);
  const instead = more
    .map((side) => `${groupDigits(countUnjustified(side))} (${toShortName(side)})`)
    .join(' or ');
  const names = joinNames([best, ...same].map(toShortName));
  const verb = same.length === 0 ? 'leaves' : 'leave';
  const amount =
    more.length === 0
      ? `${formatCount(fewest, 'finding')} to justify each`
      : `the fewest findings to justify: ${groupDigits(fewest)} instead of ${instead}`;
  const mildest = sorted.toSorted((left, right) => countSevere(left) - countSevere(right))[0];
  const but =
    mildest !== undefined && countSevere(mildest) < countSevere(best)
      ? [
          `${toShortName(mildest)} has the fewest that are high or critical: ${groupDigits(countSevere(mildest))} instead of ${groupDigits(countSevere(best))}.`,
        ]
      : [];
  return [`${rest}${names} ${verb} ${amount}.`, ...but];
}

function formatSmallest(sides: readonly Side[]): readonly string[] {
  const known = sides.flatMap((side) =>
    side.fileBytes === undefined ? [] : [{ side, bytes: side.fileBytes }],
  );
  const [smallest, next] = known.toSorted((left, right) => left.bytes - right.bytes);
  return smallest === undefined || next === undefined || smallest.bytes === next.bytes
    ? []
    : [
        `${toShortName(smallest.side)} is the smallest: ${formatBytes(smallest.bytes)} in ${formatCount(smallest.side.packages, 'package')}.`,
      ];
}

function formatPairConclusion(difference: BareDifference): string {
  const sides = [difference.before, difference.after];
  const unjudged = sides.filter((side) => !isJudged(side));
  if (unjudged.length === 0) {
    return formatJudged(difference);
  }
  const bounds = unjudged.every(isPartlyJudged) ? compareBounds(sides) : undefined;
  const result = bounds ?? 'so the images cannot be compared by findings.';
  return `${formatDoubt(unjudged)}, ${result} ${sizeText(difference)}`;
}

/** A lower bound of one side is enough if the other side is complete and has fewer findings. */
function compareBounds(sides: readonly Side[]): string | undefined {
  const [bound, ...others] = sides.filter((side) => !isJudged(side));
  const exact = sides.find(isJudged);
  return bound === undefined ||
    others.length > 0 ||
    exact === undefined ||
    countUnjustified(bound) <= countUnjustified(exact)
    ? undefined
    : `but ${toShortName(exact)} leaves fewer to justify: ${groupDigits(countUnjustified(exact))} instead of at least ${groupDigits(countUnjustified(bound))}.`;
}

function formatDoubt(unjudged: readonly Side[]): string {
  const [partly, others] = [
    unjudged.filter(isPartlyJudged),
    unjudged.filter((side) => !isPartlyJudged(side)),
  ].map((sides) => joinNames(sides.map(toShortName)));
  if (others === '') {
    return `The findings of ${partly} are incomplete`;
  }
  const rest = partly === '' ? '' : `, and those of ${partly} are incomplete`;
  return `The findings of ${others} could not be counted${rest}`;
}

function sizeText(difference: BareDifference): string {
  const { smaller, larger } = orderSides(difference, ({ packages }) => packages);
  const packages = larger.packages - smaller.packages;
  const isKnown = smaller.fileBytes !== undefined && larger.fileBytes !== undefined;
  const bytes = isKnown ? larger.fileBytes - smaller.fileBytes : 0;
  if (packages === 0) {
    return `Both ship ${formatCount(smaller.packages, 'package')}.`;
  }
  const size = bytes > 0 ? ` and ${formatBytes(bytes)} less` : '';
  return `${toShortName(smaller)} ships ${formatCount(packages, 'package')} fewer${size}.`;
}

function formatJudged(difference: BareDifference): string {
  const { smaller, larger } = orderSides(difference, countUnjustified);
  const [few, many] = [countUnjustified(smaller), countUnjustified(larger)];
  if (few === many) {
    return `Both leave ${formatCount(few, 'finding')} to justify. ${sizeText(difference)}`;
  }
  const packages = larger.packages - smaller.packages;
  const ships =
    packages === 0
      ? 'ships as many packages'
      : `ships ${formatCount(Math.abs(packages), 'package')} ${packages > 0 ? 'fewer' : 'more'}`;
  const link = packages < 0 ? 'but' : 'and';
  const price = difference.inabilities.find(({ side }) => difference[side] === smaller)?.what;
  const [severe, severeOther] = [countSevere(smaller), countSevere(larger)];
  const but =
    severe > severeOther
      ? `, but has ${groupDigits(severe)} high or critical instead of ${groupDigits(severeOther)}`
      : '';
  return `${toShortName(smaller)} ${ships} ${link} leaves ${formatCount(few, 'finding')} to justify instead of ${groupDigits(many)}${but}${price === undefined ? '' : `; ${price}`}.`;
}

function countSevere({ findings }: Side): number {
  return (findings?.bySeverity.critical ?? 0) + (findings?.bySeverity.high ?? 0);
}

function countUnjustified({ findings }: Side): number {
  return findings?.unjustified ?? 0;
}

/** Returns the side with the smaller number first; the second side, if both are equal. */
function orderSides(
  { before, after }: Pick<BareDifference, 'before' | 'after'>,
  count: (side: Side) => number,
): { readonly smaller: Side; readonly larger: Side } {
  return count(before) < count(after)
    ? { smaller: before, larger: after }
    : { smaller: after, larger: before };
}
