import type { Distro } from '../core/distro.ts';
import { RELEASE_PARTS } from './release-line.data.ts';

/**
 * Whether two `distro` qualifiers of package URLs mean one release: `debian-12` and every
 * `debian-12.5`, which are point releases of it, and the code name of the release that the target
 * has.
 *
 * @param own that of the package
 * @param distro of the target, which tells the code name
 */
export function isSameRelease(stated: string, own: string, distro: Distro | undefined): boolean {
  const [left, right] = [stated.toLowerCase(), own.toLowerCase()];
  return releaseOf(left) === releaseOf(right) || isCodename(left, distro);
}

/** `debian-12` of `debian-12.5`; of what has no releases the name alone. */
function releaseOf(qualifier: string): string {
  const [, id = '', version = ''] = /^(.*?)-(\d[\d.]*)$/.exec(qualifier) ?? [];
  const parts = RELEASE_PARTS.get(id);
  return parts === undefined ? qualifier : [id, ...version.split('.').slice(0, parts)].join('-');
}

/** `bookworm`, `debian-bookworm`, and behind a pocket: `esm-infra/xenial`. */
function isCodename(stated: string, distro: Distro | undefined): boolean {
  const codename = distro?.versionCodename?.toLowerCase() ?? '';
  const last = stated.split(/[-/]/).at(-1);
  return codename !== '' && last === codename;
}
