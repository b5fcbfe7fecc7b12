import type { Report } from '../../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { sortPackages } from '../../foundation/core/package-order.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { chooseDocumentTime } from '../document-time.ts';
import { describeGeneration } from '../sbom/generation-context.ts';
import { createFileProperties, detectFileKinds } from '../sbom/package-file.ts';
import { createImagePurl, getTargetDigest } from '../sbom/sbom-identity.ts';
import {
  getDescription,
  getHomepage,
  getSupplier,
  listHashes,
  type PackageHash,
  type Party,
  parseOrganization,
  readAuthor,
} from '../sbom/sbom-package.ts';
import {
  collectPossessions,
  createDistroProperties,
  createPackageProperties,
  createTargetProperties,
  formatPropertyPairs,
  type Possessions,
  type Property,
} from '../sbom/sbom-property.ts';
import { type ExtractedLicense, joinLicenses, listExtractedLicenses } from './spdx-license.ts';

export const SPDX_VERSIONS = ['2.2', '2.3'] as const;

export type SpdxVersion = (typeof SPDX_VERSIONS)[number];

export const USUAL_SPDX_VERSION: SpdxVersion = '2.3';

/** Returns the requested version. */
export function chooseSpdxVersion(version: string | undefined): SpdxVersion {
  return SPDX_VERSIONS.find((known) => known === version) ?? USUAL_SPDX_VERSION;
}

/** Comment on the creation, because version 2 has no field for it. CISA, "Types of SBOM". */
export const SBOM_TYPE = 'SBOM type: analyzed';

/** SPDX requires a value for missing information. SPDX 2.3, 7. */
export const NO_ASSERTION = 'NOASSERTION';

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Absent if unknown. */
  readonly supplier: Party | undefined;
  readonly originator: Party | undefined;
  readonly homepage: string | undefined;
  readonly sourceInfo: string;
  readonly licenseConcluded: string;
  readonly licenseDeclared: string;
  readonly description: string;
  readonly checksums: readonly PackageHash[];
  readonly cpes: readonly string[];
  readonly purl: string;
  /** Not in version 2.2; with other case and punctuation in each notation. */
  readonly purpose: 'application' | 'container' | 'file' | 'library' | 'operating-system';
  /** Data without a field; an annotation in version 2, see {@link formatAnnotation}. */
  readonly properties: readonly Property[];
}

export interface SpdxRelationship {
  readonly from: string;
  /** `dependency-of`: `to` needs `from`. */
  readonly kind: 'contains' | 'dependency-of' | 'describes' | 'other';
  readonly to: string;
  readonly comment?: string;
}

/** A document in the terms of SPDX 2, for all versions and notations. */
export interface SpdxModel {
  readonly name: string;
  /** Prefix of the document's address; its identifier follows. */
  readonly namespace: string;
  readonly creator: string;
  /** An author of the document other than the program. */
  readonly author: Party | undefined;
  readonly created: string;
  /** Whether plimsoll analyzed the target; another document may have been made in any way. */
  readonly isAnalyzed: boolean;
  readonly comment: string | undefined;
  readonly root: SpdxPackage;
  /** Lazy, so that only one package is in memory. */
  packages(): Iterable<SpdxPackage>;
  relationships(): Iterable<SpdxRelationship>;
  readonly licenses: readonly ExtractedLicense[];
}

export function createSpdxModel(report: Report): SpdxModel {
  const { inventory, tool } = report;
  const packages = sortPackages(inventory);
  const owned = collectPossessions(inventory);
  const kinds = detectFileKinds(inventory);
  const root = rootPackage(inventory);
  const system = createSystemPackage(inventory);
  const all = system === undefined ? [] : [system];
  return {
    name: inventory.target.name,
    namespace: `https://spdx.org/spdxdocs/${toIdPart(inventory.target.name)}`,
    creator: `Tool: ${tool.name}-${tool.version}`,
    author: root.supplier,
    created: chooseDocumentTime(report),
    isAnalyzed: describeGeneration(inventory.target) !== undefined,
    comment: formatComment(inventory),
    root,
    *packages() {
      yield root;
      yield* all;
      for (const pkg of packages) {
        const record = toPackageRecord(pkg, owned);
        yield {
          ...record,
          properties: [...record.properties, ...createFileProperties(pkg, kinds)],
        };
      }
    },
    *relationships() {
      yield { from: DOCUMENT_ID, kind: 'describes', to: root.id };
      for (const { id } of all) {
        yield { from: root.id, kind: 'contains', to: id };
      }
      for (const pkg of packages) {
        yield { from: root.id, kind: 'contains', to: toPackageId(pkg) };
      }
      yield* createPackageEdges(inventory);
    },
    licenses: listExtractedLicenses(inventory),
  };
}

export const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

function formatComment({ problems, problemsNotListed }: Inventory): string | undefined {
  const count = problems.length + problemsNotListed;
  return count === 0
    ? undefined
    : `The inventory is incomplete: ${formatCount(count, 'problem')}, listed in the annotations.`;
}

