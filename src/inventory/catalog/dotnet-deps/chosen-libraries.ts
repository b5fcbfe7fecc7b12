import { addToList } from '../../../foundation/core/add-to-list.ts';
import { type DepsLibrary, toDepsKey } from '../../ecosystem/dotnet/deps-json.ts';

/**
 * Tools that merge assemblies of packages into the program's own, so packages without files are
 * present nevertheless.
 */
const MERGING_TOOLS: ReadonlySet<string> = new Set([
  'Brokenevent.ILStrip',
  'Brokenevent.ILStrip.CLI',
  'Costura.Fody',
  'Fody',
  'ILMerge',
  'ILRepack.FullAuto',
  'ILRepack.Lib',
  'ILRepack.Lib.MSBuild',
  'ILRepack.Lib.MSBuild.Task',
  'ILRepack.Lib.NET',
  'ILRepack.NETStandard',
  'JetBrains.Build.ILRepack',
  'PostSharp.Community.Packer',
]);

/**
 * Returns the libraries that are present packages: the program itself, libraries with files, and
 * libraries that depend on such. Other projects of the solution are part of the program.
 */
export function chooseLibraries(libraries: readonly DepsLibrary[], program: string): DepsLibrary[] {
  const isMerged = libraries.some(({ name }) => MERGING_TOOLS.has(name));
  const withFiles = findLibrariesWithFiles(libraries);
  return libraries.filter((library) => {
    if (library.type === 'project') {
      return library.name === program;
    }
    return !isBareReference(library) && (isMerged || withFiles.has(toDepsKey(library)));
  });
}

/** Part of the framework that is only compiled against and not shipped. */
function isBareReference({ type, sha512, path }: DepsLibrary): boolean {
  return type === 'referenceassembly' && sha512 === '' && path === '';
}

/**
 * Returns the keys of the libraries that have files, and of all that depend on such, directly or
 * indirectly.
 */
function findLibrariesWithFiles(libraries: readonly DepsLibrary[]): ReadonlySet<string> {
  const dependents = new Map<string, string[]>();
  for (const library of libraries) {
    for (const needed of library.requires) {
      addToList(dependents, needed, toDepsKey(library));
    }
  }
  const found = new Set(libraries.filter(({ hasFiles }) => hasFiles).map(toDepsKey));
  // A set also visits entries added during the iteration.
  for (const key of found) {
    for (const dependent of dependents.get(key) ?? []) {
      found.add(dependent);
    }
  }
  return found;
}

export interface LibraryEdges {
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly isCutOff: boolean;
}

/**
 * Returns keys of chosen libraries, with `from` needed by `to`. If a library between them was not
 * chosen, the edge skips it. Each pair occurs once.
 *
 * @param stepsMax maximum number of steps over libraries that were not chosen; longer paths make no
 *   edge
 */
export function createLibraryEdges(
  libraries: readonly DepsLibrary[],
  chosen: ReadonlySet<string>,
  stepsMax: number,
): LibraryEdges {
  const byKey = new Map(libraries.map((library) => [toDepsKey(library), library]));
  let steps = 0;
  const edges = libraries
    .filter((library) => chosen.has(toDepsKey(library)))
    .flatMap((library) => {
      const to = toDepsKey(library);
      const seen = new Set(library.requires);
      for (const key of seen) {
        if (!chosen.has(key)) {
          for (const further of byKey.get(key)?.requires ?? []) {
            steps++;
            if (steps <= stepsMax) {
              seen.add(further);
            }
          }
        }
      }
      return [...seen]
        .filter((from) => from !== to && chosen.has(from))
        .map((from) => ({ from, to }));
    });
  return { edges, isCutOff: steps > stepsMax };
}
