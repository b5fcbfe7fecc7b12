import type { AdvisoryRange } from '../../../../foundation/core/advisory.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';

/**
 * Joins all ranges of a statement into one, as Grype does: the texts joined by `||`, without empty
 * ones, in the scheme whose name sorts first.
 */
export function joinRanges(ranges: readonly AdvisoryRange[]): readonly AdvisoryRange[] {
  if (ranges.length < 2) {
    return ranges;
  }
  const stated = ranges.filter((range) => range.constraint !== '');
  const schemes = stated.map((range) => range.scheme).filter((scheme) => scheme !== '');
  const [scheme = ''] = schemes.sort(compareText);
  return [{ scheme, constraint: stated.map((range) => range.constraint).join('||') }];
}
