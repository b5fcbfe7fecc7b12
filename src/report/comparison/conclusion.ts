import type { BareDifference, Side } from '../../compare/difference.ts';
import { formatBytes, formatCount, groupDigits } from '../../core/screen-text.ts';
import { isJudged, isPartlyJudged } from './judged.ts';
import { toShortName } from './page.ts';

/** Returns the result of a comparison in one or two sentences, the most important first. */
export function formatConclusion(difference: BareDifference): string {
  const sides = [difference.before, difference.after];
  const unjudged = sides.filter((side) => !isJudged(side));
  if (unjudged.length > 0) {
    const names = unjudged.map(toShortName).join(' and ');
    const reservation = unjudged.every(isPartlyJudged) ? 'are incomplete' : 'could not be counted';
    return `The findings of ${names} ${reservation}, so the images cannot be compared by findings. ${sizeText(difference)}`;
  }
  return formatJudged(difference);
}

function sizeText(difference: BareDifference): string {
  const { smaller, larger } = orderSides(difference, ({ packages }) => packages);
  const packages = larger.packages - smaller.packages;
  const bytes = (larger.fileBytes ?? 0) - (smaller.fileBytes ?? 0);
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
  return `${toShortName(smaller)} ${ships} ${link} leaves ${formatCount(few, 'finding')} to justify instead of ${groupDigits(many)}${price === undefined ? '' : `; ${price}`}.`;
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
