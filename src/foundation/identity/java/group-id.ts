import { compareText } from '../../core/compare-text.ts';
import { getAttribute, type Manifest } from '../../syntax/java-manifest/manifest.ts';
import { type ArchiveEvidence, findArchiveGroup } from './archive-group.ts';
import { cleanGroupId, isLikeGroupId } from './group-names.ts';
import { type KnownGroup, listProvenGroups, listUnprovenGroups } from './known-groups.data.ts';
import { type PublishedGroup, publishedGroups } from './published-groups.data.ts';

/** Attributes that contain the group of an archive, or a name that begins with it. */
const FIRST_ATTRIBUTES = [
  'Group-Id',
  'Bundle-SymbolicName',
  'Extension-Name',
  'Specification-Vendor',
  'Implementation-Vendor',
  'Implementation-Vendor-Id',
  'Implementation-Title',
  'Bundle-Activator',
] as const;

const OTHER_ATTRIBUTES = ['Automatic-Module-Name', 'Main-Class', 'Package'] as const;

/** Number of characters of the longest family. */
const FAMILY_MAX = 64;
const SEPARATORS: ReadonlySet<string> = new Set(['-', '.', '_']);

interface KnownGroups {
  readonly byArtifact: ReadonlyMap<string, string>;
  readonly byFamily: ReadonlyMap<string, string>;
}

let knownGroups: KnownGroups | undefined;

function loadKnownGroups(): KnownGroups {
  const rows: readonly KnownGroup[] = [...listProvenGroups(), ...listUnprovenGroups()];
  const index = (list: (row: KnownGroup) => string | undefined): ReadonlyMap<string, string> =>
    new Map(rows.flatMap((row) => splitNames(list(row)).map((name) => [name, row.group] as const)));
  return { byArtifact: index((row) => row.artifacts), byFamily: index((row) => row.families) };
}

function splitNames(names = ''): readonly string[] {
  return names.split(/\s+/).filter(Boolean);
}

/**
 * Returns the group of an artifact whose archives are known not to name it: by the artifact's name,
 * else by the longest matching family. A family is only a guess from the beginning of a name. A
 * manifest outweighs it if it names another organization or starts an application of its own.
 */
export function findKnownGroup(artifactId: string, manifest?: Manifest): string | undefined {
  knownGroups ??= loadKnownGroups();
  const group = knownGroups.byArtifact.get(artifactId);
  if (group !== undefined) {
    return group;
  }
  const ofFamily = findFamilyGroup(knownGroups, artifactId);
  return ofFamily === undefined || (manifest !== undefined && isOfAnother(manifest, ofFamily))
    ? undefined
    : ofFamily;
}

function findFamilyGroup({ byFamily }: KnownGroups, artifactId: string): string | undefined {
  for (let end = Math.min(artifactId.length, FAMILY_MAX); end > 0; end -= 1) {
    if (end === artifactId.length || SEPARATORS.has(artifactId.charAt(end))) {
      const group = byFamily.get(artifactId.slice(0, end));
      if (group !== undefined) {
        return group;
      }
    }
  }
  return undefined;
}

function isOfAnother(manifest: Manifest, group: string): boolean {
  const [manifestGroup = ''] = listManifestGroupIds(manifest);
  const getHost = (name: string): string => name.split('.', 2).join('.');
  return (
    getAttribute(manifest.main, 'Start-Class') !== '' ||
    (manifestGroup.includes('.') &&
      group.includes('.') &&
      getHost(manifestGroup) !== getHost(group))
  );
}

/**
 * Returns the group under which an archive is published whose manifest has another group or none.
 * `undefined` if it is not known to be published elsewhere.
 *
 * @param manifestGroup the group in the manifest, or empty
 */
export function findPublishedGroup(artifactId: string, manifestGroup: string): string | undefined {
  groupsByArtifact ??= Map.groupBy(
    publishedGroups.flatMap((row) =>
      splitNames(row.artifacts).map((artifact) => ({ ...row, artifact })),
    ),
    ({ artifact }) => artifact,
  );
  return groupsByArtifact
    .get(artifactId)
    ?.find((row) =>
      row.manifestGroup === ''
        ? manifestGroup === ''
        : isSameOrSubgroup(manifestGroup, row.manifestGroup),
    )?.group;
}

let groupsByArtifact: ReadonlyMap<string, readonly PublishedGroup[]> | undefined;

function isSameOrSubgroup(name: string, outer: string): boolean {
  return name === outer || name.startsWith(`${outer}.`);
}

/**
 * Returns group-like names in a manifest, sorted: from the usual attributes, else from a few
 * others.
 */
export function listManifestGroupIds(manifest: Manifest): readonly string[] {
  const usual = findGroupIds(manifest, FIRST_ATTRIBUTES);
  return usual.length > 0 ? usual : findGroupIds(manifest, OTHER_ATTRIBUTES);
}

function findGroupIds(manifest: Manifest, names: readonly string[]): string[] {
  return names
    .flatMap((name) =>
      [manifest.main, ...manifest.sections].map((section) => getAttribute(section, name)),
    )
    .filter(isLikeGroupId)
    .map(cleanGroupId)
    .sort(compareText);
}

/** Evidence for the group of an artifact, apart from its name. */
export interface GroupEvidence extends ArchiveEvidence {
  readonly properties?: { readonly groupId: string; readonly artifactId: string } | undefined;
  readonly project?:
    | {
        readonly groupId: string;
        readonly artifactId: string;
        readonly parent?: { readonly groupId: string; readonly artifactId: string };
      }
    | undefined;
}

/**
 * Returns the group by the best evidence: pom.properties, POM, its parent, the published group if
 * archives with this manifest group are published in another, the known artifacts, the manifest as
 * it is, the classes; empty if nothing names a group. An artifact with a dot in its name is a group
 * that was written in the wrong place.
 */
export function findGroupId(artifactId: string, evidence: GroupEvidence): string {
  const { properties, project, manifest } = evidence;
  for (const origin of [properties, project, project?.parent]) {
    const group = origin === undefined ? '' : groupOrArtifact(origin);
    if (group !== '') {
      return group.split(';', 1)[0]?.trim() ?? '';
    }
  }
  const manifestGroup = (manifest && listManifestGroupIds(manifest)[0]) ?? '';
  return (
    findPublishedGroup(artifactId, manifestGroup) ??
    findKnownGroup(artifactId, manifest) ??
    findArchiveGroup(artifactId, manifestGroup, evidence)
  );
}

function groupOrArtifact(origin: { groupId: string; artifactId: string }): string {
  return origin.groupId !== '' || !origin.artifactId.includes('.')
    ? origin.groupId
    : origin.artifactId;
}
