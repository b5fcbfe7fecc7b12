import { appendAll } from '../../core/append-all.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Report } from '../../core/format.ts';
import type { Inventory, InventoryPackage } from '../../core/inventory.ts';
import type { Location } from '../../core/package.ts';
import { sortPackages } from '../../core/package-order.ts';
import { fileKinds, fileProperties } from '../sbom/package-file.ts';
import { imagePurl, targetDigest } from '../sbom/sbom-identity.ts';
import {
  authorOf,
  descriptionOf,
  groupOf,
  hashesOf,
  homepageOf,
  organisationOf,
  type PackageHash,
  type Party,
  supplierOf,
  webAddress,
} from '../sbom/sbom-package.ts';
import {
  distroProperties,
  type Possessions,
  type Property,
  packageProperties,
  possessionsOf,
  targetProperties,
} from '../sbom/sbom-property.ts';
import { type LicenseEntry, licenseEntries } from './cyclonedx-license.ts';
import { peerProperties } from './cyclonedx-peer.ts';
import {
  searchProperties,
  type Vulnerability,
  vulnerabilitiesOf,
} from './cyclonedx-vulnerability.ts';

export const CYCLONEDX_VERSIONS = ['1.4', '1.5', '1.6', '1.7'] as const;

export type CyclonedxVersion = (typeof CYCLONEDX_VERSIONS)[number];

export const USUAL_CYCLONEDX_VERSION: CyclonedxVersion = '1.6';

/** Returns the requested version. */
export function cyclonedxVersion(version: string | undefined): CyclonedxVersion {
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
  readonly type: 'issue-tracker' | 'support' | 'website';
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

export function cyclonedxModel(report: Report): CyclonedxModel {
  const { inventory, timestamp, tool } = report;
  const packages = sortPackages(inventory);
  const owned = possessionsOf(inventory);
  const kinds = fileKinds(inventory);
  const root = rootComponent(inventory);
  const system = systemComponent(inventory);
  return {
    timestamp,
    tool: { name: tool.name, version: tool.version },
    root,
    properties: [...targetProperties(inventory), ...searchProperties(report)],
    isIncomplete: inventory.problems.length > 0 || inventory.problemsNotListed > 0,
    *components() {
      for (const pkg of packages) {
        const component = packageComponent(pkg, inventory, owned);
        const properties = [...component.properties, ...fileProperties(pkg, kinds)];
        yield { ...component, properties };
      }
      if (system !== undefined) {
        yield system;
      }
    },
    dependencies: dependenciesOf(inventory, packages, root.ref, system?.ref),
    vulnerabilities: () => vulnerabilitiesOf(report, referenceOf),
  };
}

function packageComponent(
  pkg: InventoryPackage,
  inventory: Inventory,
  owned: Possessions,
): Component {
  const supplier = supplierOf(pkg);
  const homepage = homepageOf(pkg);
  return {
    type: pkg.type === 'binary' ? 'application' : 'library',
    ref: referenceOf(pkg),
    supplier,
    author: authorOf(pkg),
    publisher: supplier === undefined ? undefined : publisherText(supplier),
    group: groupOf(pkg),
    name: pkg.name,
    version: pkg.version,
    description: descriptionOf(pkg),
    hashes: hashesOf(pkg),
    licenses: licenseEntries(pkg.licenses),
    cpe: pkg.cpes[0]?.cpe,
    purl: pkg.purl,
    references: homepage === undefined ? [] : [{ type: 'website', url: homepage }],
    properties: [...packageProperties(pkg, owned), ...peerProperties(pkg, inventory)],
    occurrences: pkg.locations,
  };
}

function publisherText({ name, email }: Party): string {
  return email === undefined || email === name ? name : `${name} <${email}>`;
}

/**
 * The package URL with the key as an additional qualifier, because one package may be in two
 * places.
 */
export function referenceOf({ key, purl }: InventoryPackage): string {
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
  const digest = targetDigest(inventory);
  const digits = digest?.startsWith('sha256:') === true ? digest.slice('sha256:'.length) : '';
  const hashes = digits === '' ? [] : ([{ algorithm: 'SHA-256', digits }] as const);
  const { supplier, version } = target;
  const common = {
    ...(supplier === undefined ? {} : { supplier: organisationOf(supplier) }),
    name: target.name,
    version: version ?? digest ?? '',
    hashes,
    properties: [],
  };
  return target.kind === 'image'
    ? { ...common, type: 'container', ref: `target:${target.imageId}`, purl: imagePurl(target) }
    : { ...common, type: 'file', ref: `target:${target.kind}` };
}

function systemComponent(inventory: Inventory): Component | undefined {
  const { distro } = inventory;
  if (distro === undefined) {
    return undefined;
  }
  const name = distro.id || distro.name || 'unknown';
  const version = distro.versionId ?? '';
  const references: readonly (readonly [Reference['type'], string | undefined])[] = [
    ['issue-tracker', distro.bugReportUrl],
    ['support', distro.supportUrl],
    ['website', distro.homeUrl],
  ];
  return {
    type: 'operating-system',
    ref: `os:${name}@${version}`,
    name,
    version,
    description: distro.prettyName ?? distro.name ?? '',
    cpe: wellFormedCpe(distro.cpeName),
    swid: { tagId: name, name, version },
    references: references.flatMap(([type, text]) => {
      const url = webAddress(text ?? '');
      return url === undefined ? [] : [{ type, url }];
    }),
    properties: [
      ...distroProperties(inventory),
      ...peerDistro({
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

function peerDistro(members: Readonly<Record<string, string | undefined>>): Property[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `syft:distro:${name}`, value }],
  );
}

/** Only names that the schema's pattern of CPE 2.2 allows; the property has the original. */
const CPE_NAME = /^cpe:\/[aho](?::[\w.~%-]*){0,6}$/i;

function wellFormedCpe(text: string | undefined): string | undefined {
  return text !== undefined && CPE_NAME.test(text) ? text : undefined;
}

/**
 * Each package with dependencies, and the target, which has every package that no other one needs,
 * so that all are reachable from it.
 */
function dependenciesOf(
  { relationships }: Inventory,
  packages: readonly InventoryPackage[],
  rootRef: string,
  systemRef: string | undefined,
): Dependency[] {
  const references = new Map(packages.map((pkg) => [pkg.key, referenceOf(pkg)]));
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
    ...entryPoints([...references.values()], needs),
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

/** Returns the packages that nothing needs, and the first one of each remaining cycle. */
function entryPoints(
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
