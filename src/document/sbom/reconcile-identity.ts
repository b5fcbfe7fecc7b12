import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import type { Purl } from '../../foundation/identity/purl/purl.ts';
import { toPurlPackage } from '../../foundation/identity/purl/purl-package.ts';

/** Packages after their names and versions were compared with their package URLs. */
export interface ReconciledPackages {
  readonly packages: readonly InventoryPackage[];
  /** One sentence for each package whose record contradicts its package URL. */
  readonly contradictions: readonly string[];
}

/**
 * Compares the name and version of each package with its package URL, without type prefix, group,
 * scope, letter case and epoch. If they differ, the URL wins, and the declared name and version
 * become a package of their own: both are looked up, because nothing shows which one is right. A
 * name in another spelling, such as GitHub's `pip:requests`, becomes that of the URL, under which
 * advisories are filed; a spelling that the ecosystem treats as the same is kept.
 */
export function reconcileIdentities(packages: readonly InventoryPackage[]): ReconciledPackages {
  const contradictions: string[] = [];
  const reconciled = packages.flatMap((item) => {
    const purl = item.purl === '' ? undefined : parsePurl(item.purl);
    if (purl === undefined) {
      return [item];
    }
    const named = toPurlPackage(purl);
    const isSameName = isNameMatch(item.name, purl);
    const isSameVersion = isVersionMatch(item.version, purl.version ?? '');
    if (isSameName && isSameVersion) {
      return [isSpelledAlike(item.name, named.name, purl) ? item : { ...item, name: named.name }];
    }
    const parts = [...(isSameName ? [] : ['name']), ...(isSameVersion ? [] : ['version'])];
    contradictions.push(
      `the ${parts.join(' and ')} of "${item.name}" ${item.version} contradicts its package URL ${item.purl}: both are matched`,
    );
    const version = isSameVersion ? item.version : named.version;
    const isKept = isSameName && isSpelledAlike(item.name, named.name, purl);
    const byPurl = { ...item, name: isKept ? item.name : named.name, version };
    const declared = { ...item, key: `${item.key} as declared`, purl: '', rule: DECLARED_RULE };
    return [byPurl, declared];
  });
  const isAsDeclared = reconciled.every((item, place) => item === packages[place]);
  return { packages: isAsDeclared ? packages : reconciled, contradictions };
}

const DECLARED_RULE = 'a declared name and version that contradict the package URL';

/**
 * `pip:Requests`, `@scope/name`, `group:name` and dpkg's `name:amd64` match the URL's `requests`
 * and `name`. A name with spaces, such as Black Duck's "Apache Log4j", is a title: no package can
 * have it.
 */
function isNameMatch(declared: string, { name, qualifiers = {} }: Purl): boolean {
  if (/\S\s+\S/.test(declared) && !/\s/.test(name)) {
    return true;
  }
  const architecture = qualifiers['arch'] ?? '';
  const isQualified = architecture !== '' && declared === `${name}:${architecture}`;
  const [one, other] = [normalizeName(declared), normalizeName(name)];
  return isQualified || one === other || getLastPart(one) === getLastPart(other);
}

/** Types whose names are compared without letter case; for pypi also without punctuation. */
const CASELESS_TYPES: ReadonlySet<string> = new Set([
  'bitbucket',
  'composer',
  'github',
  'nuget',
  'pypi',
]);

/** Returns whether the ecosystem treats a name as the URL's, possibly after its group. */
function isSpelledAlike(declared: string, named: string, purl: Purl): boolean {
  const { type, namespace = '', name } = purl;
  const fold = (text: string): string => {
    const folded = CASELESS_TYPES.has(type) ? text.toLowerCase() : text;
    return type === 'pypi' ? normalizeName(folded) : folded;
  };
  const isGrouped = type === 'maven' && namespace !== '';
  return [named, ...(isGrouped ? [`${namespace}:${name}`] : [])].some(
    (one) => fold(one) === fold(declared),
  );
}

function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function getLastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
}

/** A URL without a version matches every version. */
function isVersionMatch(declared: string, version: string): boolean {
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