function toPackageRecord(pkg: InventoryPackage, owned: Possessions): SpdxPackage {
  return {
    id: toPackageId(pkg),
    name: pkg.name,
    version: pkg.version,
    supplier: getSupplier(pkg),
    originator: readAuthor(pkg),
    homepage: getHomepage(pkg),
    sourceInfo: formatSourceInfo(pkg),
    licenseConcluded: joinLicenses(pkg.licenses, 'concluded'),
    licenseDeclared: joinLicenses(pkg.licenses, 'declared'),
    description: getDescription(pkg),
    checksums: listHashes(pkg),
    cpes: pkg.cpes.map(({ cpe }) => cpe),
    purl: pkg.purl,
    purpose: pkg.type === 'binary' ? 'application' : 'library',
    properties: createPackageProperties(pkg, owned),
  };
}

/** Returns the ID of a package's element. */
export function toPackageId({ type, name, key }: InventoryPackage): string {
  return `SPDXRef-Package-${toIdPart(type)}-${toIdPart(name)}-${toIdPart(key)}`;
}

const ID_PART_CHARS_MAX = 100;

/** Letters, digits, dots and dashes; other characters become a dash. SPDX 2.3, 3.2. */
function toIdPart(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(0, ID_PART_CHARS_MAX);
}

/** `Person: NAME (ADDRESS)`. SPDX 2.3, 7.5. */
export function formatParty(party: Party | undefined): string {
  if (party === undefined) {
    return NO_ASSERTION;
  }
  const kind = party.isPerson ? 'Person' : 'Organization';
  return `${kind}: ${escapeText(party.name)}${party.email === undefined ? '' : ` (${party.email})`}`;
}

function formatSourceInfo({ rule, locations }: InventoryPackage): string {
  const primary = locations.filter(({ evidence }) => evidence === 'primary');
  const paths = (primary.length > 0 ? primary : locations).map(({ path }) => escapeText(path));
  return `identified by ${rule}: ${[...new Set(paths)].join(', ')}`;
}

/**
 * Formats a list of name and value pairs as documented in `docs/formats.md`, one per line, because
 * readers of the tag-value notation reject lines of more than 64 KiB.
 */
export function formatAnnotation(properties: readonly Property[]): string {
  return `plimsoll:properties ${formatPropertyPairs(properties)}`;
}

const ROOT_WORDS: Readonly<Record<TargetDescription['kind'], string>> = {
  image: 'Image',
  directory: 'Directory',
  file: 'File',
  sbom: 'File',
};

function rootPackage(inventory: Inventory): SpdxPackage {
  const { target } = inventory;
  const digest = getTargetDigest(inventory);
  const digits = digest?.startsWith('sha256:') === true ? digest.slice('sha256:'.length) : '';
  return {
    ...createUnstated(`SPDXRef-DocumentRoot-${ROOT_WORDS[target.kind]}-${toIdPart(target.name)}`),
    supplier: target.supplier === undefined ? undefined : parseOrganization(target.supplier),
    name: target.name,
    version: target.version ?? digest ?? '',
    checksums: digits === '' ? [] : [{ algorithm: 'sha256', digits }],
    purl: target.kind === 'image' ? createImagePurl(target) : '',
    purpose: target.kind === 'image' ? 'container' : 'file',
    properties: createTargetProperties(inventory),
  };
}

function createSystemPackage(inventory: Inventory): SpdxPackage | undefined {
  const { distro } = inventory;
  if (distro === undefined) {
    return undefined;
  }
  const name = distro.id || distro.name || 'unknown';
  return {
    ...createUnstated(
      `SPDXRef-OperatingSystem-${toIdPart(name)}-${toIdPart(distro.versionId ?? '')}`,
    ),
    name,
    version: distro.versionId ?? '',
    description: distro.prettyName ?? '',
    purpose: 'operating-system',
    properties: createDistroProperties(inventory),
  };
}

function createUnstated(
  id: string,
): Omit<SpdxPackage, 'properties' | 'name' | 'purpose' | 'version'> {
  return {
    id,
    supplier: undefined,
    originator: undefined,
    homepage: undefined,
    sourceInfo: '',
    licenseConcluded: NO_ASSERTION,
    licenseDeclared: NO_ASSERTION,
    description: '',
    checksums: [],
    cpes: [],
    purl: '',
  };
}

/** Grype recognizes ownership by the first word of the comment. */
const OWNERSHIP =
  'ownership-by-file-overlap: the record of the first package lists files of the second';

function* createPackageEdges({ packages, relationships }: Inventory): Iterable<SpdxRelationship> {
  const ids = new Map(packages.map((pkg) => [pkg.key, toPackageId(pkg)]));
  for (const edge of relationships) {
    const from = ids.get(edge.from);
    const to = 'to' in edge ? ids.get(edge.to) : undefined;
    if (from === undefined || to === undefined) {
      continue;
    }
    if (edge.kind === 'dependency-of') {
      yield { from, kind: 'dependency-of', to };
    } else if (edge.kind === 'owns-package') {
      yield { from, kind: 'other', to, comment: OWNERSHIP };
    }
  }
}
