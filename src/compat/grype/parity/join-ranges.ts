import type { AdvisoryRange } from '../../../core/advisory.ts';
import { compareText } from '../../../core/compare-text.ts';

/**
 * One range for all of a statement, as Grype makes it: the texts joined by `||`, empty ones left
 * out, in the scheme whose name sorts first.
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
