import type { FeedSystem } from '../contract.ts';
import { createFeedSystem } from '../feed-system.ts';
import { parseOpenEulerRelease } from '../openeuler-release.ts';
import { parseRedHatStream } from '../red-hat-stream.ts';
import { DEBIAN_VERSIONS, UBUNTU_CODENAMES } from '../release.data.ts';
import { parseOpenSuseProduct, parseSuseProduct } from '../suse-product.ts';
import { OSV_DISTRIBUTIONS, type OsvDistribution } from './osv-system.data.ts';

/** The release that an `affected` element is about. */
export interface OsvRelease {
  readonly system: FeedSystem;
  readonly distribution: OsvDistribution;
  /** Whether only packages that Root.io rebuilt are meant. */
  readonly isRebuild?: boolean;
}

const DEBIAN_CODENAMES: ReadonlyMap<string, string> = new Map(
  Array.from(DEBIAN_VERSIONS, ([codename, version]) => [version, codename]),
);
/** Releases of Alpine and Alpaquita without a number. */
const ROLLING_RELEASES: ReadonlySet<string> = new Set(['edge', 'stream']);
/** Before the ecosystem of the packages that Root.io rebuilds. */
const REBUILDS = 'Root:';
const NUMBERS = /^v?(\d{1,6})(?:\.(\d{1,6}))?$/;
/** `22.04`, `22.04:LTS`, `Pro:18.04:LTS`, `Pro:FIPS-updates:20.04:LTS`. */
const UBUNTU_RELEASE = /^(?:Pro:(?:([A-Za-z][A-Za-z-]*):)?)?(\d{1,3})\.(\d{1,3})(?::LTS)?$/;
/** Part of the `distro` qualifier of Rocky Linux: `rocky-linux-8-sig-cloud`. */
const ROCKY_GROUP = /[?&]distro=rocky-linux-\d+(?:\.\d+)?-(sig-[a-z0-9-]+|nfv|rt)(?:&|$)/;

/**
 * Returns the release that an ecosystem with a suffix names, such as `Debian:12`. OSV schema,
 * `affected[].package.ecosystem`.
 *
 * @param purl - the package URL of the same element, or an empty string
 * @returns `undefined` if the ecosystem is not a release of a known distribution
 */
export function parseOsvRelease(ecosystem: string, purl: string): OsvRelease | undefined {
  if (ecosystem.startsWith(REBUILDS)) {
    const original = parseOsvRelease(ecosystem.slice(REBUILDS.length), purl);
    return original && { ...original, isRebuild: true };
  }
  const colon = ecosystem.indexOf(':');
  const [name, release] =
    colon === -1 ? [ecosystem, ''] : [ecosystem.slice(0, colon), ecosystem.slice(colon + 1)];
  const distribution = OSV_DISTRIBUTIONS.get(name);
  const parts = distribution === undefined ? undefined : RELEASES[distribution.release](release);
  if (distribution === undefined || parts === undefined) {
    return undefined;
  }
  const { name: systemName, releaseId } = distribution;
  const channel = ROCKY_GROUP.exec(purl)?.[1] ?? '';
  const system = createFeedSystem({ name: systemName, releaseId, channel, ...parts });
  return { system, distribution };
}

const RELEASES: Readonly<
  Record<OsvDistribution['release'], (release: string) => Partial<FeedSystem> | undefined>
> = {
  none: () => ({}),
  numbers: (release) => {
    const [, majorVersion, minorVersion = ''] = NUMBERS.exec(release) ?? [];
    if (majorVersion === undefined) {
      return ROLLING_RELEASES.has(release) ? { label: release } : undefined;
    }
    return { majorVersion, minorVersion };
  },
  debian: (release) => {
    const [, majorVersion, minor = ''] = NUMBERS.exec(release) ?? [];
    if (majorVersion === undefined) {
      return release === 'sid' ? { label: 'unstable' } : undefined;
    }
    // Point releases have no statements of their own; before 4.0, `3.1` was a release.
    const minorVersion = minor === '0' ? '' : minor;
    const version = minorVersion === '' ? majorVersion : `${majorVersion}.${minorVersion}`;
    return { majorVersion, minorVersion, codename: DEBIAN_CODENAMES.get(version) ?? '' };
  },
  'red-hat': parseRedHatStream,
  suse: parseSuseProduct,
  opensuse: parseOpenSuseProduct,
  openeuler: parseOpenEulerRelease,
  ubuntu: (release) => {
    const [, service, majorVersion, minorVersion = ''] = UBUNTU_RELEASE.exec(release) ?? [];
    if (majorVersion === undefined) {
      return undefined;
    }
    const codename = UBUNTU_CODENAMES.get(`${majorVersion}.${minorVersion}`) ?? '';
    const channel = release.startsWith('Pro:') ? (service?.toLowerCase() ?? 'esm') : '';
    return { majorVersion, minorVersion, codename, channel };
  },
};
