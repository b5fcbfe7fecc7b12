import type { AdvisoryRange, Fix } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import { type FeedObject, selectTexts, toList, toObject } from '../feed-value.ts';
import { type OsvEvent, readEvent, sortEvents } from './osv-events.ts';

interface Interval {
  readonly introduced: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
}

const FROM_THE_BEGINNING = '0';
const NO_FIX: Fix = { state: 'not-fixed', references: [] };
/** GitHub's own advisories express bounds here that OSV events cannot: `<= 1.2.3`, `< 2`. */
const LAST_KNOWN = /^(<=?)\s*([^\s,|<>=]{1,256})$/;

/**
 * Returns the ranges of one `affected` element. If it has version ranges, its list of versions only
 * repeats them; commits (`GIT`) do not constrain a package's version. OSV schema,
 * `affected[].ranges`. Go's database states versions that are not versions of a module in
 * `custom_ranges`; its `ranges` then only state the first version, if any. https://go.dev/doc/security/vuln/database
 *
 * @returns `undefined` if the element has nothing to compare versions with.
 */
export function readOsvRanges(
  affected: FeedObject,
  scheme: string,
): readonly AdvisoryRange[] | undefined {
  const stated = listIntervals(affected['ranges'], scheme);
  const custom = listIntervals(toObject(affected['ecosystem_specific'])?.['custom_ranges'], scheme);
  if (stated.length + custom.length > 0) {
    const lastKnown = readLastKnown(affected);
    return joinIntervals(stated, custom).map((interval) => toRange(interval, lastKnown, scheme));
  }
  const versions = selectTexts(affected['versions']);
  if (versions.length > 0) {
    const constraint = versions.map((version) => `= ${version}`).join(' || ');
    return [{ scheme, constraint, fix: NO_FIX }];
  }
  return undefined;
}

/** Returns whether an element states any version, and not only that every version is affected. */
export function hasVersions(affected: FeedObject): boolean {
  const custom = toObject(affected['ecosystem_specific'])?.['custom_ranges'];
  const intervals = [affected['ranges'], custom].flatMap((ranges) => listIntervals(ranges, ''));
  return (
    selectTexts(affected['versions']).length > 0 || !intervals.every((one) => isEveryVersion(one))
  );
}

function listOrderedRanges(value: unknown): readonly FeedObject[] {
  return toList(value)
    .map(toObject)
    .filter((range) => range !== undefined)
    .filter((range) => ['SEMVER', 'ECOSYSTEM'].includes(toText(range['type'])));
}

function listIntervals(value: unknown, scheme: string): readonly Interval[] {
  return listOrderedRanges(value).flatMap((range) =>
    parseIntervals(sortEvents(toList(range['events']).flatMap(readEvent), scheme)),
  );
}

/**
 * Joins the versions of a module with those that are none. If one list has the start and the other
 * the end, they are about the same versions.
 */
function joinIntervals(
  stated: readonly Interval[],
  custom: readonly Interval[],
): readonly Interval[] {
  const [one] = stated;
  const [other] = custom;
  if (one === undefined || other === undefined) {
    return [...stated, ...custom];
  }
  if (stated.length > 1 || custom.length > 1 || isOpen(one) === isOpen(other)) {
    return stated.every(isEveryVersion) ? custom : [...stated, ...custom];
  }
  const [open, closed] = isOpen(one) ? [one, other] : [other, one];
  return [open.introduced === FROM_THE_BEGINNING ? closed : { ...closed, ...open }];
}

function isOpen({ fixed, lastAffected }: Interval): boolean {
  return fixed === undefined && lastAffected === undefined;
}

function isEveryVersion(interval: Interval): boolean {
  return interval.introduced === FROM_THE_BEGINNING && isOpen(interval);
}

/** Each `introduced` opens an interval that the next other event closes. */
function parseIntervals(events: readonly OsvEvent[]): readonly Interval[] {
  const intervals: Interval[] = [];
  let introduced: string | undefined;
  for (const { kind, version } of events) {
    if (kind === 'introduced') {
      introduced ??= version;
    } else if (introduced !== undefined) {
      intervals.push({ introduced, [kind]: version });
      introduced = undefined;
    }
  }
  return introduced === undefined ? intervals : [...intervals, { introduced }];
}

function toRange(interval: Interval, lastKnown: string, scheme: string): AdvisoryRange {
  const { introduced, fixed, lastAffected } = interval;
  const terms = introduced === FROM_THE_BEGINNING ? [] : [`>= ${introduced}`];
  if (fixed !== undefined) {
    const fix: Fix = { state: 'fixed', version: fixed, references: [] };
    return { scheme, constraint: [...terms, `< ${fixed}`].join(', '), fix };
  }
  if (lastAffected !== undefined) {
    return { scheme, constraint: [...terms, `<= ${lastAffected}`].join(', '), fix: NO_FIX };
  }
  const bounded = lastKnown === '' ? terms : [...terms, lastKnown];
  return { scheme, constraint: bounded.join(', '), fix: NO_FIX };
}

function readLastKnown(affected: FeedObject): string {
  const specific = toObject(affected['database_specific']);
  const text = toText(specific?.['last_known_affected_version_range']).trim();
  const [, operator, version] = LAST_KNOWN.exec(text) ?? [];
  return operator === undefined ? '' : `${operator} ${version}`;
}
