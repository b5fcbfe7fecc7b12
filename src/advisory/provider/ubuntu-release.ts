import type { FeedSystem } from './contract.ts';
import { UBUNTU_CODENAMES } from './release.data.ts';

/** Services of plain Ubuntu Pro, in `esm-infra/focal`; `trusty/esm` has it as a suffix. */
const PRO_SERVICES: ReadonlySet<string> = new Set([
  'esm',
  'esm-apps',
  'esm-infra',
  'esm-infra-legacy',
  'esm-apps-legacy',
]);

/** Channel of plain Ubuntu Pro. Other services, such as FIPS, have separate builds. */
export const UBUNTU_PRO = 'esm';

const VERSIONS: ReadonlyMap<string, string> = new Map(
  Array.from(UBUNTU_CODENAMES, ([version, codename]) => [codename, version]),
);

/** A release, and the channel of a service; an empty one is the release itself. */
export interface UbuntuRelease {
  readonly codename: string;
  readonly channel: string;
}

/** Splits `focal`, `trusty/esm`, `esm-infra/xenial` or `fips-updates/focal`. */
export function splitUbuntuRelease(text: string): UbuntuRelease {
  const [first = '', second] = text.split('/', 2);
  const [codename, service = ''] =
    second === undefined || VERSIONS.has(first) ? [first, second] : [second, first];
  return { codename, channel: PRO_SERVICES.has(service) ? UBUNTU_PRO : service };
}

export function isUbuntuCodename(codename: string): boolean {
  return VERSIONS.has(codename);
}

export function createUbuntuSystem({ codename, channel }: UbuntuRelease): FeedSystem {
  const [majorVersion = '', minorVersion = ''] = (VERSIONS.get(codename) ?? '').split('.');
  const base = { name: 'ubuntu', releaseId: 'ubuntu', label: '' };
  return { ...base, majorVersion, minorVersion, codename, channel };
}
