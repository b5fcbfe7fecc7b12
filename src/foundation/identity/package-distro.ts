import type { Distro } from '../core/distro.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { parsePurl } from './purl/parse-purl.ts';
import { toPurlDistro } from './purl/purl-package.ts';

/** Packages whose URLs name a different distribution than the document or image that lists them. */
export interface PlacedPackages {
  readonly distro: Distro | undefined;
  readonly packages: readonly InventoryPackage[];
}

/**
 * Sets the distribution of each package whose package URL names a different one than the inventory:
 * the URL takes precedence. An inventory without a distribution gets the one that all of these URLs
 * name. If they name several, it has none, and each package is matched by its own.
 */
export function placePackages(
  packages: readonly InventoryPackage[],
  distro: Distro | undefined,
): PlacedPackages {
  const declared = new Map<InventoryPackage, Distro>();
  const distinct: Distro[] = [];
  for (const item of packages) {
    const own = readDistro(item.purl) ?? readVendor(item.purl, distro);
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

/** Changes the package in place: a copy would compute its lazy key. */
function withDistro(item: InventoryPackage, distro: Distro): InventoryPackage {
  return Object.assign(item, { distro });
}

/** Parsing every URL would take longer than reading the document. */
const NAMES_DISTRO = /[?&](?:distro|os_name)=/;

function readDistro(purl: string): Distro | undefined {
  const parsed = NAMES_DISTRO.test(purl) ? parsePurl(purl) : undefined;
  return parsed === undefined ? undefined : toPurlDistro(parsed);
}

/**
 * Distributions whose packages have the same type, but different versions. Derivatives are missing:
 * Raspbian, for example, may contain packages of Debian.
 */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['debian', 'deb'],
  ['ubuntu', 'deb'],
  ['alpine', 'apk'],
  ['wolfi', 'apk'],
]);

const HAS_VENDOR = /^pkg:\/*(?:apk|deb)\//i;

/** Returns the distribution in the namespace of a package URL if the document has another one. */
function readVendor(purl: string, distro: Distro | undefined): Distro | undefined {
  const type = VENDORS.get(distro?.id ?? '');
  // Most URLs name the distribution of the document, which is visible without parsing.
  const isOwn = purl.startsWith(`pkg:${type}/${distro?.id}/`);
  if (type === undefined || isOwn || !HAS_VENDOR.test(purl)) {
    return undefined;
  }
  const parsed = parsePurl(purl);
  const id = (parsed?.namespace ?? '').toLowerCase();
  const isOther = id !== distro?.id && parsed?.type === type && VENDORS.get(id) === type;
  return isOther ? { id, idLike: [] } : undefined;
}

/** `debian 12` and `debian 12.5` are the same release, and so are a version and its codename. */
function isSameRelease(left: Distro, right: Distro): boolean {
  if (left.id !== right.id) {
    return false;
  }
  const [a = '', b = ''] = [left.versionId, right.versionId];
  const [one = '', other = ''] = [left.versionCodename, right.versionCodename];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`) || (one !== '' && one === other);
}
