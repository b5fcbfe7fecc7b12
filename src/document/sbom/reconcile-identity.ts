import type { InventoryPackage } from '../../core/inventory.ts';
import { parsePurl } from '../../identity/purl/parse-purl.ts';
import { packageOfPurl } from '../../identity/purl/purl-package.ts';

/** Packages after their names and versions were compared with their package URLs. */
export interface ReconciledPackages {
  readonly packages: readonly InventoryPackage[];
  /** One sentence for each package whose record contradicts its package URL. */
  readonly contradictions: readonly string[];
}

/**
 * Compares the name and version of each package with its package URL, without type prefix, group,
 * scope, letter case and epoch. If they differ, the URL wins, and the declared name and version
 * become a package of their own: both are looked up, since nothing shows which one is right.
 */
export function reconcileIdentities(packages: readonly InventoryPackage[]): ReconciledPackages {
  const contradictions: string[] = [];
  const reconciled = packages.flatMap((item) => {
    const purl = item.purl === '' ? undefined : parsePurl(item.purl);
    if (purl === undefined) {
      return [item];
    }
    const named = packageOfPurl(purl);
    const isSameName = fitsName(item.name, purl.name);
    const isSameVersion = fitsVersion(item.version, purl.version ?? '');
    if (isSameName && isSameVersion) {
      return [item];
    }
    const parts = [...(isSameName ? [] : ['name']), ...(isSameVersion ? [] : ['version'])];
    contradictions.push(
      `The ${parts.join(' and ')} of "${item.name}" ${item.version} contradicts its package URL ${item.purl}: both are looked up.`,
    );
    const version = isSameVersion ? item.version : named.version;
    const byPurl = { ...item, name: isSameName ? item.name : named.name, version };
    const declared = { ...item, key: `${item.key} as declared`, purl: '', rule: DECLARED_RULE };
    return [byPurl, declared];
  });
  return { packages: contradictions.length === 0 ? packages : reconciled, contradictions };
}

const DECLARED_RULE = 'a name and version that contradict the package URL beside them';

/** `pip:Requests`, `@scope/name` and `group:name` name what the URL calls `requests` and `name`. */
function fitsName(declared: string, name: string): boolean {
  const [one, other] = [normalizeName(declared), normalizeName(name)];
  return one === other || lastPart(one) === lastPart(other);
}

function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
}

/** A URL without a version agrees with every version. */
function fitsVersion(declared: string, version: string): boolean {
  const [one, other] = [normalizeVersion(declared), normalizeVersion(version)];
  return other === '' || one === '' || one === other;
}

function normalizeVersion(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^\d{1,9}:/, '')
    .replace(/^v(?=\d)/, '');
}
