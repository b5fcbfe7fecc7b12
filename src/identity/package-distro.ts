import type { Distro } from '../core/distro.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { parsePurl } from './purl/parse-purl.ts';
import { toPurlDistro } from './purl/purl-package.ts';

/** Packages whose URLs name another distribution than the document or image they are listed in. */
export interface PlacedPackages {
  readonly distro: Distro | undefined;
  readonly packages: readonly InventoryPackage[];
}

/**
 * Gives each package the distribution that its package URL names, if that is not the one of the
 * inventory: the URL wins. Without a distribution, the inventory gets the one that all of these
 * URLs name; if they name several, it has none, and each package is matched by its own.
 */
export function placePackages(
  packages: readonly InventoryPackage[],
  distro: Distro | undefined,
): PlacedPackages {
  const declared = new Map<InventoryPackage, Distro>();
  const distinct: Distro[] = [];
  for (const item of packages) {
    const own = readDistro(item.purl);
    if (own === undefined) {
      continue;
    }
    const known = distinct.find((one) => isSameRelease(one, own));
    if (known === undefined) {
      distinct.push(own);
    }
    declared.set(item, known ?? own);
  }
  const [only, other] = distinct;
  const common = distro ?? (other === undefined ? only : undefined);
  const isCommon = (own: Distro): boolean => common !== undefined && isSameRelease(common, own);
  if (distinct.every(isCommon)) {
    return { distro: common, packages };
  }
  return {
    distro: common,
    packages: packages.map((item) => {
      const own = declared.get(item);
      return own === undefined || isCommon(own) ? item : withDistro(item, own);
    }),
  };
}

/** In place: a copy would compute the lazy key of the package. */
function withDistro(item: InventoryPackage, distro: Distro): InventoryPackage {
  return Object.assign(item, { distro });
}

/** Parsing every URL would take longer than reading the document. */
const NAMES_DISTRO = /[?&](?:distro|os_name)=/;

function readDistro(purl: string): Distro | undefined {
  const parsed = NAMES_DISTRO.test(purl) ? parsePurl(purl) : undefined;
  return parsed === undefined ? undefined : toPurlDistro(parsed);
}

/** `debian 12` and `debian 12.5` are one release, as are a version and its codename. */
function isSameRelease(left: Distro, right: Distro): boolean {
  if (left.id !== right.id) {
    return false;
  }
  const [a = '', b = ''] = [left.versionId, right.versionId];
  const [one = '', other = ''] = [left.versionCodename, right.versionCodename];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`) || (one !== '' && one === other);
}
