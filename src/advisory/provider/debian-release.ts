import type { FeedSystem } from './contract.ts';
import { DEBIAN_UNSTABLE, DEBIAN_VERSIONS } from './release.data.ts';

/** Returns the release of Debian with a codename; `undefined` if it is unknown. */
export function findDebianSystem(codename: string): FeedSystem | undefined {
  const base = { name: 'debian', releaseId: 'debian', minorVersion: '', channel: '' };
  if (codename === DEBIAN_UNSTABLE) {
    return { ...base, majorVersion: '', label: 'unstable', codename: '' };
  }
  const [majorVersion, minorVersion = ''] = DEBIAN_VERSIONS.get(codename)?.split('.') ?? [];
  return majorVersion === undefined
    ? undefined
    : { ...base, majorVersion, minorVersion, label: '', codename };
}
