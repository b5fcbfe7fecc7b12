import type { DispositionedFinding } from '../../foundation/core/finding.ts';
import type { JustificationUse } from '../../foundation/core/justification.ts';
import type { PolicyVerdict } from '../../foundation/core/policy-verdict.ts';

type NextChange = PolicyVerdict['nextChange'];

/** Decisions that end on a date, besides those of policies. */
export interface EndingParts {
  readonly dispositioned: readonly DispositionedFinding[];
  readonly uses: readonly JustificationUse[];
}

/**
 * Returns the earlier one of a change and the end of a decision: when that ends, the findings or
 * changes that it accepts count again.
 */
export function chooseNextChange(
  change: NextChange,
  { dispositioned, uses }: EndingParts,
  now: string,
): NextChange {
  const ends = [
    ...dispositioned.flatMap(({ decisions: [first] }) =>
      first?.expiresAt === undefined ? [] : [{ date: first.expiresAt, source: first.source }],
    ),
    ...uses
      .filter(({ state }) => state === 'applied')
      .map(({ until, source }) => ({ date: until, source })),
  ].filter(({ date }) => Date.parse(date) > Date.parse(now));
  const [first] = ends.toSorted((left, right) => Date.parse(left.date) - Date.parse(right.date));
  const isEarlier =
    first !== undefined &&
    (change === undefined ||
      (change.date !== undefined && Date.parse(first.date) < Date.parse(change.date)));
  return isEarlier
    ? { date: new Date(first.date).toISOString(), reason: `the decision ${first.source} ends` }
    : change;
}
