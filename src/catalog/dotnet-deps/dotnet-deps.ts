import { posix } from 'node:path';
import { wholeOf } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import type { Package } from '../../core/package.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type DepsLibrary, depsKey, readDepsJson } from '../../parse/dotnet/deps-json.ts';
import { nugetPurl } from '../../parse/dotnet/nuget-purl.ts';
import { documentText } from '../../parse/json/bounded-json.ts';
import { parseJson } from '../../parse/text/json.ts';
import { chosenLibraries, libraryEdges } from './chosen-libraries.ts';
import { runtimeCpes } from './runtime-cpe.ts';

export interface DotnetDepsFact {
  readonly libraries: readonly DepsLibrary[];
}

/**
 * Packages that a published .NET program says it is made of. It does not look at the assemblies
 * themselves.
 */
export const dotnetDeps: Cataloger<DotnetDepsFact> = {
  id: 'dotnet-deps',
  alias: 'dotnet-deps-binary-cataloger',
  version: 1,
  title: 'Packages of published .NET programs',
  spec: 'https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md',
  tags: ['directory', 'dotnet', 'image', 'installed', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [{ role: 'deps', paths: ['**/*.deps.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble,
};

function extract({ content, limits }: WantedFile): Extraction<DotnetDepsFact> {
  const document = readDepsJson(parseJson(documentText(wholeOf(content))), limits);
  if (document === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file names no targets' }] };
  }
  const { libraries, unreadCount, isCutOff } = document;
  const problems: ProblemNote[] = [];
  if (unreadCount > 0) {
    const message = `${unreadCount} libraries have no name, version or content and were left out`;
    problems.push({ code: 'P_RECORD', message });
  }
  if (isCutOff) {
    problems.push({ code: 'P_LIMIT', message: 'the file names too many libraries' });
  }
  return { fact: { libraries }, problems };
}

function assemble({ facts }: AssemblyInput<DotnetDepsFact>): Assembly {
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  for (const visible of facts) {
    const { libraries } = visible.fact;
    const program = posix.basename(visible.path, '.deps.json');
    const chosen = chosenLibraries(libraries, program);
    const made = new Map(chosen.map((library) => [depsKey(library), packageOf(library, visible)]));
    packages.push(...made.values());
    for (const { from, to } of libraryEdges(libraries, new Set(made.keys()))) {
      const [needed, dependent] = [made.get(from), made.get(to)];
      if (needed !== undefined && dependent !== undefined) {
        dependencies.push({ from: needed, to: dependent });
      }
    }
  }
  return { packages, dependencies };
}

function packageOf(library: DepsLibrary, visible: VisibleFact<DotnetDepsFact>): Package {
  const { name, version, path, sha512, hashPath, type } = library;
  const { layer } = visible;
  return {
    name,
    version,
    type: 'dotnet',
    language: 'dotnet',
    purl: nugetPurl(name, version),
    foundBy: dotnetDeps.id,
    rule: 'a library of the dependency file of a .NET program',
    confidence: 1,
    locations: [
      {
        path: visible.path,
        accessPath: visible.path,
        ...(layer === undefined ? {} : { layer }),
        evidence: 'primary',
      },
    ],
    licenses: [],
    cpes: runtimeCpes(name, version),
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'dotnet-deps-entry',
      value: { name, version, path, sha512, hashPath, ...(type === '' ? {} : { type }) },
    },
  };
}
