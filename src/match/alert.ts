import type { AdvisoryDatabase } from '../core/advisory.ts';
import type { Alert } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { type MatchContext, type Matcher, systemsFor } from './matcher.ts';
import { releaseForDates } from './system.ts';

export interface Matched {
  readonly package: InventoryPackage;
  readonly matcher: Matcher;
}

/**
 * What holds for all packages of the operating system: no data, or no fixes since the date `ended`.
 */
export function alertsOf(
  matched: readonly Matched[],
  context: MatchContext,
  ended: string | undefined,
): readonly Alert[] {
  const ofSystem = matched.filter(({ matcher }) => matcher.isSystem);
  const own = ofSystem.map((one) => one.package.key);
  const silent = ofSystem.filter(({ matcher }) => systemsFor(matcher, context).length === 0);
  const alerts: Alert[] = [];
  if (own.length > 0 && context.distro === undefined) {
    alerts.push({
      kind: 'distro-unknown',
      message: 'the operating system could not be told, so its advisories were not looked at',
      packageKeys: own,
    });
  } else if (silent.length > 0) {
    alerts.push({
      kind: 'distro-without-data',
      message: `the database holds no advisories for ${context.systemTitle}`,
      packageKeys: silent.map((one) => one.package.key),
      system: context.systemTitle,
    });
  }
  const isEvery = context.has('end-of-life-alerts-every-package');
  const concerned = isEvery ? matched.map((one) => one.package.key) : own;
  if (ended !== undefined && concerned.length > 0) {
    alerts.push({
      kind: 'distro-end-of-life',
      message: `${context.systemTitle} reached its end of life on ${ended.slice(0, 10)}`,
      packageKeys: concerned,
      system: context.systemTitle,
      date: ended,
    });
  }
  return alerts;
}

/** The date after which the vendor gives no fixes, if it is past. Without a clock nothing is. */
export function endOfLife(
  context: MatchContext,
  database: AdvisoryDatabase,
  now: string | undefined,
): string | undefined {
  if (context.distro === undefined || now === undefined) {
    return undefined;
  }
  const isMinorNeeded = context.has('end-of-life-needs-exact-minor');
  const date = releaseForDates(context.distro, database, isMinorNeeded)?.endOfLife;
  return date !== undefined && Date.parse(now) > Date.parse(date) ? date : undefined;
}
