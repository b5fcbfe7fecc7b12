import { compareText } from '../../core/compare-text.ts';
import { attributeIn, type Manifest } from '../../syntax/java-manifest/manifest.ts';
import { type ArchiveEvidence, archiveGroup } from './archive-group.ts';
import { beginsLikeGroupId, cleanGroupId } from './group-names.ts';
import { knownGroups } from './known-groups.data.ts';
import { type PublishedGroup, publishedGroups } from './published-groups.data.ts';

/** Attributes that hold the group of an archive, or a name that begins with it. */
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

let groupByArtifact: ReadonlyMap<string, string> | undefined;

/** The group of an artifact whose archives are known not to tell it. */
export function knownGroupOf(artifactId: string): string | undefined {
  groupByArtifact ??= new Map(
    [...knownGroups()].flatMap(([group, names]) =>
      names
        .split(/\s+/)
        .filter(Boolean)
        .map((name) => [name, group] as const),
    ),
  );
  return groupByArtifact.get(artifactId);
}

/**
 * The group under which an archive is published that tells another or none: `told` is what its
 * manifest says, or empty. `undefined` where it is not known to be published elsewhere.
 */
export function publishedGroupOf(artifactId: string, told: string): string | undefined {
  groupsByArtifact ??= Map.groupBy(
    publishedGroups.flatMap((row) =>
      row.artifacts
        .split(/\s+/)
        .filter(Boolean)
        .map((artifact) => ({ ...row, artifact })),
    ),
    ({ artifact }) => artifact,
  );
  return groupsByArtifact
    .get(artifactId)
    ?.find((row) => (row.told === '' ? told === '' : isWithin(told, row.told)))?.group;
}

let groupsByArtifact: ReadonlyMap<string, readonly PublishedGroup[]> | undefined;

function isWithin(name: string, outer: string): boolean {
  return name === outer || name.startsWith(`${outer}.`);
}

/** Group-like names in a manifest, sorted: of the usual attributes, else of a few more. */
export function manifestGroupIds(manifest: Manifest): readonly string[] {
  const usual = groupIdsIn(manifest, FIRST_ATTRIBUTES);
  return usual.length > 0 ? usual : groupIdsIn(manifest, OTHER_ATTRIBUTES);
}

function groupIdsIn(manifest: Manifest, names: readonly string[]): string[] {
  return names
    .flatMap((name) =>
      [manifest.main, ...manifest.sections].map((section) => attributeIn(section, name)),
    )
    .filter(beginsLikeGroupId)
    .map(cleanGroupId)
    .sort(compareText);
}

/** What tells the group of an artifact, apart from its name. */
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
 * The group by the best evidence there is: pom.properties, POM, its parent, the known artifacts,
 * the manifest, corrected if archives are published under another group than that, and the
 * classes; empty if none tells. An artifact with a dot in its name is a misplaced group.
 */
export function groupIdOf(artifactId: string, evidence: GroupEvidence): string {
  const { properties, project, manifest } = evidence;
  for (const origin of [properties, project, project?.parent]) {
    const group = origin === undefined ? '' : groupOrArtifact(origin);
    if (group !== '') {
      return group.split(';', 1)[0]?.trim() ?? '';
    }
  }
  const told = (manifest && manifestGroupIds(manifest)[0]) ?? '';
  return (
    knownGroupOf(artifactId) ??
    publishedGroupOf(artifactId, told) ??
    archiveGroup(artifactId, told, evidence)
  );
}

function groupOrArtifact(origin: { groupId: string; artifactId: string }): string {
  return origin.groupId !== '' || !origin.artifactId.includes('.')
    ? origin.groupId
    : origin.artifactId;
}
