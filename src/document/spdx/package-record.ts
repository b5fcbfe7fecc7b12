import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { License, Location, Upstream } from '../../foundation/core/package.ts';
import { mergeCpes, parseDeclaredCpes } from '../../foundation/identity/cpe-name/declared-cpe.ts';
import { toDeclaredLicense } from '../../foundation/identity/license/license.ts';
import { isPackagePurl } from '../../foundation/identity/purl/is-package-purl.ts';
import { UNKNOWN_PURL_TYPE } from '../../foundation/identity/purl/package-type.data.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import type { Purl } from '../../foundation/identity/purl/purl.ts';
import {
  type PurlPackage,
  toPurlPackage,
  withEpoch,
} from '../../foundation/identity/purl/purl-package.ts';
import type { OwnProperties } from '../sbom/own-properties.ts';
import { type ReadPackage, restorePackage } from '../sbom/read-package.ts';
import { readRecordPurl } from '../sbom/record-purl.ts';
import { readTrivyFacts } from '../sbom/trivy-property.ts';
import type { SpdxPackage } from './spdx-document.ts';

/** Purposes of items that are not versioned software. SPDX 2.3, 7.24. */
const OTHER_PURPOSES: ReadonlySet<string> = new Set([
  'archive',
  'container',
  'device',
  'file',
  'filesystem-image',
  'operating-system',
  'source',
]);

/** Types of package URLs that identify the target. */
const TARGET_TYPES: ReadonlySet<string> = new Set(['docker', 'oci', 'swid']);

const ROOT_ID = 'SPDXRef-DocumentRoot-';
const SYSTEM_ID = 'SPDXRef-OperatingSystem-';
/** Tern's name of a layer, which contains packages. */
const LAYER_NAME = /^[0-9a-f]{64}\.tar$/;
/** Tern's comment on a layer in which it found the title of the system. */
const FOUND_SYSTEM = /\bFound '([^'\n]{1,200})' in \/(?:etc|usr\/lib)\/os-release\b/;
/** Trivy's prefix for a lock file or a program with its packages. */
const HOLDER_ID = 'SPDXRef-Application-';

/**
 * Returns whether it is the operating system. Version 2.2 has no field for that, but IDs of tools
 * show it.
 */
export function isSystem({ id, purpose, purl }: SpdxPackage): boolean {
  return (purpose === 'operating-system' || id.includes(SYSTEM_ID)) && !isPackagePurl(purl);
}

/** Returns the title of the system that a layer contains. */
export function getLayerSystem({ name, comment = '' }: SpdxPackage): string | undefined {
  return LAYER_NAME.test(name) ? FOUND_SYSTEM.exec(comment)?.[1] : undefined;
}

/**
 * Returns whether it is a package, not the target, the operating system, or an element that stands
 * for a lock file.
 */
export function isSoftware(pkg: SpdxPackage, isDescribed: boolean): boolean {
  const { id, purl, cpes, purpose, remarks } = pkg;
  if (id.includes(ROOT_ID) || isSystem(pkg) || pkg.properties.getText('plimsoll:target:kind')) {
    return false;
  }
  const type = parsePurl(purl)?.type;
  const isHolder =
    id.includes(HOLDER_ID) || remarks.getText('aquasecurity:trivy:Class') !== undefined;
  const isNameless = purl === '' && cpes.length === 0;
  return !(
    (isNameless && LAYER_NAME.test(pkg.name)) ||
    (type === undefined && OTHER_PURPOSES.has(purpose)) ||
    (type !== undefined && TARGET_TYPES.has(type)) ||
    (isNameless && (isHolder || isDescribed))
  );
}

export interface PackageContext {
  readonly ownProperties: OwnProperties;
  /** Locations of evidence and paths of contained files from other records. */
  readonly locations: readonly Location[];
  readonly ownedPaths: readonly string[];
  /** The package that this one was built from, if another record is that package. */
  readonly source?: SpdxPackage | undefined;
}

/** If it has our own properties, only these count. */
export function readSpdxPackage(pkg: SpdxPackage, context: PackageContext): ReadPackage {
  const own = context.ownProperties.readPackage(pkg.properties);
  if (own === undefined) {
    return { package: createDeclaredPackage(pkg, context) };
  }
  const { id: key, name, version, purl } = pkg;
  return restorePackage({ key, name, version, purl }, own);
}

