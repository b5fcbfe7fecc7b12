import type { Distro } from '../core/distro.ts';
import { RELEASE_PARTS } from './release-line.data.ts';

/**
 * Returns whether two `distro` qualifiers of package URLs mean the same release: `debian-12`
 * matches its point releases such as `debian-12.5`, and the code name of the target's release.
 *
 * @param own that of the package
 * @param distro of the target, which has the code name
 */
export function isSameRelease(stated: string, own: string, distro: Distro | undefined): boolean {
  const [left, right] = [stated.toLowerCase(), own.toLowerCase()];
  return toRelease(left) === toRelease(right) || isCodename(left, distro);
}

/** `debian-12` for `debian-12.5`; only the name for systems without releases. */
function toRelease(qualifier: string): string {
  const [, id = '', version = ''] = /^(.*?)-(\d[\d.]*)$/.exec(qualifier) ?? [];
  const parts = RELEASE_PARTS.get(id);
  return parts === undefined ? qualifier : [id, ...version.split('.').slice(0, parts)].join('-');
}

/** `bookworm`, `debian-bookworm`, and after a pocket: `esm-infra/xenial`. */
function isCodename(stated: string, distro: Distro | undefined): boolean {
  const codename = distro?.versionCodename?.toLowerCase() ?? '';
  const last = stated.split(/[-/]/).at(-1);
  return codename !== '' && last === codename;
}
