import type { Advisory, Fix, FixState } from '../core/advisory.ts';
import type { VersionText } from '../version/range.ts';
import { versionFor } from './judge.ts';

export interface FixOfAdvisory {
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
}

/**
 * What a statement says of repair: the fixes that have a version, and the state of all together.
 */
export function fixOf(advisory: Advisory): FixOfAdvisory {
  const fixes: Fix[] = [];
  let fixState: FixState = 'unknown';
  for (const { fix } of advisory.ranges) {
    if (fix?.state === 'fixed') {
      fixState = 'fixed';
      fixes.push(fix);
    } else if ((fix?.state === 'wont-fix' || fix?.state === 'not-fixed') && fixState !== 'fixed') {
      fixState = fix.state;
    }
  }
  return { fixes, fixState };
}

export function hasFixVersion(advisory: Advisory): boolean {
  return advisory.ranges.some((range) => range.fix?.state === 'fixed');
}

/** Fixes in ascending order of their versions in a scheme, the fallback's where there is none. */
export function sortFixes(fixes: readonly Fix[], scheme = 'fuzzy'): readonly Fix[] {
  const rest = [...fixes];
  const versions = fixes.map(({ version = '' }) => versionFor(version, scheme));
  return sortVersions(versions).flatMap(({ text }) => {
    const found = rest.findIndex(({ version = '' }) => version === text);
    return rest.splice(found, 1);
  });
}

/**
 * Orders versions as their scheme does; those that it does not understand come last, as they stood.
 */
export function sortVersions(versions: readonly VersionText[]): readonly VersionText[] {
  const { understood = [], other = [] } = Object.groupBy(versions, (version) =>
    valueOf(version) === undefined ? 'other' : 'understood',
  );
  return [...understood.toSorted(compareVersions), ...other];
}

function valueOf(version: VersionText): unknown {
  return version.scheme === undefined ? undefined : version.in(version.scheme);
}

function compareVersions(left: VersionText, right: VersionText): number {
  return left.scheme?.compare(valueOf(left), valueOf(right)) ?? 0;
}

/** The versions above the installed one in ascending order, then the others in ascending order. */
export function suggestVersions(
  installed: VersionText,
  versions: readonly VersionText[],
): readonly VersionText[] {
  const sorted = sortVersions(versions);
  const isAbove = (version: VersionText): boolean =>
    valueOf(installed) !== undefined &&
    valueOf(version) !== undefined &&
    compareVersions(version, installed) > 0;
  return [...sorted.filter(isAbove), ...sorted.filter((version) => !isAbove(version))];
}
