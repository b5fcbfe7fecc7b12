import { compareText } from '../core/compare-text.ts';
import type { Unevaluated } from '../core/finding.ts';
import type { Judgement } from './judgement.ts';
import type { Subject } from './matcher.ts';

/**
 * Returns the entries that could not be evaluated: each package version once, and each range with
 * its vulnerability.
 */
export function listUnevaluated(
  subject: Subject,
  judgements: readonly Judgement[],
): readonly Unevaluated[] {
  const found: Unevaluated[] = [];
  let reportedDetail: string | undefined;
  for (const { advisory, parseFailure } of judgements) {
    if (parseFailure === undefined) {
      continue;
    }
    const packageKey = subject.package.key;
    if (parseFailure.operand === 'range') {
      const detail = `${advisory.provider}: ${parseFailure.detail}`;
      const vulnerability = advisory.vulnerability;
      found.push({ packageKey, why: 'range-not-understood', detail, vulnerability });
    } else if (parseFailure.detail !== reportedDetail) {
      reportedDetail = parseFailure.detail;
      found.push({ packageKey, why: 'version-not-understood', detail: parseFailure.detail });
    }
  }
  return found;
}

/** Removes duplicates and sorts in a fixed order. */
export function sortUnevaluated(entries: readonly Unevaluated[]): readonly Unevaluated[] {
  const byText = new Map(entries.map((entry) => [toSortKey(entry), entry]));
  return [...byText].toSorted(([left], [right]) => compareText(left, right)).map(([, one]) => one);
}

function toSortKey(entry: Unevaluated): string {
  return [entry.packageKey, entry.why, entry.vulnerability ?? '', entry.detail].join('\u0000');
}
