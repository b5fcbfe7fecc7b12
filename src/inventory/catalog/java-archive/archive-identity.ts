import type { PackageAlternative } from '../../../foundation/core/package.ts';
import {
  findAttribute,
  getAttribute,
  type Manifest,
} from '../../../foundation/syntax/java-manifest/manifest.ts';
import type { ArchiveName } from '../../ecosystem/java/archive-name.ts';
import type { PomProperties } from '../../ecosystem/java/pom-properties.ts';
import type { ArchiveRecord, MavenRecord } from './archive-fact.ts';

/** Identity of an archive by the best evidence in it. */
export interface ArchiveIdentity {
  readonly name: string;
  readonly version: string;
  /** The Maven records of the archive itself, not of a project that was packed into it. */
  readonly own?: MavenRecord;
  readonly rule: string;
  readonly confidence: number;
  /** Other possible identities, the likeliest first. */
  readonly alternatives?: readonly PackageAlternative[];
}

/**
 * An agent contains the names of the libraries that it instruments and would be mistaken for one.
 */
export function isAgent({ manifest }: ArchiveRecord): boolean {
  return manifest !== undefined && getAttribute(manifest.main, 'Weave-Classes') !== '';
}

/**
 * Identifies an archive by the Maven records that match its file name, else by its manifest, else
 * by the file name alone. `undefined` if it only contains other archives.
 */
export function identifyArchive(
  record: ArchiveRecord,
  fileName: ArchiveName,
): ArchiveIdentity | undefined {
  const { manifest, hasManifest, hasClasses } = record;
  const own = findOwnRecord(record, fileName);
  const byMaven = own && identifyRecord(own);
  const name = byMaven?.name || findArchiveName(manifest, fileName);
  const version = byMaven?.version || findArchiveVersion(manifest, fileName);
  if (byMaven === undefined && !hasManifest && !(hasClasses && fileName.version !== '')) {
    return undefined;
  }
  const ownMember = own === undefined ? {} : { own };
  if (name === '') {
    return { name: fileName.stem, version, ...ownMember, ...BY_STEM };
  }
  const { rule, confidence } = byMaven ?? (hasManifest ? BY_MANIFEST : BY_FILE_NAME);
  return { name, version, ...ownMember, rule, confidence };
}

const BY_PROPERTIES = { rule: 'the pom.properties of a Java archive', confidence: 1 } as const;
const BY_POM = { rule: 'the only POM of a Java archive', confidence: 0.9 } as const;
const BY_MANIFEST = {
  rule: 'the file name and the manifest of a Java archive',
  confidence: 0.7,
} as const;
const BY_FILE_NAME = {
  rule: 'the file name of an archive that has Java classes but no manifest',
  confidence: 0.4,
} as const;
const BY_STEM = {
  rule: 'the file name of a Java archive without an identity inside',
  confidence: 0.3,
} as const;

function identifyRecord({ properties, project }: MavenRecord): ArchiveIdentity | undefined {
  if (properties !== undefined) {
    return { name: properties.artifactId, version: properties.version, ...BY_PROPERTIES };
  }
  return project && { name: project.artifactId, version: project.version, ...BY_POM };
}

type WithProperties = MavenRecord & { readonly properties: PomProperties };

export function hasProperties(record: MavenRecord): record is WithProperties {
  return record.properties !== undefined;
}

/**
 * Returns the record whose artifact equals the file name, is its prefix or its suffix. Of several,
 * the first; one with a POM precedes one without, and an exact match precedes others. Without
 * pom.properties, a single POM describes the archive itself; without a manifest, a single
 * pom.properties does.
 */
