import type { AdvisoryDatabase } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { Alert } from '../core/finding.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { formatCount, groupDigits } from '../core/screen-text.ts';
import { type EndOfLife, type MatchContext, type Matcher, systemsFor } from './matcher.ts';

export interface Matched {
  readonly package: InventoryPackage;
  readonly matcher: Matcher;
}

/**
 * What holds for all packages of the operating system: no data or next to none, or no fixes any
 * more.
 */
export function alertsOf(
  matched: readonly Matched[],
  context: MatchContext,
  { database, now }: { readonly database: AdvisoryDatabase; readonly now: string | undefined },
): readonly Alert[] {
  const ofSystem = matched.filter(({ matcher }) => matcher.isSystem);
  const keysOf = (all: readonly Matched[]): readonly string[] => all.map((one) => one.package.key);
  const silent = ofSystem.filter(({ matcher }) => systemsFor(matcher, context).length === 0);
  const alerts: Alert[] = [];
  if (ofSystem.length > 0 && context.distro === undefined) {
    alerts.push({
      kind: 'distro-unknown',
      message: 'the operating system is unknown, so its advisories were not matched',
      packageKeys: keysOf(ofSystem),
    });
  } else if (silent.length > 0) {
    alerts.push({
      kind: 'distro-without-data',
      message: `the database has no advisories for ${context.systemTitle}`,
      packageKeys: keysOf(silent),
      system: context.systemTitle,
    });
  }
  const foreign = ofSystem.filter((one) => isForeignType(one.package.type, one.matcher, context));
  if (foreign.length > 0) {
    const types = [...new Set(foreign.map((one) => one.package.type))].sort(compareText).join(', ');
    alerts.push({
      kind: 'distro-does-not-fit',
      message: `the database has no advisories about ${types} packages of ${context.systemTitle}: the distribution does not match the packages`,
      packageKeys: keysOf(foreign),
      system: context.systemTitle,
    });
  }
  const little = littleData(context, database);
  if (ofSystem.length > silent.length && little !== undefined) {
    alerts.push({
      kind: 'distro-with-little-data',
      message: little,
      packageKeys: keysOf(ofSystem),
      system: context.systemTitle,
    });
  }
  const concerned = matched.filter(context.strategy.scope.isEndOfLifeConcern);
  const ended = findEndOfLife(context, database, ofSystem);
  if (ended !== undefined && isPast(ended.date, now) && concerned.length > 0) {
    const parent = ended.parent === undefined ? '' : `, the date of ${ended.parent}`;
    alerts.push({
      kind: 'distro-end-of-life',
      message: `${context.systemTitle} reached its end of life on ${ended.date.slice(0, 10)}${parent}`,
      packageKeys: keysOf(concerned),
      system: context.systemTitle,
      date: ended.date,
    });
  }
  return alerts;
}

/**
 * Whether the releases of the distribution have no statement about packages of a type, such as deb
 * packages in a distribution of apk packages: nothing would ever be found.
 */
export function isForeignType(type: string, matcher: Matcher, context: MatchContext): boolean {
  const systems = systemsFor(matcher, context);
  return (
    systems.length > 0 && !systems.some((system) => context.lookup.hasSystemPackages(system, type))
  );
}

/** A release has little where another one of the same system has fifty times as much. */
const LITTLE_SHARE = 0.02;

/**
 * A release may be listed by a feed that has not been filled, or no longer is: next to no findings
 * are then no answer. Judged against other releases, since systems differ in how much is said of
 * them.
 */
function littleData(
  { systems, coverages, systemTitle }: MatchContext,
  database: AdvisoryDatabase,
): string | undefined {
  const counts = coverages.map((coverage) => coverage?.statements);
  if (counts.length === 0 || counts.includes(undefined)) {
    return undefined;
  }
  const count = counts.reduce<number>((sum, one = 0) => sum + one, 0);
  const most = Math.max(...systems.map((system) => database.countMostStatements(system)));
  return count >= most * LITTLE_SHARE
    ? undefined
    : `the database has only ${formatCount(count, 'advisory', 'advisories')} for ${systemTitle}, but ${groupDigits(most)} for another release: few findings do not mean few vulnerabilities`;
}

/** The end of life that holds for the distribution of the run. */
function findEndOfLife(
  context: MatchContext,
  database: AdvisoryDatabase,
  ofSystem: readonly Matched[],
): EndOfLife | undefined {
  const { distro, strategy } = context;
  if (distro === undefined) {
    return undefined;
  }
  const matchers = new Set(ofSystem.map(({ matcher }) => matcher));
  const answering = [...matchers].flatMap((matcher) => systemsFor(matcher, context));
  return strategy.scope.findEndOfLife(distro, database, [...new Set(answering)]);
}

/** Without a clock nothing is past. */
function isPast(date: string, now: string | undefined): boolean {
  return now !== undefined && Date.parse(now) > Date.parse(date);
}
