import type { PackageAlternative } from '../../core/package.ts';
import type { ArchiveName } from '../../parse/java/archive-name.ts';
import { cleanGroupId, knownGroupOf, manifestGroupIds } from '../../parse/java/group-id.ts';
import { attributeIn, type Manifest } from '../../parse/java/manifest.ts';
import { mavenPurl } from '../../parse/java/maven-purl.ts';
import type { ArchiveRecord } from './archive-fact.ts';
import { type ArchiveIdentity, artifactOfFileName, bundlePluginName } from './archive-identity.ts';

/** Beyond these, a guess is no likelier than many others. */
const ALTERNATIVES_MAX = 6;

/** A name as artifacts have one, and no title for people. */
const ARTIFACT = /^[A-Za-z][\w.-]{1,99}$/;
const GROUP = /^[a-z][a-z\d_-]*(?:\.[a-z\d_-]+)+$/;

/** Names of modules and bundles, which begin with the group and often end with the artifact. */
const QUALIFIED_NAMES = ['Bundle-SymbolicName', 'Automatic-Module-Name'] as const;

const RULE = 'a name and a group that stand apart in the file name and the manifest';

/**
 * What an archive may be that no record of Maven speaks for: each name that it gives itself with
 * each group, the likeliest first. An archive without a version is nothing that can be looked up.
 */
export function alternativeIdentities(
  { manifest }: ArchiveRecord,
  { name, version, own }: ArchiveIdentity,
  fileName: ArchiveName,
): readonly PackageAlternative[] {
  if (version === '' || own?.properties !== undefined || own?.project !== undefined) {
    return [];
  }
  const purls = artifactsOf(manifest, fileName, name).flatMap((artifactId) =>
    groupsOf(manifest, artifactId).map((groupId) => mavenPurl(groupId, artifactId, version)),
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
      : [bundlePluginName(manifest), attributeIn(manifest.main, 'Implementation-Title')];
  const names = [fileName.name, artifactOfFileName(fileName.name), name, ...stated];
  return [...new Set(names)].filter((each) => ARTIFACT.test(each));
}

function groupsOf(manifest: Manifest | undefined, artifactId: string): readonly string[] {
  const qualified =
    manifest === undefined
      ? []
      : QUALIFIED_NAMES.map((name) => cleanGroupId(attributeIn(manifest.main, name)));
  const groups = [
    knownGroupOf(artifactId) ?? '',
    ...qualified.map((name) => name.slice(0, Math.max(0, name.lastIndexOf('.')))),
    ...(manifest === undefined ? [] : manifestGroupIds(manifest)),
  ];
  return groups.filter((group) => GROUP.test(group));
}
