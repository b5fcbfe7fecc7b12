import type { PackageAlternative } from '../../core/package.ts';
import type { ArchiveName } from '../../ecosystem/java/archive-name.ts';
import { findKnownGroup, listManifestGroupIds } from '../../identity/java/group-id.ts';
import { cleanGroupId, getJavaPackage } from '../../identity/java/group-names.ts';
import { toMavenPurl } from '../../identity/java/maven-purl.ts';
import { getAttribute, type Manifest } from '../../syntax/java-manifest/manifest.ts';
import type { ArchiveRecord } from './archive-fact.ts';
import { type ArchiveIdentity, artifactOfFileName, bundlePluginName } from './archive-identity.ts';

/** Beyond these, a guess is no likelier than many others. */
const ALTERNATIVES_MAX = 10;

/** A name as artifacts have one, and no title for people. */
const ARTIFACT = /^[A-Za-z][\w.-]{1,99}$/;
const GROUP = /^[a-z][a-z\d_-]*(?:\.[a-z\d_-]+)+$/;

/** Names that repositories have as the group, too, are words without a dot. */
const OWN_GROUP = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;

/** Attributes with an address of the project, whose host is often the group. */
const URL_ATTRIBUTES = ['Implementation-URL', 'Bundle-DocURL', 'Specification-Vendor'] as const;

/** Names of modules and bundles, which begin with the group and often end with the artifact. */
const QUALIFIED_NAMES = ['Bundle-SymbolicName', 'Automatic-Module-Name'] as const;

const RULE =
  'a name and group that appear separately in the file name, the manifest and the classes';

/**
 * What an archive may be that no record of Maven speaks for: each name that it gives itself with
 * each group, the likeliest first. An archive without a version is nothing that can be looked up.
 */
export function alternativeIdentities(
  { manifest, classFolder = '' }: ArchiveRecord,
  { name, version, own }: ArchiveIdentity,
  fileName: ArchiveName,
): readonly PackageAlternative[] {
  if (version === '' || own?.properties !== undefined || own?.project !== undefined) {
    return [];
  }
  const told = [
    ...(manifest === undefined ? [] : groupsToldBy(manifest)),
    ...groupsOfPackage(classFolder.split('/').filter(Boolean).join('.')),
  ];
  const purls = artifactsOf(manifest, fileName, name).flatMap((artifactId) =>
    groupsOf(told, artifactId).map((groupId) => toMavenPurl(groupId, artifactId, version)),
  );
  return [...new Set(purls)].slice(0, ALTERNATIVES_MAX).map((purl) => ({ purl, rule: RULE }));
}

function artifactsOf(
  manifest: Manifest | undefined,
  fileName: ArchiveName,
  name: string,
): readonly string[] {
  const stated =
    manifest === undefined
      ? []
      : [bundlePluginName(manifest), getAttribute(manifest.main, 'Implementation-Title')];
  const names = [fileName.name, artifactOfFileName(fileName.name), name, ...stated];
  return [...new Set(names)].filter((each) => ARTIFACT.test(each));
}

/**
 * Groups that an artifact may be published in: the known one, what its archive tells, and its own
 * name, as archives were filed before groups were hosts turned round.
 */
function groupsOf(told: readonly string[], artifactId: string): readonly string[] {
  const known = findKnownGroup(artifactId);
  return [
    ...(known === undefined ? [] : [known]),
    ...told.filter((group) => GROUP.test(group)),
    ...(OWN_GROUP.test(artifactId) ? [artifactId] : []),
  ];
}

/** Classes lie in the group, or in a package of it. */
function groupsOfPackage(name: string): readonly string[] {
  return [parentOf(name), name];
}

/** What the names and the addresses in a manifest say. */
function groupsToldBy(manifest: Manifest): readonly string[] {
  const qualified = QUALIFIED_NAMES.map((name) => cleanGroupId(getAttribute(manifest.main, name)));
  const ids = listManifestGroupIds(manifest);
  return [
    ...qualified.map(parentOf),
    ...ids,
    ...URL_ATTRIBUTES.map((name) => hostTurnedRound(getAttribute(manifest.main, name))),
    ...ids.map((id) => parentOf(getJavaPackage(id))),
  ];
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** `http://www.example.com/x` is `com.example`; empty for what is no address. */
function hostTurnedRound(url: string): string {
  const [, host = ''] = /^https?:\/\/(?:www\.)?([a-z\d.-]{3,100})(?:[:/]|$)/i.exec(url) ?? [];
  return host.toLowerCase().split('.').reverse().join('.');
}
