import type { Assembly, AssemblyInput } from '../../core/cataloger.ts';
import { findGroupId } from '../../identity/java/group-id.ts';
import { toMavenPurl } from '../../identity/java/maven-purl.ts';
import {
  assemblePackageLists,
  type ListedIdentity,
  type ListedPackage,
  type PackageList,
} from '../package-list.ts';
import type { MavenId } from './pom-values.ts';

/** A module as a list of packages has it; `undefined` where it has no name or no version. */
export function listedModule(
  { groupId, artifactId, version }: MavenId,
  line?: number,
): ListedPackage | undefined {
  if (artifactId === '' || version === '') {
    return undefined;
  }
  const pomProject = { path: '', groupId, artifactId, version, name: artifactId };
  return {
    name: artifactId,
    version,
    ...(line === undefined ? {} : { line }),
    metadata: { virtualPath: '', pomProject },
  };
}

/** Packages of modules that were made by {@link listedModule}. */
export function assembleModules(
  input: AssemblyInput<PackageList>,
  origin: Pick<ListedIdentity, 'foundBy' | 'rule' | 'confidence'>,
): Assembly {
  return assemblePackageLists(input, ({ name, version, metadata }) => {
    const project = metadata?.['pomProject'] as MavenId;
    return {
      type: 'java-archive',
      language: 'java',
      purl: toMavenPurl(findGroupId(name, { project }), name, version),
      kind: 'java-archive',
      ...origin,
    };
  });
}
