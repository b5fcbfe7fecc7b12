import { appendAll } from '../../foundation/core/append-all.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Location } from '../../foundation/core/package.ts';
import { sortPackages } from '../../foundation/core/package-order.ts';
import { describeGeneration, type GenerationContext } from '../sbom/generation-context.ts';
import { createFileProperties, detectFileKinds } from '../sbom/package-file.ts';
import { reduceInventory } from '../sbom/reduce-inventory.ts';
import { createImagePurl, getTargetDigest } from '../sbom/sbom-identity.ts';
import {
  getDescription,
  getGroup,
  getHomepage,
  getSupplier,
  listHashes,
  type PackageHash,
  type Party,
  parseOrganization,
  readAuthor,
  toWebAddress,
} from '../sbom/sbom-package.ts';
import {
  collectPossessions,
  createDistroProperties,
  createPackageProperties,
  createTargetProperties,
  type Property,
} from '../sbom/sbom-property.ts';
import { createLicenseEntries, type LicenseEntry } from './cyclonedx-license.ts';
import { createPeerProperties } from './cyclonedx-peer.ts';
import {
  createVulnerabilities,
  searchProperties,
  type Vulnerability,
} from './cyclonedx-vulnerability.ts';
import { DISTRO_REFERENCES, HOMEPAGE_REFERENCE } from './vocabulary.data.ts';

/** Facts that documents omit: always, and unless `--full` is set. */
export const CYCLONEDX_OMISSIONS = {
  omittedFacts: ['fileFacts'],
  omittedDetails: ['files', 'ownedFiles', 'metadata', 'imageDocuments'],
} as const satisfies Pick<Format, 'omittedFacts' | 'omittedDetails'>;

export const CYCLONEDX_VERSIONS = ['1.4', '1.5', '1.6', '1.7'] as const;

export type CyclonedxVersion = (typeof CYCLONEDX_VERSIONS)[number];

export const USUAL_CYCLONEDX_VERSION: CyclonedxVersion = '1.6';

/** Returns the requested version. */
export function chooseCyclonedxVersion(version: string | undefined): CyclonedxVersion {
  return CYCLONEDX_VERSIONS.find((known) => known === version) ?? USUAL_CYCLONEDX_VERSION;
}

/**
 * A component with the members of all versions; the writers omit those that their version lacks.
 */
export interface Component {
  readonly type: 'application' | 'container' | 'file' | 'library' | 'operating-system';
  readonly ref: string;
  readonly supplier?: Party | undefined;
  readonly author?: Party | undefined;
  readonly publisher?: string | undefined;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly hashes?: readonly PackageHash[];
  readonly licenses?: readonly LicenseEntry[];
  readonly cpe?: string | undefined;
  readonly purl?: string;
  readonly swid?: { readonly tagId: string; readonly name: string; readonly version: string };
  readonly references?: readonly Reference[];
  readonly properties: readonly Property[];
  readonly occurrences?: readonly Location[];
}

export interface Reference {
  readonly type: string;
  readonly url: string;
}

/** The dependencies of a component. */
export interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/** A document in the terms of CycloneDX, for all versions and notations. */
export interface CyclonedxModel {
  readonly timestamp: string | undefined;
  readonly context: GenerationContext | undefined;
  readonly tool: { readonly name: string; readonly version: string };
  readonly root: Component;
  readonly properties: readonly Property[];
  readonly isIncomplete: boolean;
  /** Lazy, so that only one component is in memory. */
  components(): Iterable<Component>;
  readonly dependencies: readonly Dependency[];
  /** Absent if nothing was evaluated. Lazy. */
  vulnerabilities(): Iterable<Vulnerability> | undefined;
}

export function createCyclonedxModel(
  report: Report,
  { isFull = false, isParity = false }: Partial<FormatOptions> = {},
): CyclonedxModel {
  const { timestamp, tool } = report;
  const detail = isFull ? 'full' : 'reduced';
  const inventory = isFull ? report.inventory : reduceInventory(report.inventory);
  const packages = sortPackages(inventory);
  const owned = collectPossessions(inventory);
  const kinds = detectFileKinds(inventory);
  const root = rootComponent(inventory);
  const system = createSystemComponent(inventory);
  return {
    timestamp,
    context: describeGeneration(inventory.target),
    tool: { name: tool.name, version: tool.version },
    root,
    properties: [...createTargetProperties(inventory, detail), ...searchProperties(report)],
    isIncomplete: inventory.problems.length > 0 || inventory.problemsNotListed > 0,
    *components() {
      for (const pkg of packages) {
        yield {
          ...createPackageComponent(pkg),
          properties: [
            ...createPackageProperties(pkg, owned, detail),
            ...createPeerProperties(pkg, inventory),
            ...createFileProperties(pkg, kinds),
          ],
        };
      }
      if (system !== undefined) {
        yield system;
      }
    },
    dependencies: readDependencies(inventory, packages, root.ref, system?.ref),
    vulnerabilities: () => createVulnerabilities(report, toReference, isParity),
  };
}

