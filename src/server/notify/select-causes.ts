import { SEVERITIES } from '../../foundation/core/finding.ts';
import { isUrgent, type ReportedCause } from './reported-cause.ts';
import type { SubscriptionFilter } from './subscription.ts';

/**
 * Returns whether a subscription reports a cause, whose effects are those in its scope. Urgent
 * causes of the selected kinds pass all other filters. Unrated vulnerabilities count as severe.
 */
export function isSelected(filter: SubscriptionFilter, cause: ReportedCause): boolean {
  const { severity, kinds } = filter;
  if (cause.effects.length === 0 || kinds?.includes(cause.kind) === false) {
    return false;
  }
  if (isUrgent(cause)) {
    return true;
  }
  const isSevere =
    severity === undefined ||
    cause.severity === undefined ||
    cause.isExploited ||
    cause.severity === 'unknown' ||
    SEVERITIES.indexOf(cause.severity) >= SEVERITIES.indexOf(severity);
  return isSevere && isWanted(filter, cause);
}

/**
 * Returns whether a cause meets one of the conditions, or the filter has none. Overdue findings are
 * urgent, and were selected before.
 */
function isWanted(
  { exploited = false, verdicts = [], overdue = false }: SubscriptionFilter,
  { isExploited, effects }: ReportedCause,
): boolean {
  if (!exploited && !overdue && verdicts.length === 0) {
    return true;
  }
  const outcomes = new Set(effects.map(({ kind }) => kind.split('-')[1] ?? ''));
  return (exploited && isExploited) || verdicts.some((outcome) => outcomes.has(outcome));
}
