import type { AdvisoryPlatforms, AdvisoryQualifiers } from '../../../core/advisory.ts';
import { asList, asObject, asText, asTexts, type FeedObject } from '../feed-value.ts';

/** What RustSec writes of crates in which nothing is known to be vulnerable. */
const NOTICES: ReadonlySet<string> = new Set(['notice', 'unmaintained']);

/**
 * Whether a statement is no more than news of a package, as that nobody maintains it. RustSec,
 * "Advisory format", `informational`.
 */
export function isNotice(affected: FeedObject | undefined): boolean {
  const specific = asObject(affected?.['database_specific']);
  return NOTICES.has(asText(specific?.['informational']));
}

/**
 * What a statement is about of its package: functions and platforms. `undefined`: all of it.
 *
 * Go: `ecosystem_specific.imports`, https://go.dev/doc/security/vuln/database. Rust:
 * `ecosystem_specific.affects`, RustSec, "Advisory format"; functions of Rust are left out, since
 * what the compiler puts into their callers leaves no name in a program.
 */
export function osvQualifiers(affected: FeedObject): AdvisoryQualifiers | undefined {
  const specific = asObject(affected['ecosystem_specific']);
  const imports = asList(specific?.['imports'])
    .map(asObject)
    .filter((one) => one !== undefined);
  const affects = asObject(specific?.['affects']);
  const platforms =
    affects === undefined ? platformsOfAll(imports) : platformsOf(affects, 'os', 'arch');
  const functions = imports
    .map((one) => ({ path: asText(one['path']), symbols: asTexts(one['symbols']) }))
    .filter(({ path }) => path !== '');
  const isAnywhere = platforms.systems.length + platforms.architectures.length === 0;
  const qualifiers: AdvisoryQualifiers = {
    ...(functions.length === 0 ? {} : { imports: functions }),
    ...(isAnywhere ? {} : { platforms }),
  };
  return Object.keys(qualifiers).length === 0 ? undefined : qualifiers;
}

function platformsOf(
  element: FeedObject,
  systems: 'goos' | 'os',
  architectures: 'goarch' | 'arch',
): AdvisoryPlatforms {
  return { systems: asTexts(element[systems]), architectures: asTexts(element[architectures]) };
}

/** One source package that is affected anywhere leaves all of the statement to hold anywhere. */
function platformsOfAll(imports: readonly FeedObject[]): AdvisoryPlatforms {
  const all = imports.map((one) => platformsOf(one, 'goos', 'goarch'));
  const named = (lists: readonly (readonly string[])[]): readonly string[] =>
    lists.some((list) => list.length === 0) ? [] : [...new Set(lists.flat())];
  return {
    systems: named(all.map(({ systems }) => systems)),
    architectures: named(all.map(({ architectures }) => architectures)),
  };
}
