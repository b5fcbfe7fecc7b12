import { compareText } from '../../core/compare-text.ts';
import { knownGroups } from './known-groups.data.ts';
import { attributeIn, type Manifest } from './manifest.ts';

/** With these the names of organisations begin that are turned round to make a group. */
const BEGINNINGS = ['com', 'org', 'net', 'io', 'be'] as const;

/** Groups that manifests name otherwise than the repositories do. */
const CORRECTIONS: ReadonlyMap<string, string> = new Map([['org.lz4.java', 'org.lz4']]);

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

export function beginsLikeGroupId(text: string): boolean {
  return BEGINNINGS.some((beginning) => text.startsWith(beginning));
}

/** Without the directives of OSGi that may follow a name, nor a fragment. */
export function cleanGroupId(text: string): string {
  const [name = ''] = text.split(/[;#]/, 1);
  const group = name.trim();
  return CORRECTIONS.get(group) ?? group;
}

/** What tells the group of an artifact, apart from its name. */
export interface GroupEvidence {
  readonly properties?: { readonly groupId: string; readonly artifactId: string } | undefined;
  readonly project?:
    | {
        readonly groupId: string;
        readonly artifactId: string;
        readonly parent?: { readonly groupId: string; readonly artifactId: string };
      }
    | undefined;
  readonly manifest?: Manifest | undefined;
}

/**
 * The group by the best evidence there is: pom.properties, POM, its parent, the known artifacts,
 * the manifest; empty where none tells. An artifact with a dot in its name is a group that was
 * written in the wrong place.
 */
export function groupIdOf(artifactId: string, evidence: GroupEvidence): string {
  const { properties, project, manifest } = evidence;
  for (const origin of [properties, project, project?.parent]) {
    const group = origin === undefined ? '' : groupOrArtifact(origin);
    if (group !== '') {
      return group.split(';', 1)[0]?.trim() ?? '';
    }
  }
  return knownGroupOf(artifactId) ?? (manifest && manifestGroupIds(manifest)[0]) ?? '';
}

function groupOrArtifact(origin: { groupId: string; artifactId: string }): string {
  return origin.groupId !== '' || !origin.artifactId.includes('.')
    ? origin.groupId
    : origin.artifactId;
}
