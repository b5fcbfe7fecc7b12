import { posix } from 'node:path';
import { appendAll } from '../../../foundation/core/append-all.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { EXECUTABLE_MAGIC } from '../../../foundation/core/executable-file.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { Problem, ProblemNote } from '../../../foundation/core/problem.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { readBundledDeps } from '../../ecosystem/dotnet/bundle.ts';
import { type DepsLibrary, readDepsJson, toDepsKey } from '../../ecosystem/dotnet/deps-json.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import { listRuntimeCpes } from '../../ecosystem/dotnet/runtime-cpe.ts';
import { chooseLibraries, createLibraryEdges } from './chosen-libraries.ts';

export interface DotnetDepsFact {
  readonly libraries: readonly DepsLibrary[];
}

/**
 * Packages of a published .NET program, by the dependency file beside it or inside it. The
 * assemblies themselves are not read.
 */
export const dotnetDeps: Cataloger<DotnetDepsFact> = {
  id: 'dotnet-deps',
  alias: 'dotnet-deps-binary-cataloger',
  version: 2,
  title: 'Packages of published .NET applications',
  spec: 'https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md',
  tags: ['directory', 'dotnet', 'image', 'installed', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'deps', paths: ['**/*.deps.json'], maxBytes: 'lockFileBytesMax' },
    { role: 'program', magic: EXECUTABLE_MAGIC, maxBytes: 'wholeFileBytesMax' },
  ],
  extract,
  assemble,
};

/** A program published as a single file contains the dependency file. */
function extract({ role, content, limits, budget }: WantedFile): Extraction<DotnetDepsFact> {
  const file = role === 'program' ? readBundledDeps(content, limits) : readWhole(content);
  if (file === undefined) {
    return {};
  }
  const document = readDepsJson(parseFileJson(decodeDocument(file), budget), limits);
  if (document === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the file has no targets' }] };
  }
  const { libraries, unreadCount, isCutOff } = document;
  const problems: ProblemNote[] = [];
  if (unreadCount > 0) {
    const message = `${unreadCount} libraries were left out: they have no name, version or content`;
    problems.push({ code: 'P_RECORD', message });
  }
  if (isCutOff) {
    problems.push({
      code: 'P_LIMIT',
      message: 'the file lists more libraries than recordsMax allows',
    });
  }
  return { fact: { libraries }, problems };
}

function assemble({ facts, budget: { limits } }: AssemblyInput<DotnetDepsFact>): Assembly {
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  const problems: Problem[] = [];
  for (const visible of facts) {
    const { libraries } = visible.fact;
    const program = posix.basename(visible.path).replace(/\.(?:deps\.json|exe)$/, '');
    const chosen = chooseLibraries(libraries, program);
    const made = new Map(
      chosen.map((library) => [toDepsKey(library), toDotnetPackage(library, visible)]),
    );
    appendAll(packages, made.values());
    const { edges, isCutOff } = createLibraryEdges(
      libraries,
      new Set(made.keys()),
      limits.edgeStepsMax,
    );
    if (isCutOff) {
      problems.push(cutOff(visible));
    }
    for (const { from, to } of edges) {
      const [needed, dependent] = [made.get(from), made.get(to)];
      if (needed !== undefined && dependent !== undefined) {
        dependencies.push({ from: needed, to: dependent });
      }
    }
  }
  return { packages, dependencies, problems };
}

function cutOff({ path, layer }: VisibleFact<DotnetDepsFact>): Problem {
  const message =
    'some dependencies are missing: the file needs more steps than edgeStepsMax allows';
  const where = { plugin: dotnetDeps.id, path, ...defined({ layer }) };
  return { code: 'P_LIMIT', message, ...where };
}

function toDotnetPackage(library: DepsLibrary, visible: VisibleFact<DotnetDepsFact>): Package {
  const { name, version, path, sha512, hashPath, type } = library;
  return {
    name,
    version,
    type: 'dotnet',
    language: 'dotnet',
    purl: toNugetPurl(name, version),
    foundBy: dotnetDeps.id,
    rule: 'a library in the dependency file of a .NET application',
    confidence: 1,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: listRuntimeCpes(name, version),
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'dotnet-deps-entry',
      value: { name, version, path, sha512, hashPath, ...(type === '' ? {} : { type }) },
    },
  };
}
