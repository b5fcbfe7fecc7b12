import type { ProductHash, ProductReference } from '../core/decision.ts';
import type { Distro } from '../core/distro.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { CPE_ATTRIBUTES, parseCpe } from '../identity/cpe-name/cpe.ts';
import { parsePurl } from '../identity/purl/parse-purl.ts';
import type { Purl } from '../identity/purl/purl.ts';
import { isInVers } from '../version/vers.ts';
import { isSameRelease } from './same-release.ts';

/** Whether a reference matches a package: how it does, or why it does not. */
export type PackageMatch =
  | { readonly isMatch: true; readonly how: string }
  | {
      readonly isMatch: false;
      /** The difference, as a sentence. */
      readonly miss: string;
      /** Degree of agreement, from 0 (none): the nearest miss has the highest. */
      readonly closeness: number;
    };

const NOTHING: PackageMatch = { isMatch: false, miss: 'it names another product', closeness: 0 };

/** Architectures that stand for the source package. */
const SOURCE_ARCHITECTURES: ReadonlySet<string> = new Set(['source', 'src']);

/**
 * Returns the best match of the most specific kind of identifier: a reference with package URLs
 * does not match every package of that name, and a CPE does not widen it.
 *
 * @param distro of the target, whose code name a package URL may state
 */
export function matchPackage(
  reference: ProductReference,
  item: InventoryPackage,
  distro?: Distro,
): PackageMatch {
  const hash = reference.hashes.find((one) => hasDigest(item, one));
  if (hash !== undefined) {
    return {
      isMatch: true,
      how: `the hash ${hash.algorithm}:${hash.value} is a digest of the package`,
    };
  }
  const { identifiers } = reference;
  const kinds = ['pkg:', 'cpe:'];
  const kind = kinds.find((prefix) => identifiers.some((one) => one.startsWith(prefix))) ?? '';
  return chooseBest(
    identifiers
      .filter((one) => one.startsWith(kind))
      .map((identifier) => matchIdentifier(identifier, { reference, item, distro })),
  );
}

function hasDigest({ digests = [] }: InventoryPackage, { algorithm, value }: ProductHash): boolean {
  return digests.some((one) => one.algorithm === algorithm && one.digits === value);
}

function chooseBest(matches: readonly PackageMatch[]): PackageMatch {
  return matches.reduce(
    (best, match) => (getCloseness(match) > getCloseness(best) ? match : best),
    NOTHING,
  );
}

/** A match is nearer than every miss. */
export function getCloseness(match: PackageMatch): number {
  return match.isMatch ? Number.POSITIVE_INFINITY : match.closeness;
}

interface Requested {
  readonly reference: ProductReference;
  readonly item: InventoryPackage;
  readonly distro: Distro | undefined;
}

function matchIdentifier(identifier: string, requested: Requested): PackageMatch {
  const { reference, item } = requested;
  if (identifier.startsWith('pkg:')) {
    const purl = parsePurl(identifier);
    return purl === undefined
      ? { isMatch: false, miss: `"${identifier}" is not a package URL`, closeness: 1 }
      : chooseBest(
          [...listPackageNames(item)].map((named) =>
            matchNamed({ stated: purl, written: identifier }, named, requested),
          ),
        );
  }
  if (identifier.startsWith('cpe:')) {
    return matchCpe(identifier, reference, item);
  }
  // A bare word such as `lodash` does not name an ecosystem, and therefore none of its packages.
  const isNamed =
    item.language === '' && [item.name, `${item.name}@${item.version}`].includes(identifier);
  return isNamed ? { isMatch: true, how: `"${identifier}" is the name of the package` } : NOTHING;
}

/** Name of the package or of one that it was built from. */
interface Named {
  readonly purl: Purl;
  readonly version: string;
  readonly isSource: boolean;
}

function* listPackageNames(item: InventoryPackage): Iterable<Named> {
  const purl = parsePurl(item.purl);
  if (purl === undefined) {
    return;
  }
  yield { purl, version: item.version, isSource: false };
  for (const { name, version = '' } of item.upstreams) {
    yield { purl: { ...purl, name }, version: version || item.version, isSource: true };
  }
}

interface StatedPurl {
  readonly stated: Purl;
  readonly written: string;
}

