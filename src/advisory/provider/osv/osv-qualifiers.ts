import type { AdvisoryPlatforms, AdvisoryQualifiers } from '../../../core/advisory.ts';
import { toText } from '../../../core/to-text.ts';
import { type FeedObject, selectTexts, toList, toObject } from '../feed-value.ts';

/** RustSec's classes of informational advisories without a vulnerability. */
const NOTICES: ReadonlySet<string> = new Set(['notice', 'unmaintained']);

/**
 * Returns whether a statement is only a notice about a package, for example that it is
 * unmaintained. RustSec, "Advisory format", `informational`.
 */
export function isNotice(affected: FeedObject | undefined): boolean {
  const specific = toObject(affected?.['database_specific']);
  return NOTICES.has(toText(specific?.['informational']));
}

/**
 * Returns the functions and platforms that a statement is limited to. `undefined` if the statement
 * applies to the whole package.
 *
 * Go: `ecosystem_specific.imports`, https://go.dev/doc/security/vuln/database. Rust:
 * `ecosystem_specific.affects`, RustSec, "Advisory format". Rust functions are left out, because
 * functions inlined by the compiler leave no name in a program.
 */
export function readOsvQualifiers(affected: FeedObject): AdvisoryQualifiers | undefined {
  const specific = toObject(affected['ecosystem_specific']);
  const imports = toList(specific?.['imports'])
    .map(toObject)
    .filter((one) => one !== undefined);
  const affects = toObject(specific?.['affects']);
  const platforms =
    affects === undefined ? mergePlatforms(imports) : readPlatforms(affects, 'os', 'arch');
  const functions = imports
    .map((one) => ({ path: toText(one['path']), symbols: selectTexts(one['symbols']) }))
    .filter(({ path }) => path !== '');
  const isAnywhere = platforms.systems.length + platforms.architectures.length === 0;
  const qualifiers: AdvisoryQualifiers = {
    ...(functions.length === 0 ? {} : { imports: functions }),
    ...(isAnywhere ? {} : { platforms }),
  };
  return Object.keys(qualifiers).length === 0 ? undefined : qualifiers;
}

function readPlatforms(
  element: FeedObject,
  systems: 'goos' | 'os',
  architectures: 'goarch' | 'arch',
): AdvisoryPlatforms {
  return {
    systems: selectTexts(element[systems]),
    architectures: selectTexts(element[architectures]),
  };
}

/** If any source package is affected on all platforms, the whole statement applies to all. */
function mergePlatforms(imports: readonly FeedObject[]): AdvisoryPlatforms {
  const all = imports.map((one) => readPlatforms(one, 'goos', 'goarch'));
  const mergeLists = (lists: readonly (readonly string[])[]): readonly string[] =>
    lists.some((list) => list.length === 0) ? [] : [...new Set(lists.flat())];
  return {
    systems: mergeLists(all.map(({ systems }) => systems)),
    architectures: mergeLists(all.map(({ architectures }) => architectures)),
  };
}
