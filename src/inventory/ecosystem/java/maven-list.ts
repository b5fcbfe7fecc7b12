import type { Assembly, AssemblyInput } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { findGroupId } from '../../../foundation/identity/java/group-id.ts';
import { toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import {
  assemblePackageLists,
  type ListedIdentity,
  type ListedPackage,
  type PackageList,
} from '../package-list.ts';
import type { MavenId } from './pom-values.ts';

/** Converts a module to an entry of a package list; `undefined` if it has no name or no version. */
export function toListedModule(
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
    ...defined({ line }),
    metadata: { virtualPath: '', pomProject },
  };
}

/** Creates packages from modules that were created by {@link toListedModule}. */
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
