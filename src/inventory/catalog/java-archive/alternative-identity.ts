import type { PackageAlternative } from '../../../foundation/core/package.ts';
import {
  findKnownGroup,
  listManifestGroupIds,
} from '../../../foundation/identity/java/group-id.ts';
import { cleanGroupId, getJavaPackage } from '../../../foundation/identity/java/group-names.ts';
import { toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import { getAttribute, type Manifest } from '../../../foundation/syntax/java-manifest/manifest.ts';
import type { ArchiveName } from '../../ecosystem/java/archive-name.ts';
import type { ArchiveRecord } from './archive-fact.ts';
import { type ArchiveIdentity, findBundlePluginName, toArtifactId } from './archive-identity.ts';

/** Further guesses are no likelier than many others. */
const ALTERNATIVES_MAX = 10;

/** A name in the form of an artifact, not a title for people. */
const ARTIFACT = /^[A-Za-z][\w.-]{1,99}$/;
const GROUP = /^[a-z][a-z\d_-]*(?:\.[a-z\d_-]+)+$/;

/** Names that repositories also use as the group are words without a dot. */
const OWN_GROUP = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;

/** Attributes with a URL of the project, whose host is often the group. */
const URL_ATTRIBUTES = ['Implementation-URL', 'Bundle-DocURL', 'Specification-Vendor'] as const;

/** Names of modules and bundles, which begin with the group and often end with the artifact. */
const QUALIFIED_NAMES = ['Bundle-SymbolicName', 'Automatic-Module-Name'] as const;

const RULE =
  'a name and group that appear separately in the file name, the manifest and the classes';

/**
 * Returns possible identities of an archive without a Maven record: each of its own names with each
 * group, the likeliest first. An archive without a version has none, because it cannot be looked
 * up.
 */
export function guessIdentities(
  { manifest, classFolder = '' }: ArchiveRecord,
  { name, version, own }: ArchiveIdentity,
  fileName: ArchiveName,
): readonly PackageAlternative[] {
  if (version === '' || own?.properties !== undefined || own?.project !== undefined) {
    return [];
  }
  const named = [
    ...(manifest === undefined ? [] : listManifestGroups(manifest)),
    ...listPackageGroups(classFolder.split('/').filter(Boolean).join('.')),
  ];
  const purls = listArtifacts(manifest, fileName, name).flatMap((artifactId) =>
    listGroups(named, artifactId).map((groupId) => toMavenPurl(groupId, artifactId, version)),
  );
  return [...new Set(purls)].slice(0, ALTERNATIVES_MAX).map((purl) => ({ purl, rule: RULE }));
}

function listArtifacts(
  manifest: Manifest | undefined,
  fileName: ArchiveName,
  name: string,
): readonly string[] {
  const stated =
    manifest === undefined
      ? []
      : [findBundlePluginName(manifest), getAttribute(manifest.main, 'Implementation-Title')];
  const names = [fileName.name, toArtifactId(fileName.name), name, ...stated];
  return [...new Set(names)].filter((each) => ARTIFACT.test(each));
}

/**
 * Groups that an artifact may be published in: the known one, those named in its archive, and its
 * own name, because groups were not reversed host names in the past.
 */
function listGroups(named: readonly string[], artifactId: string): readonly string[] {
  const known = findKnownGroup(artifactId);
  return [
    ...(known === undefined ? [] : [known]),
    ...named.filter((group) => GROUP.test(group)),
    ...(OWN_GROUP.test(artifactId) ? [artifactId] : []),
  ];
}

/** The group is a package of the classes, or a prefix of one. */
function listPackageGroups(name: string): readonly string[] {
  return [getParentGroup(name), name];
}

/** Groups in the names and URLs of a manifest. */
function listManifestGroups(manifest: Manifest): readonly string[] {
  const qualified = QUALIFIED_NAMES.map((name) => cleanGroupId(getAttribute(manifest.main, name)));
  const ids = listManifestGroupIds(manifest);
  return [
    ...qualified.map(getParentGroup),
    ...ids,
    ...URL_ATTRIBUTES.map((name) => reverseHost(getAttribute(manifest.main, name))),
    ...ids.map((id) => getParentGroup(getJavaPackage(id))),
  ];
}

function getParentGroup(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** `http://www.example.com/x` is `com.example`; empty if the text is not a URL. */
function reverseHost(url: string): string {
  const [, host = ''] = /^https?:\/\/(?:www\.)?([a-z\d.-]{3,100})(?:[:/]|$)/i.exec(url) ?? [];
  return host.toLowerCase().split('.').reverse().join('.');
}
