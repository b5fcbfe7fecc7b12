import { type DepsLibrary, depsKey } from '../../ecosystem/dotnet/deps-json.ts';

/**
 * Tools that put the assemblies of packages into the program's own, so that packages without files
 * are on board all the same.
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
 * The libraries that are packages on board: the program itself, and what brings files or needs what
 * does. Other projects of the solution are part of the program.
 */
export function chosenLibraries(libraries: readonly DepsLibrary[], program: string): DepsLibrary[] {
  const isMerged = libraries.some(({ name }) => MERGING_TOOLS.has(name));
  const withFiles = librariesWithFiles(libraries);
  return libraries.filter((library) => {
    if (library.type === 'project') {
      return library.name === program;
    }
    return !isBareReference(library) && (isMerged || withFiles.has(depsKey(library)));
  });
}

/** Part of the framework that is compiled against and does not come along. */
function isBareReference({ type, sha512, path }: DepsLibrary): boolean {
  return type === 'referenceassembly' && sha512 === '' && path === '';
}

/** Keys of the libraries that have files, and of all that need such, however far. */
function librariesWithFiles(libraries: readonly DepsLibrary[]): ReadonlySet<string> {
  const dependents = new Map<string, string[]>();
  for (const library of libraries) {
    for (const needed of library.requires) {
      const known = dependents.get(needed) ?? [];
      known.push(depsKey(library));
      dependents.set(needed, known);
    }
  }
  const found = new Set(libraries.filter(({ hasFiles }) => hasFiles).map(depsKey));
  // A set also visits what is added on the way.
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
 * Keys of chosen libraries, `from` needed by `to`; where a library between them was not chosen, the
 * edge goes over it. Each pair comes once.
 *
 * @param stepsMax steps over libraries that were not chosen: what is beyond makes no edge
 */
export function libraryEdges(
  libraries: readonly DepsLibrary[],
  chosen: ReadonlySet<string>,
  stepsMax: number,
): LibraryEdges {
  const byKey = new Map(libraries.map((library) => [depsKey(library), library]));
  let steps = 0;
  const edges = libraries
    .filter((library) => chosen.has(depsKey(library)))
    .flatMap((library) => {
      const to = depsKey(library);
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
