import type { AdvisoryDatabase, OperatingSystem } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import type { EndOfLife } from './matcher.ts';

/**
 * The version of a distro in its `os-release` file, and its first two numbers without leading
 * zeros.
 */
export interface SystemVersion {
  readonly text: string;
  readonly major: string;
  readonly minor: string;
}

export function parseSystemVersion(distro: Distro): SystemVersion {
  const stated = [distro.versionId, distro.version].filter((text) => text !== undefined);
  const text = stated.find((one) => /^v?[0-9]/.test(one)) ?? distro.versionId ?? '';
  const [, major = '', minor = ''] = /^v?0*([0-9]+)(?:\.0*([0-9]+))?/.exec(text) ?? [];
  return { text, major, minor };
}

export function formatSystemTitle(distro: Distro | undefined): string {
  return distro === undefined
    ? ''
    : `${distro.id} ${parseSystemVersion(distro).text || (distro.versionCodename ?? '')}`.trim();
}

/**
 * Finds the release whose dates apply to the distro: of the same name and version, or its major
 * version.
 */
function findDatedRelease(
  distro: Distro,
  database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
): OperatingSystem | undefined {
  const exact = database.findLifecycle(distro);
  if (exact?.endOfLife !== undefined) {
    return exact;
  }
  const { major } = parseSystemVersion(distro);
  return database
    .listOwnReleases(distro)
    .find((system) => system.majorVersion === major && system.minorVersion === '');
}

/**
 * Returns the date after which the vendor publishes no fixes. A rebuild without a date of its own,
 * such as CentOS, has the date of the releases whose advisories apply to it: it cannot have fixes
 * without them. `undefined` without a version.
 */
export function findEndOfLife(
  distro: Distro,
  database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
  answering: readonly OperatingSystem[],
): EndOfLife | undefined {
  if (isVersionUnknown(distro)) {
    return undefined;
  }
  const own = findDatedRelease(distro, database);
  if (own !== undefined) {
    return toEndOfLife(own);
  }
  let latest: EndOfLife | undefined;
  for (const { name, majorVersion, minorVersion, endOfLife: date } of answering) {
    if (date === undefined) {
      return undefined;
    }
    if (latest === undefined || Date.parse(date) > Date.parse(latest.date)) {
      const version = [majorVersion, minorVersion].filter(Boolean).join('.');
      latest = { date, parent: `${name} ${version}`.trim() };
    }
  }
  return latest;
}

export function toEndOfLife(release: OperatingSystem | undefined): EndOfLife | undefined {
  return release?.endOfLife === undefined ? undefined : { date: release.endOfLife };
}

/**
 * Returns the releases that are the distro's own, or its major version. A database with neither may
 * return all other point releases, or every release if the version is unknown; their statements are
 * not about this one.
 */
export function selectOwnReleases(
  distro: Distro,
  systems: readonly OperatingSystem[],
): readonly OperatingSystem[] {
  const { minor } = parseSystemVersion(distro);
  if (isVersionUnknown(distro)) {
    return selectRollingReleases(distro, systems);
  }
  const stated = systems.filter((system) => system.minorVersion !== '');
  const isOwnName = stated.every(({ name, releaseId }) => [name, releaseId].includes(distro.id));
  const minors = new Set(stated.map((system) => system.minorVersion));
  const isOther = isOwnName && minor !== '' && !minors.has(minor);
  return minors.size > 1 || isOther
    ? systems.filter((system) => system.minorVersion === '' || system.minorVersion === minor)
    : systems;
}

/** Names of the branch without versions that some distributions have besides their releases. */
const ROLLING_BRANCH = /\b(?:edge|rawhide|rolling|sid|tumbleweed|unstable)\b/i;

/**
 * Returns the releases of a distro without a version. Most rolling distributions have nothing else.
 * A stable release also looks like this if its os-release was trimmed, so a branch such as Debian's
 * unstable only counts if the distro names it.
 */
function selectRollingReleases(
  { prettyName = '', version = '' }: Distro,
  systems: readonly OperatingSystem[],
): readonly OperatingSystem[] {
  const rolling = systems.filter((system) => system.majorVersion === '');
  const isOnlyRolling = systems.every(
    ({ majorVersion, label }) => majorVersion === '' && (label === '' || label === 'rolling'),
  );
  return isOnlyRolling || ROLLING_BRANCH.test(`${prettyName} ${version}`) ? rolling : [];
}

/** Returns whether no file of the distro names its version or codename. */
export function isVersionUnknown(distro: Distro): boolean {
  // A channel such as `+esm` alone does not name a release.
  const [version = ''] = parseSystemVersion(distro).text.split('+', 1);
  return version === '' && (distro.versionCodename ?? '') === '';
}
