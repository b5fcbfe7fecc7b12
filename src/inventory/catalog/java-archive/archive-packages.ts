import type { DependencyEdge, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type {
  License,
  Location,
  Package,
  PackageAlternative,
} from '../../../foundation/core/package.ts';
import type { PublishedArchives } from '../../../foundation/core/published-archives.ts';
import { findGroupId } from '../../../foundation/identity/java/group-id.ts';
import {
  chooseJavaType,
  type JavaPackageType,
  toMavenPurl,
} from '../../../foundation/identity/java/maven-purl.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { concludeLicenses } from '../../../foundation/identity/license/license-file.ts';
import {
  findAttribute,
  type Manifest,
  type ManifestSection,
} from '../../../foundation/syntax/java-manifest/manifest.ts';
import { parseArchiveName } from '../../ecosystem/java/archive-name.ts';
import { parseBundleLicenses } from '../../ecosystem/java/bundle-license.ts';
import type { PomProperties } from '../../ecosystem/java/pom-properties.ts';
import { guessIdentities } from './alternative-identity.ts';
import type { ArchiveRecord, JavaArchiveFact, MavenRecord, PomProject } from './archive-fact.ts';
import {
  type ArchiveIdentity,
  hasProperties,
  identifyArchive,
  isAgent,
} from './archive-identity.ts';
import { applyPublication } from './published-identity.ts';

interface Made {
  readonly packages: readonly Package[];
  readonly dependencies: readonly DependencyEdge[];
}

/**
 * Returns the packages of one file: an archive depends on the archives that it contains. `sha1` is
 * that of the file.
 */
export function createFilePackages(
  { path, layer, fact }: VisibleFact<JavaArchiveFact>,
  sha1: string | undefined,
  published: PublishedArchives | undefined,
): Made {
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  const mainByNumber: (Package | undefined)[] = [];
  const virtualPaths: string[] = [];
  for (const record of fact.archives) {
    const isInner = record.parent !== undefined;
    const accessPath = isInner ? `${virtualPaths[record.parent] ?? ''}:${record.path}` : path;
    const location = createLocation({ path, layer }, { accessPath });
    const outer = isInner ? mainByNumber[record.parent] : undefined;
    const own = createArchivePackages(record, {
      location,
      sha1: isInner ? record.sha1 : sha1,
      published,
    });
    mainByNumber.push(own.main);
    virtualPaths.push(accessPath);
    for (const [child, parent] of [
      [own.main, outer] as const,
      ...own.others.map((other) => [other, own.main] as const),
    ]) {
      if (child !== undefined) {
        packages.push(child);
      }
      if (child !== undefined && parent !== undefined) {
        dependencies.push({ from: child, to: parent });
      }
    }
  }
  return { packages, dependencies };
}

interface OwnPackages {
  readonly main: Package | undefined;
  /** Projects that were packed into the archive and left their pom.properties. */
  readonly others: readonly Package[];
}

interface ArchiveContext {
  readonly location: Location;
  readonly sha1: string | undefined;
  readonly published: PublishedArchives | undefined;
}

function createArchivePackages(
  record: ArchiveRecord,
  { location, sha1, published }: ArchiveContext,
): OwnPackages {
  const fileName = parseArchiveName(record.path === '' ? location.path : record.path);
  if (isAgent(record) || record.isWrapper === true) {
    return { main: undefined, others: [] };
  }
  const found = identifyArchive(record, fileName);
  const completed = found && withOwnProperties(found, record);
  const guessed = completed && {
    ...completed,
    alternatives: guessIdentities(record, completed, fileName),
  };
  const identity = applyPublication(guessed, {
    artifacts: sha1 === undefined || published === undefined ? [] : published.find(sha1),
    stem: fileName.stem,
  });
  const own = identity?.own?.properties;
  const others = record.maven
    .filter(hasProperties)
    .filter(({ properties }) => own === undefined || !isSameProject(properties, own))
    .map((maven) => createPackedPackage(maven, maven.properties, location));
  const main =
    identity &&
    createMainPackage(record, identity, {
      location,
      sha1,
      type: PLUGIN_EXTENSIONS.has(fileName.extension) ? 'jenkins-plugin' : 'java-archive',
    });
  return { main, others };
}

const PLUGIN_EXTENSIONS: ReadonlySet<string> = new Set(['hpi', 'jpi']);

/**
 * If no Maven record matches the file name, a record whose artifact equals the name found otherwise
 * describes the archive itself. Its POM is ignored, because no other evidence confirms it.
 */
function withOwnProperties(identity: ArchiveIdentity, record: ArchiveRecord): ArchiveIdentity {
  if (identity.own?.properties !== undefined) {
    return identity;
  }
  const { properties } =
    record.maven.find((maven) => maven.properties?.artifactId === identity.name) ?? {};
  if (properties === undefined) {
    return identity;
  }
  const { folder, project, licenses } = identity.own ?? { folder: '' };
  return {
    ...identity,
    version: properties.version,
    own: {
      folder,
      properties,
      ...defined({ project, licenses }),
    },
    rule: 'a pom.properties file that matches the manifest of its Java archive',
    confidence: 0.9,
  };
}

function isSameProject(left: PomProperties, right: PomProperties): boolean {
  return left.groupId === right.groupId && left.artifactId === right.artifactId;
}

interface MainContext {
  readonly location: Location;
  readonly sha1: string | undefined;
  readonly type: JavaPackageType;
}

function createMainPackage(
  record: ArchiveRecord,
  identity: ArchiveIdentity,
  { location, sha1, type }: MainContext,
): Package {
  const { manifest } = record;
  const { properties, project } = identity.own ?? {};
  const made = createJavaPackage({
    ...identity,
    type: properties === undefined ? type : chooseJavaType(properties.groupId),
    evidence: {
      properties,
      project,
      manifest,
      version: identity.version,
      classPackage: record.classFolder?.split('/').filter(Boolean).join('.'),
      packages: record.packages,
    },
    location,
    licenses: collectLicenses(record, identity.own, location),
  });
  const digest = sha1 === undefined ? {} : { digest: [{ algorithm: 'sha1', value: sha1 }] };
  const value = {
    virtualPath: location.accessPath,
    ...(manifest === undefined ? {} : { manifest: toManifestMember(manifest) }),
    ...toPomMembers(properties, project),
    ...digest,
  };
  // An archive inside a file is not a file of the target.
  const ownedFiles = record.path === '' ? [{ path: location.path }] : [];
  return { ...made, ownedFiles, metadata: { kind: 'java-archive', value } };
}

function createPackedPackage(
  { project, licenses = [] }: MavenRecord,
  properties: PomProperties,
  location: Location,
): Package {
  const { groupId, artifactId, version } = properties;
  const made = createJavaPackage({
    name: artifactId,
    version,
    rule: 'the pom.properties of a project bundled into a Java archive',
    confidence: 0.9,
    type: chooseJavaType(groupId),
    evidence: { properties, project },
    location,
    licenses: toPomLicenses(licenses, location),
  });
  const virtualPath = `${location.accessPath}:${groupId}:${artifactId}`;
  const value = { virtualPath, ...toPomMembers(properties, project) };
  return { ...made, metadata: { kind: 'java-archive', value } };
}

interface JavaPackageParts {
  readonly name: string;
  readonly version: string;
  readonly rule: string;
  readonly confidence: number;
  readonly type: JavaPackageType;
  readonly alternatives?: readonly PackageAlternative[];
  readonly evidence: Parameters<typeof findGroupId>[1];
  readonly location: Location;
  readonly licenses: readonly License[];
}

/** Groups in a package URL that only plug-ins of Jenkins have. */
const PLUGIN_PURL = /io\.jenkins\.plugins|org\.jenkins-ci\.plugins/;

/** Maximum confidence for a package with an unknown group. */
const CONFIDENCE_WITHOUT_GROUP = 0.5;

function createJavaPackage(parts: JavaPackageParts): Package {
  const { name, version, rule, type, evidence, location, licenses } = parts;
  const group = findGroupId(name, evidence);
  const purl = toMavenPurl(group, name, version);
  const alternatives = (parts.alternatives ?? []).filter((other) => other.purl !== purl);
  const hasKnownGroup = findGroupId(name, { ...evidence, packages: [] }) !== '';
  return {
    name,
    version,
    type: PLUGIN_PURL.test(purl) ? 'jenkins-plugin' : type,
    language: 'java',
    purl,
    foundBy: 'java-archive',
    rule: hasKnownGroup
      ? rule
      : `${rule}; ${group === '' ? 'no group is known' : 'the group comes from a single package name'}`,
    confidence: hasKnownGroup
      ? parts.confidence
      : Math.min(parts.confidence, CONFIDENCE_WITHOUT_GROUP),
    ...(alternatives.length === 0 ? {} : { alternatives }),
    locations: [location],
    licenses,
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}

/** Licenses in the manifest, else the license files, else those in the POM. */
function collectLicenses(
  { manifest, licenseFiles = [] }: ArchiveRecord,
  own: MavenRecord | undefined,
  location: Location,
): License[] {
  const locations = [location];
  const readAttribute = (name: string) =>
    manifest === undefined ? '' : findAttribute(manifest, name);
  const stated = [
    ...parseBundleLicenses(readAttribute('Bundle-License')).map(({ name, urls }) =>
      toDeclaredLicense(name, { locations, urls }),
    ),
    toDeclaredLicense(readAttribute('Plugin-License-Name'), { locations }),
  ].filter((license) => license !== undefined);
  if (stated.length > 0) {
    return mergeLicenses(stated);
  }
  return licenseFiles.length > 0
    ? mergeLicenses(concludeLicenses(licenseFiles, locations))
    : toPomLicenses(own?.licenses ?? [], location);
}

function toPomLicenses(
  licenses: NonNullable<MavenRecord['licenses']>,
  location: Location,
): License[] {
  return mergeLicenses(
    licenses.map(({ name, url }) =>
      toDeclaredLicense(name, { locations: [location], urls: [url] }),
    ),
  );
}

function toPomMembers(
  properties: PomProperties | undefined,
  project: PomProject | undefined,
): Readonly<Record<string, unknown>> {
  return {
    ...defined({ pomProperties: properties, pomProject: project }),
  };
}

function toManifestMember({ main, sections }: Manifest): Readonly<Record<string, unknown>> {
  const toPlainSection = (section: ManifestSection) =>
    section.map(({ key, value, trimmed }) => ({ key, value: trimmed ?? value }));
  return {
    ...(main.length === 0 ? {} : { main: toPlainSection(main) }),
    ...(sections.length === 0 ? {} : { sections: sections.map(toPlainSection) }),
  };
}
