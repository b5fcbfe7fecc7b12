import type { ProductReference } from '../core/decision.ts';
import type { InventoryPackage } from '../core/inventory.ts';
import { CPE_ATTRIBUTES, parseCpe } from '../parse/cpe/cpe.ts';
import { parsePurl } from '../parse/purl/parse-purl.ts';
import type { Purl } from '../parse/purl/purl.ts';
import { isInVers } from '../version/vers.ts';

/** Whether a reference means a package: how it does, or what keeps it from it. */
export type PackageFit =
  | { readonly isFit: true; readonly how: string }
  | {
      readonly isFit: false;
      /** What differs, as a sentence. */
      readonly miss: string;
      /** How much agrees, from 0 (nothing): the nearest miss is the greatest. */
      readonly nearness: number;
    };

const NOTHING: PackageFit = { isFit: false, miss: 'it names something else', nearness: 0 };

/** Architectures that stand for the source package. */
const SOURCE_ARCHITECTURES: ReadonlySet<string> = new Set(['source', 'src']);

/** The best that any identifier of the reference comes to. */
export function fitPackage(reference: ProductReference, item: InventoryPackage): PackageFit {
  let best = NOTHING;
  for (const identifier of reference.identifiers) {
    const fit = fitIdentifier(identifier, reference, item);
    if (fit.isFit) {
      return fit;
    }
    best = !best.isFit && fit.nearness > best.nearness ? fit : best;
  }
  return best;
}

function fitIdentifier(
  identifier: string,
  reference: ProductReference,
  item: InventoryPackage,
): PackageFit {
  if (identifier.startsWith('pkg:')) {
    const purl = parsePurl(identifier);
    return purl === undefined ? NOTHING : fitPurl(purl, identifier, reference, item);
  }
  if (identifier.startsWith('cpe:')) {
    return fitCpe(identifier, reference, item);
  }
  const isNamed = identifier === item.name || identifier === `${item.name}@${item.version}`;
  return isNamed ? { isFit: true, how: `"${identifier}" is the name of the package` } : NOTHING;
}

/** What the package may be called: itself, or what it was built from. */
interface Named {
  readonly purl: Purl;
  readonly version: string;
  readonly isSource: boolean;
}

function* namesOf(item: InventoryPackage): Iterable<Named> {
  const purl = parsePurl(item.purl);
  if (purl === undefined) {
    return;
  }
  yield { purl, version: item.version, isSource: false };
  for (const { name, version = '' } of item.upstreams) {
    yield { purl: { ...purl, name }, version: version || item.version, isSource: true };
  }
}

function fitPurl(
  stated: Purl,
  written: string,
  { versionRange }: ProductReference,
  item: InventoryPackage,
): PackageFit {
  let best = NOTHING;
  for (const named of namesOf(item)) {
    const fit = fitNamed({ stated, written, versionRange }, named, item);
    if (fit.isFit) {
      return fit;
    }
    best = !best.isFit && fit.nearness > best.nearness ? fit : best;
  }
  return best;
}

interface StatedPurl {
  readonly stated: Purl;
  readonly written: string;
  readonly versionRange: string | undefined;
}

function fitNamed(
  { stated, written, versionRange }: StatedPurl,
  { purl, version, isSource }: Named,
  item: InventoryPackage,
): PackageFit {
  const isSame =
    stated.type === purl.type &&
    stated.name === purl.name &&
    (stated.namespace ?? '') === (purl.namespace ?? '');
  if (isSame && isSource && isOneBinary(stated)) {
    return { isFit: false, miss: 'it names another package of the same source', nearness: 2 };
  }
  if (!isSame) {
    const isName = stated.name === purl.name;
    const miss = `it names ${stated.type}/${stated.namespace ?? ''}, the package is ${purl.type}/${purl.namespace ?? ''}`;
    return isName ? { isFit: false, miss, nearness: 1 } : NOTHING;
  }
  const range = versionRange ?? (stated.version?.startsWith('vers:') ? stated.version : undefined);
  const versionMiss =
    range === undefined
      ? versionDifference(stated, version, item)
      : rangeDifference(range, version, item);
  if (versionMiss !== undefined) {
    return { isFit: false, miss: versionMiss, nearness: 3 };
  }
  const conflict = qualifierConflict(stated, purl, isSource);
  if (conflict !== undefined) {
    return { isFit: false, miss: conflict, nearness: 2 };
  }
  const what = isSource ? 'what the package was built from' : 'the package';
  return { isFit: true, how: `"${written}" names ${what}` };
}

/** An architecture makes it a package, not the source that several packages were built from. */
function isOneBinary({ qualifiers = {} }: Purl): boolean {
  return qualifiers['arch'] !== undefined && !SOURCE_ARCHITECTURES.has(qualifiers['arch']);
}

function versionDifference(
  { version: stated, qualifiers = {} }: Purl,
  version: string,
  item: InventoryPackage,
): string | undefined {
  const { epoch } = qualifiers;
  const whole = stated === undefined || epoch === undefined ? stated : `${epoch}:${stated}`;
  // A record may leave out the epoch that a package URL states as a qualifier.
  const accepted = [version, version.replace(/^\d+:/, ''), item.version];
  return whole === undefined || accepted.includes(whole) || whole === `0:${version}`
    ? undefined
    : `it is about version ${whole}, the package has ${version}`;
}

function rangeDifference(
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

/**
 * A qualifier that only one side has contradicts nothing: package URLs are written with and without
 * them. Two values that differ do; of distributions, `debian-12` holds every `debian-12.5`.
 */
function qualifierConflict(stated: Purl, own: Purl, isSource: boolean): string | undefined {
  for (const [name, value = ''] of Object.entries(stated.qualifiers ?? {})) {
    const other = own.qualifiers?.[name];
    const isSourceArchitecture = name === 'arch' && SOURCE_ARCHITECTURES.has(value);
    if (isSourceArchitecture && !isSource && own.name === stated.name) {
      continue;
    }
    const isOpen = other === undefined || name === 'epoch' || name === 'upstream';
    const isWithin = name === 'distro' && other?.startsWith(`${value}.`) === true;
    if (!isOpen && !isSourceArchitecture && other !== value && !isWithin) {
      return `its ${name} is ${value}, that of the package ${other}`;
    }
  }
  const isSubpath = (stated.subpath ?? '') === '' || stated.subpath === own.subpath;
  return isSubpath ? undefined : `it is about the part "${stated.subpath ?? ''}"`;
}

function fitCpe(
  written: string,
  { versionRange }: ProductReference,
  item: InventoryPackage,
): PackageFit {
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
          `its ${differing} is ${stated[differing]}, that of the package ${own[differing]}`
        : rangeDifference(versionRange, item.version, item);
    if (miss === undefined) {
      return { isFit: true, how: `"${written}" names a CPE of the package` };
    }
    best = { isFit: false, miss, nearness: 3 };
  }
  return best;
}