function matchNamed(
  { stated, written }: StatedPurl,
  named: Named,
  { reference: { versionRange }, item, distro }: Requested,
): PackageMatch {
  const { purl, isSource } = named;
  const isSame =
    stated.type === purl.type &&
    stated.name === purl.name &&
    (stated.namespace ?? '') === (purl.namespace ?? '');
  if (!isSame) {
    const isName = stated.name === purl.name;
    const miss = `it names ${stated.type}/${stated.namespace ?? ''}, but the package is ${purl.type}/${purl.namespace ?? ''}`;
    return isName ? { isMatch: false, miss, closeness: 1 } : NOTHING;
  }
  if (isSource && !isSourceStated(stated)) {
    const miss = `it names the binary package ${stated.name}; add "arch=source" to cover packages built from that source`;
    return { isMatch: false, miss, closeness: 2 };
  }
  const range = versionRange ?? (stated.version?.startsWith('vers:') ? stated.version : undefined);
  const versionMiss =
    range === undefined
      ? describeVersionDifference(stated, named, item)
      : describeRangeDifference(range, named.version, item);
  if (versionMiss !== undefined) {
    return { isMatch: false, miss: versionMiss, closeness: 3 };
  }
  const conflict = findQualifierConflict(stated, named, distro);
  if (conflict !== undefined) {
    return { isMatch: false, miss: conflict, closeness: 4 };
  }
  const what = isSource ? 'the source package' : 'the package';
  return { isMatch: true, how: `"${written}" names ${what}` };
}

/** A package may have the same name as a source that others were built from, too. */
function isSourceStated({ qualifiers = {} }: Purl): boolean {
  const { arch } = qualifiers;
  return arch !== undefined && SOURCE_ARCHITECTURES.has(arch);
}

function describeVersionDifference(
  { version: stated, qualifiers = {} }: Purl,
  { purl, version, isSource }: Named,
  item: InventoryPackage,
): string | undefined {
  const { epoch } = qualifiers;
  const whole = stated === undefined || epoch === undefined ? stated : `${epoch}:${stated}`;
  const own = isSource ? [version, item.version] : [version, purl.version ?? version];
  // A record may omit the epoch that a package URL has as a qualifier.
  const accepted = new Set(own.flatMap((one) => [one, one.replace(EPOCH, '')].map(stripV)));
  return whole === undefined ||
    [whole, whole.replace(/^0:/, '')].map(stripV).some((one) => accepted.has(one))
    ? undefined
    : `it is about version ${whole}, but the package has ${version}`;
}

const EPOCH = /^\d+:/;

/** Tags are written with and without `v`. */
function stripV(version: string): string {
  return version.replace(/^v(?=\d)/, '');
}

function describeRangeDifference(
  range: string,
  version: string,
  { type }: InventoryPackage,
): string | undefined {
  const isIn = isInVers(range, version, type);
  if (isIn === undefined) {
    return `the range "${range}" cannot be compared with ${version}`;
  }
  return isIn ? undefined : `${version} is not in "${range}"`;
}

/** Qualifiers that do not identify a package, or are compared elsewhere. */
const OPEN_QUALIFIERS: ReadonlySet<string> = new Set(['epoch', 'upstream']);

/**
 * A qualifier on only one side is not a conflict: package URLs are written with and without them.
 * Two different values are, unless they name the same release of a distribution.
 */
function findQualifierConflict(
  stated: Purl,
  { purl: own }: Named,
  distro: Distro | undefined,
): string | undefined {
  const { qualifiers = {}, subpath = '' } = stated;
  for (const [name, value] of Object.entries(qualifiers)) {
    const other = own.qualifiers?.[name];
    if (value === undefined || other === undefined || OPEN_QUALIFIERS.has(name)) {
      continue;
    }
    const isSource = name === 'arch' && SOURCE_ARCHITECTURES.has(value);
    const isRelease = name === 'distro' && isSameRelease(value, other, distro);
    if (other !== value && !isSource && !isRelease) {
      return `its ${name} is ${value}, but the package has ${other}`;
    }
  }
  return subpath === '' || subpath === own.subpath
    ? undefined
    : `it is about the part "${subpath}"`;
}

function matchCpe(
  written: string,
  { versionRange }: ProductReference,
  item: InventoryPackage,
): PackageMatch {
  const stated = parseCpe(written);
  if (stated === undefined) {
    return NOTHING;
  }
  let best = NOTHING;
  for (const { cpe } of item.cpes) {
    const own = parseCpe(cpe);
    if (own === undefined || stated.product !== own.product || stated.vendor !== own.vendor) {
      continue;
    }
    const differing = CPE_ATTRIBUTES.find(
      (name) => stated[name] !== '' && own[name] !== '' && stated[name] !== own[name],
    );
    const miss =
      versionRange === undefined || stated.version !== ''
        ? differing &&
          `its ${differing} is ${stated[differing]}, but the package has ${own[differing]}`
        : describeRangeDifference(versionRange, item.version, item);
    if (miss === undefined) {
      return { isMatch: true, how: `"${written}" names a CPE of the package` };
    }
    best = { isMatch: false, miss, closeness: 3 };
  }
  return best;
}
