import { getAttribute, type Manifest } from '../../syntax/java-manifest/manifest.ts';
import { cleanGroupId, getJavaPackage, isLikeGroupId } from './group-names.ts';

/** Evidence for the group of an archive other than the usual manifest attributes. */
export interface ArchiveEvidence {
  readonly manifest?: Manifest | undefined;
  /** Version of the archive itself, from its file name. */
  readonly version?: string | undefined;
  /** The package that contains all classes; empty if they have none in common. */
  readonly classPackage?: string | undefined;
  /** Packages of two and three name parts that contain classes, directly or in packages below. */
  readonly packages?: readonly string[] | undefined;
}

/** Names of modules and bundles, which begin with the group and often end with the artifact. */
const QUALIFIED_NAMES = ['Bundle-SymbolicName', 'Automatic-Module-Name'] as const;

/** Hosts on which each group belongs to one user: `com.github.user`. */
const USERS_GROUP = /^(?:com|io)\.(?:github|gitlab)\.[^.]+/;

/**
 * Returns the group of an archive without Maven metadata.
 *
 * @param manifestGroup the name in its manifest that is most like a group, or empty
 */
export function findArchiveGroup(
  artifactId: string,
  manifestGroup: string,
  evidence: ArchiveEvidence,
): string {
  const { manifest, packages = [] } = evidence;
  const names = QUALIFIED_NAMES.map((name) =>
    manifest === undefined ? '' : cleanGroupId(getAttribute(manifest.main, name)),
  );
  const qualified = names.find((name) => isQualifiedName(artifactId, name));
  if (qualified !== undefined) {
    return qualified.slice(0, -artifactId.length - 1);
  }
  const group = getJavaPackage(manifestGroup);
  const [users] = USERS_GROUP.exec(group) ?? [];
  const namesake = findNamesakePackage(artifactId, packages);
  if (users !== undefined) {
    return users;
  }
  return group === '' || (group.startsWith(`${namesake}.`) && isOfOther(evidence))
    ? namesake
    : dropModule(artifactId, group, {
        isModule: names.includes(manifestGroup),
        classPackage: evidence.classPackage ?? '',
      });
}

/**
 * Whether a name consists of the group and the artifact. `com.google.guava` does not: an artifact
 * of one word often has the name of its group.
 */
function isQualifiedName(artifactId: string, name: string): boolean {
  return (
    isLikeGroupId(name) &&
    isLastName(artifactId, name) &&
    (artifactId.includes('-') || name.split('.').length > 3)
  );
}

function isLastName(name: string, qualified: string): boolean {
  return qualified.endsWith(`.${name}`);
}

/**
 * Returns a package whose last part is the beginning of the artifact: `org.project` for
 * `project-module`.
 */
function findNamesakePackage(artifactId: string, packages: readonly string[]): string {
  const [project = '', ...module] = artifactId.split('-');
  return module.length === 0
    ? ''
    : (packages.find((name) => isLikeGroupId(name) && isLastName(project, name)) ?? '');
}

/**
 * Whether the manifest states another version: then it belongs to an archive packed into this one.
 */
function isOfOther({ manifest, version = '' }: ArchiveEvidence): boolean {
  const stated =
    manifest === undefined ? '' : getAttribute(manifest.main, 'Implementation-Version');
  return (
    stated !== '' && version !== '' && !stated.startsWith(version) && !version.startsWith(stated)
  );
}

/**
 * Drops the module from a group such as `org.project.module` for the artifacts `projectmodule` and,
 * if it is the name of a module, `project-module`; and for `projectrt` if all classes are in
 * `org.project`.
 */
function dropModule(
  artifactId: string,
  group: string,
  { isModule, classPackage }: { readonly isModule: boolean; readonly classPackage: string },
): string {
  const names = group.split('.');
  const outer = names.slice(0, -1).join('.');
  const project = names.at(-2) ?? '';
  const [first] = artifactId.split('-');
  const isJoined =
    artifactId === names.slice(-2).join('') ||
    (isModule && artifactId === names.slice(-2).join('-')) ||
    (classPackage === outer && artifactId === first && artifactId.startsWith(project));
  return names.length > 2 && isJoined ? outer : group;
}
