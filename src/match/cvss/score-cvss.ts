import type { CvssScore } from '../../core/finding.ts';
import { scoreCvss2 } from './cvss-2.ts';
import { scoreCvss3 } from './cvss-3.ts';
import { scoreCvss4 } from './cvss-4.ts';
import { type RoundPart, toNearestTenth } from './metrics.ts';

/**
 * Returns the scores of a CVSS vector by the version in it (2 if it has none); `undefined` if it is
 * invalid.
 */
export function scoreCvss(
  vector: string,
  roundPart: RoundPart = toNearestTenth,
): CvssScore | undefined {
  if (/^CVSS:3\.[01]\//.test(vector)) {
    return scoreCvss3(vector, roundPart);
  }
  return vector.startsWith('CVSS:4.0/') ? scoreCvss4(vector) : scoreCvss2(vector, roundPart);
}