function createDeclaredPackage(
  pkg: SpdxPackage,
  { locations, ownedPaths, source }: PackageContext,
): InventoryPackage {
  const { purl, text = '' } = readRecordPurl(pkg.purl, pkg) ?? {};
  const byPurl = purl === undefined ? undefined : toPurlPackage(purl);
  const type = byPurl?.type ?? UNKNOWN_PURL_TYPE.type;
  const trivy = readTrivyFacts(pkg.remarks, type);
  const modularity = byPurl?.modularity ?? trivy.modularity;
  const name = getName(pkg.name, purl, byPurl);
  return {
    key: pkg.id,
    name,
    version: withEpoch(pkg.version === '' ? (byPurl?.version ?? '') : pkg.version, purl),
    type,
    language: byPurl?.language ?? '',
    purl: text,
    foundBy: '',
    rule: 'a package in an SPDX document',
    confidence: 1,
    locations: locations.length > 0 ? locations : trivy.locations,
    licenses: readLicenses(pkg),
    cpes: mergeCpes(parseDeclaredCpes(pkg.cpes), byPurl?.cpes ?? []),
    upstreams: readUpstreams(name, {
      byPurl: byPurl?.upstreams ?? [],
      byTrivy: trivy.upstreams,
      sourceInfo: pkg.sourceInfo,
      source,
    }),
    ...(byPurl?.architecture === undefined ? {} : { architecture: byPurl.architecture }),
    ...defined({ modularity }),
    ownedFiles: ownedPaths.map((path) => ({ path })),
    ...defined({ supplier: pkg.supplier, author: pkg.originator }),
    ...(pkg.description === '' ? {} : { description: pkg.description }),
    ...(pkg.homepage === '' ? {} : { homepage: pkg.homepage }),
    ...((pkg.digests ?? []).length === 0 ? {} : { digests: pkg.digests ?? [] }),
    ...readMetadata(purl, byPurl),
  };
}

/**
 * GitHub writes `npm:lodash`, and others a name without its group: the package URL then has the
 * name of the ecosystem. Otherwise the package's own spelling is kept.
 */
function getName(name: string, purl: Purl | undefined, byPurl: PurlPackage | undefined): string {
  if (purl === undefined || byPurl === undefined) {
    return name;
  }
  const isPrefixed = name.toLowerCase() === `${purl.type}:${byPurl.name}`.toLowerCase();
  const isPart = name === purl.name && byPurl.name.endsWith(`/${name}`);
  return isPrefixed || isPart || name === '' ? byPurl.name : name;
}

/** The coordinates of Maven, and the epoch. */
function readMetadata(
  purl: Purl | undefined,
  byPurl: PurlPackage | undefined,
): Pick<InventoryPackage, 'metadata'> {
  const epoch = purl?.qualifiers?.['epoch'] ?? '';
  const { metadata } = byPurl ?? {};
  if (metadata === undefined) {
    return {};
  }
  const { namespace = '', name = '' } = purl ?? {};
  const isJava = metadata.kind === 'java-archive' && namespace !== '';
  const value = {
    ...metadata.value,
    ...(/^[0-9]{1,9}$/.test(epoch) ? { epoch: Number(epoch) } : {}),
    ...(isJava ? { pomProperties: { groupId: namespace, artifactId: name } } : {}),
  };
  return { metadata: { kind: metadata.kind, value } };
}

function readLicenses({ licenses }: SpdxPackage): License[] {
  return licenses.flatMap(({ value, kind }) => {
    const found = toDeclaredLicense(value, { locations: [] });
    return found === undefined ? [] : [{ ...found, kind }];
  });
}

/** Trivy's notation of the source package. */
const BUILT_FROM = /^built package from: (\S{1,4096})(?: (\S{1,4096}))?$/;

interface DeclaredSources {
  readonly byPurl: readonly Upstream[];
  readonly byTrivy: readonly Upstream[];
  readonly sourceInfo: string;
  readonly source: SpdxPackage | undefined;
}

function readUpstreams(
  name: string,
  { byPurl, byTrivy, sourceInfo, source }: DeclaredSources,
): readonly Upstream[] {
  if (byPurl.length > 0 || byTrivy.length > 0) {
    return byPurl.length > 0 ? byPurl : byTrivy;
  }
  const [, builtFrom, version] = BUILT_FROM.exec(sourceInfo) ?? [];
  const found =
    builtFrom === undefined
      ? source && { name: source.name, version: source.version }
      : { name: builtFrom, ...defined({ version }) };
  return found === undefined || found.name === name ? [] : [found];
}
