import type { Advisory, Fix, FixState } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import type { Scheme } from '../core/scheme.ts';
import { readVersion } from '../version/range.ts';
import { findSchemeByName } from '../version/scheme-by-name.ts';

export interface AdvisoryFixes {
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
}

/** Returns the fixes with a version in a statement, and the fix state of all of them together. */
export function readFixes(advisory: Advisory): AdvisoryFixes {
  const [only] = advisory.ranges;
  if (advisory.ranges.length === 1 && only?.fix?.state === 'fixed') {
    return { fixes: [only.fix], fixState: 'fixed' };
  }
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

/** Sorts fixes by version in a scheme, or the fallback scheme, in ascending order. */
export function sortFixes(fixes: readonly Fix[], scheme?: string): readonly Fix[] {
  return fixes.length < 2
    ? fixes
    : sortByVersion(fixes, ({ version = '' }) => version, requireScheme(scheme)).map(
        ({ item }) => item,
      );
}

/**
 * Returns the versions above the installed one in ascending order, then the others in ascending
 * order.
 */
export function suggestVersions(
  installed: string,
  versions: readonly string[],
  schemeName?: string,
): readonly string[] {
  if (versions.length < 2) {
    return versions;
  }
  const scheme = requireScheme(schemeName);
  const own = readVersion(installed, scheme).parseInScheme(scheme);
  const isNewer = ({ value }: Read<string>): boolean =>
    own !== undefined && value !== undefined && scheme.compare(value, own) > 0;
  const sorted = sortByVersion(versions, (version) => version, scheme);
  return [...sorted.filter(isNewer), ...sorted.filter((one) => !isNewer(one))].map(
    ({ item }) => item,
  );
}

/** Returns the highest version; versions that the scheme does not accept come last. */
export function findHighestVersion(versions: readonly string[], schemeName: string): string {
  const scheme = findSchemeByName(schemeName) ?? requireScheme();
  const sorted = sortByVersion(versions, (version) => version, scheme);
  const highest = sorted.findLast(({ value }) => value !== undefined) ?? sorted.at(-1);
  return present(highest, 'at least one version').item;
}

function requireScheme(name = 'fuzzy'): Scheme<unknown> {
  return present(findSchemeByName(name), 'a scheme for every name of one');
}

interface Read<Item> {
  readonly item: Item;
  readonly value: unknown;
}

/**
 * Sorts by the order of a scheme; versions that the scheme does not accept keep their order at the
 * end.
 */
function sortByVersion<Item>(
  items: readonly Item[],
  getText: (item: Item) => string,
  scheme: Scheme<unknown>,
): readonly Read<Item>[] {
  const read = items.map((item) => ({
    item,
    value: readVersion(getText(item), scheme).parseInScheme(scheme),
  }));
  return [
    ...read
      .filter(({ value }) => value !== undefined)
      .sort((left, right) => scheme.compare(left.value, right.value)),
    ...read.filter(({ value }) => value === undefined),
  ];
}

/** Returns the versions above the installed one in ascending order. */
export function listHigherVersions(
  installed: string,
  versions: readonly string[],
  schemeName: string,
): readonly string[] {
  const scheme = findSchemeByName(schemeName) ?? requireScheme();
  const own = readVersion(installed, scheme).parseInScheme(scheme);
  return own === undefined
    ? []
    : sortByVersion(versions, (version) => version, scheme)
        .filter(({ value }) => value !== undefined && scheme.compare(value, own) > 0)
        .map(({ item }) => item);
}
