import type { AdvisoryDatabase, OperatingSystem } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import type { EndOfLife } from './matcher.ts';

/**
 * The version of a distro that its `os-release` file gives, and its first two numbers
 * without leading zeros.
 */
export interface SystemVersion {
  readonly text: string;
  readonly major: string;
  readonly minor: string;
}

export function systemVersionOf(distro: Distro): SystemVersion {
  const stated = [distro.versionId, distro.version].filter((text) => text !== undefined);
  const text = stated.find((one) => /^v?[0-9]/.test(one)) ?? distro.versionId ?? '';
  const [, major = '', minor = ''] = /^v?0*([0-9]+)(?:\.0*([0-9]+))?/.exec(text) ?? [];
  return { text, major, minor };
}

export function systemTitleOf(distro: Distro | undefined): string {
  return distro === undefined
    ? ''
    : `${distro.id} ${systemVersionOf(distro).text || (distro.versionCodename ?? '')}`.trim();
}

/**
 * The release whose dates hold for the distro: of the same name and version, or of the major
 * version that it is a point release of.
 */
function findDatedRelease(
  distro: Distro,
  database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
): OperatingSystem | undefined {
  const exact = database.findLifecycle(distro);
  if (exact?.endOfLife !== undefined) {
    return exact;
  }
  const { major } = systemVersionOf(distro);
  return database
    .listOwnReleases(distro)
    .find((system) => system.majorVersion === major && system.minorVersion === '');
}

/**
 * The date after which the vendor gives no fixes. A rebuild without a date of its own, such as
 * CentOS, has the date of the releases whose advisories answer for it: without them it cannot have
 * fixes either.
 */
export function findEndOfLife(
  distro: Distro,
  database: Pick<AdvisoryDatabase, 'findLifecycle' | 'listOwnReleases'>,
  answering: readonly OperatingSystem[],
): EndOfLife | undefined {
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
 * The releases that are the distro's own, or the major version that it is a point release of. A
 * database that has neither may answer with all other point releases, or where the version cannot
 * be told with every release, whose statements are not about this one.
 */
export function ownReleases(
  distro: Distro,
  systems: readonly OperatingSystem[],
): readonly OperatingSystem[] {
  const { text, minor } = systemVersionOf(distro);
  if (text === '' && (distro.versionCodename ?? '') === '') {
    return systems.filter((system) => system.majorVersion === '');
  }
  const stated = systems.filter((system) => system.minorVersion !== '');
  const isOwnName = stated.every(({ name, releaseId }) => [name, releaseId].includes(distro.id));
  const minors = new Set(stated.map((system) => system.minorVersion));
  const isOther = isOwnName && minor !== '' && !minors.has(minor);
  return minors.size > 1 || isOther
    ? systems.filter((system) => system.minorVersion === '' || system.minorVersion === minor)
    : systems;
}