function findOwnRecord(record: ArchiveRecord, fileName: ArchiveName): MavenRecord | undefined {
  const complete = record.maven.filter(hasProperties);
  if (complete.length === 0) {
    const projects = record.maven.filter(({ project }) => project !== undefined);
    return projects.length === 1 ? projects[0] : undefined;
  }
  const matching = findMatchingRecords(complete, fileName.name);
  let best: WithProperties | undefined;
  for (const candidate of matching) {
    const isExact = isExactMatch(candidate.properties, fileName.name);
    const isBetter =
      best === undefined ||
      (candidate.project !== undefined && (best.project === undefined || isExact));
    best = isBetter ? candidate : best;
    if (isExact && best?.project !== undefined) {
      break;
    }
  }
  const isAlone = complete.length === 1 && !record.hasManifest;
  return best ?? (isAlone ? complete[0] : undefined);
}

function findMatchingRecords(
  records: readonly WithProperties[],
  fileName: string,
): readonly WithProperties[] {
  if (fileName === '') {
    return [];
  }
  const same = records.filter(({ properties }) => properties.artifactId === fileName);
  // Names from case-insensitive systems may be in capital letters.
  const alike = records.filter(
    ({ properties }) => properties.artifactId.toLowerCase() === fileName.toLowerCase(),
  );
  const best = same.length > 0 ? same : alike;
  return best.length > 0
    ? best
    : records.filter(
        ({ properties: { artifactId } }) =>
          artifactId.startsWith(fileName) || fileName.endsWith(artifactId),
      );
}

function isExactMatch({ groupId, artifactId }: PomProperties, fileName: string): boolean {
  return fileName === artifactId || fileName.includes(groupId);
}

/** Manifest attributes that contain a name, the most common first. */
const NAME_ATTRIBUTES = [
  'Name',
  'Bundle-Name',
  'Short-Name',
  'Extension-Name',
  'Implementation-Title',
] as const;

function findArchiveName(manifest: Manifest | undefined, fileName: ArchiveName): string {
  const candidates = [
    () => (manifest === undefined ? '' : findBundlePluginName(manifest)),
    () => toArtifactId(fileName.name),
    ...NAME_ATTRIBUTES.map(
      (name) => () => (manifest === undefined ? '' : getAttribute(manifest.main, name)),
    ),
  ];
  for (const candidate of candidates) {
    const name = candidate();
    if (name !== '') {
      return name;
    }
  }
  return '';
}

/**
 * The Maven Bundle Plugin creates the symbolic name from group and artifact; if it equals the
 * vendor's ID, it is the group alone. Apache Felix Maven Bundle Plugin, "Default behavior".
 */
export function findBundlePluginName({ main }: Manifest): string {
  if (!getAttribute(main, 'Created-By').includes('Apache Maven Bundle Plugin')) {
    return '';
  }
  const symbolicName = getAttribute(main, 'Bundle-SymbolicName');
  if (symbolicName === getAttribute(main, 'Implementation-Vendor-Id')) {
    return '';
  }
  const [withoutDirectives = ''] = symbolicName.split(';', 1);
  return withoutDirectives.slice(withoutDirectives.lastIndexOf('.') + 1).trim();
}

const IDENTIFIER_START = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{Nl}\p{Sc}\p{Pc}]/u;

/** A name with dots is group and artifact, except for projects of Eclipse. */
export function toArtifactId(name: string): string {
  const parts = name.split('.');
  const isQualified =
    parts.length > 1 &&
    !name.startsWith('org.eclipse.') &&
    parts.every((part) => IDENTIFIER_START.test(part));
  return isQualified ? (parts.at(-1) ?? name) : name;
}

const VERSION_ATTRIBUTES = [
  'Implementation-Version',
  'Specification-Version',
  'Plugin-Version',
  'Bundle-Version',
] as const;

function findArchiveVersion(manifest: Manifest | undefined, fileName: ArchiveName): string {
  if (fileName.version !== '' || manifest === undefined) {
    return fileName.version;
  }
  for (const name of VERSION_ATTRIBUTES) {
    const version = findAttribute(manifest, name);
    if (version !== '') {
      return version;
    }
  }
  return '';
}
