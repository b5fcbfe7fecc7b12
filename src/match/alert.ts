import type { AdvisoryDatabase } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { isLittleData } from '../core/coverage-share.ts';
import type { Alert } from '../core/finding.ts';
import { formatCount, groupDigits } from '../core/screen-text.ts';
import { chooseMatcher } from './choose-matcher.ts';
import type { Component, ComponentPackage } from './component.ts';
import { type EndOfLife, type MatchContext, type Matcher, selectSystems } from './matcher.ts';
import { isVersionUnknown } from './system.ts';

export interface Matched {
  readonly package: ComponentPackage;
  readonly matcher: Matcher;
}

/**
 * Returns alerts that concern all packages of the operating system: no or hardly any data, or an
 * end of support.
 */
export function createAlerts(
  components: readonly Component[],
  context: MatchContext,
  { database, now }: { readonly database: AdvisoryDatabase; readonly now: string | undefined },
): readonly Alert[] {
  const matched = components.map(
    ({ package: item }): Matched => ({ package: item, matcher: chooseMatcher(item.type) }),
  );
  const ofSystem = matched.filter(({ matcher }) => matcher.isSystem);
  const listKeys = (all: readonly Matched[]): readonly string[] =>
    all.map((one) => one.package.key);
  const silent = ofSystem.filter(({ matcher }) => selectSystems(matcher, context).length === 0);
  const alerts: Alert[] = [];
  if (ofSystem.length > 0 && context.distro === undefined) {
    alerts.push({
      kind: 'distro-unknown',
      message: 'the operating system is unknown, so its advisories were not matched',
      packageKeys: listKeys(ofSystem),
    });
  } else if (silent.length > 0) {
    alerts.push({
      kind: 'distro-without-data',
      message: describeMissingData(context),
      packageKeys: listKeys(silent),
      system: context.systemTitle,
    });
  }
  const foreign = ofSystem.filter((one) => isForeignType(one.package.type, one.matcher, context));
  if (foreign.length > 0) {
    const types = [...new Set(foreign.map((one) => one.package.type))].sort(compareText).join(', ');
    alerts.push({
      kind: 'distro-does-not-fit',
      message: `the database has no advisories about ${types} packages of ${context.systemTitle}: the distribution does not match the packages`,
      packageKeys: listKeys(foreign),
      system: context.systemTitle,
    });
  }
  const little = describeLittleData(context, database);
  if (ofSystem.length > silent.length && little !== undefined) {
    alerts.push({
      kind: 'distro-with-little-data',
      message: little,
      packageKeys: listKeys(ofSystem),
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
      packageKeys: listKeys(concerned),
      system: context.systemTitle,
      date: ended.date,
    });
  }
  return alerts;
}

/** Returns the reason why no release in the database applies to the distribution. */
export function describeMissingData({ distro, systemTitle }: MatchContext): string {
  return distro !== undefined && isVersionUnknown(distro)
    ? `the release of ${systemTitle} is unknown: no file names its version, so its advisories were not matched`
    : `the database has no advisories for ${systemTitle}`;
}

/**
 * Returns whether the releases of the distribution have no statement about packages of a type, such
 * as deb packages in a distribution of apk packages: no vulnerability could ever be found.
 */
export function isForeignType(type: string, matcher: Matcher, context: MatchContext): boolean {
  const systems = selectSystems(matcher, context);
  return (
    systems.length > 0 && !systems.some((system) => context.lookup.hasSystemPackages(system, type))
  );
}

/**
 * A feed may list a release before it has data for it, or after it dropped the data: then few
 * findings are not evidence of few vulnerabilities. Compared with other releases, because systems
 * differ in their number of statements.
 */
function describeLittleData(
  { systems, coverages, systemTitle }: MatchContext,
  database: AdvisoryDatabase,
): string | undefined {
  const counts = coverages.map((coverage) => coverage?.statements);
  if (counts.length === 0 || counts.includes(undefined)) {
    return undefined;
  }
  const count = counts.reduce<number>((sum, one = 0) => sum + one, 0);
  const most = Math.max(...systems.map((system) => database.countMostStatements(system)));
  return !isLittleData(count, most)
    ? undefined
    : `the database has only ${formatCount(count, 'advisory', 'advisories')} for ${systemTitle}, but ${groupDigits(most)} for another release: few findings do not mean few vulnerabilities`;
}

/** Returns the end of life of the run's distribution. */
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
  const answering = [...matchers].flatMap((matcher) => selectSystems(matcher, context));
  return strategy.scope.findEndOfLife(distro, database, [...new Set(answering)]);
}

/** Without a clock, no date is past. */
function isPast(date: string, now: string | undefined): boolean {
  return now !== undefined && Date.parse(now) > Date.parse(date);
}