function createPackageComponent(pkg: InventoryPackage): Omit<Component, 'properties'> {
  const supplier = getSupplier(pkg);
  const homepage = getHomepage(pkg);
  return {
    type: pkg.type === 'binary' ? 'application' : 'library',
    ref: toReference(pkg),
    supplier,
    author: readAuthor(pkg),
    publisher: supplier === undefined ? undefined : formatPublisher(supplier),
    group: getGroup(pkg),
    name: pkg.name,
    version: pkg.version,
    description: getDescription(pkg),
    hashes: listHashes(pkg),
    licenses: createLicenseEntries(pkg.licenses),
    cpe: pkg.cpes[0]?.cpe,
    purl: pkg.purl,
    references: homepage === undefined ? [] : [{ type: HOMEPAGE_REFERENCE, url: homepage }],
    occurrences: pkg.locations,
  };
}

function formatPublisher({ name, email }: Party): string {
  return email === undefined || email === name ? name : `${name} <${email}>`;
}

/**
 * The package URL with the key as an additional qualifier, because one package may be in two
 * places.
 */
export function toReference({ key, purl }: InventoryPackage): string {
  if (purl === '') {
    return key;
  }
  const hash = purl.indexOf('#');
  const head = hash < 0 ? purl : purl.slice(0, hash);
  const separator = head.includes('?') ? '&' : '?';
  return `${head}${separator}package-id=${key}${hash < 0 ? '' : purl.slice(hash)}`;
}

function rootComponent(inventory: Inventory): Component {
  const { target } = inventory;
  const digest = getTargetDigest(inventory);
  const digits = digest?.startsWith('sha256:') === true ? digest.slice('sha256:'.length) : '';
  const hashes = digits === '' ? [] : ([{ algorithm: 'sha256', digits }] as const);
  const { supplier, version } = target;
  const common = {
    ...(supplier === undefined ? {} : { supplier: parseOrganization(supplier) }),
    name: target.name,
    version: version ?? digest ?? '',
    hashes,
    properties: [],
  };
  return target.kind === 'image'
    ? {
        ...common,
        type: 'container',
        ref: `target:${target.imageId}`,
        purl: createImagePurl(target),
      }
    : { ...common, type: 'file', ref: `target:${target.kind}` };
}

function createSystemComponent(inventory: Inventory): Component | undefined {
  const { distro } = inventory;
  if (distro === undefined) {
    return undefined;
  }
  const name = distro.id || distro.name || 'unknown';
  const version = distro.versionId ?? '';
  return {
    type: 'operating-system',
    ref: `os:${name}@${version}`,
    name,
    version,
    description: distro.prettyName ?? distro.name ?? '',
    cpe: checkCpe(distro.cpeName),
    swid: { tagId: name, name, version },
    references: [...DISTRO_REFERENCES.values].flatMap(([type, member]) => {
      const url = toWebAddress(distro[member] ?? '');
      return url === undefined ? [] : [{ type, url }];
    }),
    properties: [
      ...createDistroProperties(inventory),
      ...createPeerDistro({
        extendedSupport: distro.extendedSupport === true ? 'true' : undefined,
        id: distro.id,
        prettyName: distro.prettyName,
        versionCodename: distro.versionCodename,
        versionID: distro.versionId,
      }),
      ...distro.idLike.map((value, number) => ({ name: `syft:distro:idLike:${number}`, value })),
    ],
  };
}

function createPeerDistro(members: Readonly<Record<string, string | undefined>>): Property[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `syft:distro:${name}`, value }],
  );
}

/** Only names that the schema's pattern of CPE 2.2 allows; the property has the original. */
const CPE_NAME = /^cpe:\/[aho](?::[\w.~%-]*){0,6}$/i;

function checkCpe(text: string | undefined): string | undefined {
  return text !== undefined && CPE_NAME.test(text) ? text : undefined;
}

/**
 * Each package with dependencies, and the target, which has every package that no other one needs,
 * so that all are reachable from it.
 */
function readDependencies(
  { relationships }: Inventory,
  packages: readonly InventoryPackage[],
  rootRef: string,
  systemRef: string | undefined,
): Dependency[] {
  const references = new Map(packages.map((pkg) => [pkg.key, toReference(pkg)]));
  const needs = new Map<string, Set<string>>();
  for (const edge of relationships) {
    if (edge.kind === 'dependency-of') {
      const needed = references.get(edge.from);
      const needing = references.get(edge.to);
      if (needed !== undefined && needing !== undefined) {
        needs.set(needing, (needs.get(needing) ?? new Set<string>()).add(needed));
      }
    }
  }
  const held = [
    ...(systemRef === undefined ? [] : [systemRef]),
    ...findEntryPoints([...references.values()], needs),
  ];
  const dependencies = [...needs].map(([ref, needed]) => ({
    ref,
    dependsOn: [...needed].sort(compareText),
  }));
  return [
    { ref: rootRef, dependsOn: held.sort(compareText) },
    ...dependencies.sort((left, right) => compareText(left.ref, right.ref)),
  ];
}

/** Returns the packages without dependents, and the first one of each remaining cycle. */
function findEntryPoints(
  all: readonly string[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const needed = new Set([...needs].flatMap(([ref, refs]) => [...refs].filter((to) => to !== ref)));
  const reached = new Set<string>();
  const reach = (start: string): void => {
    const waiting = [start];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!reached.has(next)) {
        reached.add(next);
        appendAll(waiting, needs.get(next) ?? []);
      }
    }
  };
  const entries: string[] = [];
  for (const candidates of [all.filter((ref) => !needed.has(ref)), all]) {
    for (const ref of candidates) {
      if (!reached.has(ref)) {
        entries.push(ref);
        reach(ref);
      }
    }
  }
  return entries;
}
