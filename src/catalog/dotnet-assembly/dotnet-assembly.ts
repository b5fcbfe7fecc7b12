import { posix } from 'node:path';
import { readPeResources } from '../../bytes/pe/version-resources.ts';
import { readWhole } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import { listMagics } from '../../core/executable-file.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import { assemblyName, assemblyVersion } from '../../ecosystem/dotnet/assembly-identity.ts';
import { nugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import { runtimeCpes } from '../../ecosystem/dotnet/runtime-cpe.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';

/** The texts of an assembly, or the names of the files that a dependency file accounts for. */
export type AssemblyFact =
  | { readonly kind: 'assembly'; readonly texts: readonly (readonly [string, string])[] }
  | { readonly kind: 'deps'; readonly files: readonly string[] };

/**
 * Assemblies of .NET that no dependency file accounts for, by their version resources. Those of a
 * shared framework are together one package. What an assembly is called in its resources need not
 * be the name of the package that it came in.
 */
export const dotnetAssembly: Cataloger<AssemblyFact> = {
  id: 'dotnet-assembly',
  alias: 'dotnet-deps-binary-cataloger',
  version: 1,
  title: '.NET assemblies without a dependency file',
  spec: 'https://learn.microsoft.com/windows/win32/menurc/versioninfo-resource',
  tags: ['binary', 'directory', 'dotnet', 'image', 'installed', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    {
      role: 'assembly',
      magic: listMagics('pe'),
      maxBytes: 'wholeFileBytesMax',
    },
    { role: 'deps', paths: ['**/*.deps.json'], maxBytes: 'lockFileBytesMax' },
  ],
  extract: (file) => (file.role === 'deps' ? readDeps(file) : readAssembly(file)),
  assemble,
};

const KEPT_TEXTS = [
  'Assembly Version',
  'AssemblyVersion',
  'Comments',
  'CompanyName',
  'FileDescription',
  'FileVersion',
  'InternalName',
  'LegalCopyright',
  'OriginalFilename',
  'ProductName',
  'ProductVersion',
];

function readAssembly({ content, limits }: WantedFile): Extraction<AssemblyFact> {
  const resources = readPeResources(content, limits);
  if (resources === undefined || !resources.isManaged) {
    return {};
  }
  const texts = KEPT_TEXTS.flatMap((name) => {
    const text = resources.versionTexts.get(name)?.trim() ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  return { fact: { kind: 'assembly', texts } };
}

const FILE_LISTS = ['runtime', 'resources', 'native', 'compile', 'runtimeTargets'] as const;

/** What is malformed in the file is noted by those that read packages of it. */
function readDeps({ content, limits, budget }: WantedFile): Extraction<AssemblyFact> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const targets = isRecord(document) ? document['targets'] : undefined;
  const files = new Set(
    valuesOf(targets)
      .flatMap(valuesOf)
      .filter(isRecord)
      .flatMap((library) => FILE_LISTS.flatMap((list) => namesIn(library[list])))
      .map((path) => posix.basename(path).toLowerCase()),
  );
  return { fact: { kind: 'deps', files: [...files].slice(0, limits.recordsMax) } };
}

function valuesOf(value: unknown): unknown[] {
  return isRecord(value) ? Object.values(value) : [];
}

function namesIn(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

/** With these names files are taken for assemblies. */
const NAME = /\.(?:dll|exe)$/i;
const FRAMEWORK = /\/(Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App)\/(\d[\w.-]*)\/[^/]+$/;

function assemble({ facts }: AssemblyInput<AssemblyFact>): Assembly {
  const claims = claimsByFolder(facts);
  const assemblies = facts.filter(
    ({ fact, path }) => fact.kind === 'assembly' && NAME.test(path) && !isClaimed(path, claims),
  );
  const byFramework = Map.groupBy(assemblies, ({ path }) => {
    const [, framework, version] = FRAMEWORK.exec(path) ?? [];
    return framework === undefined ? '' : `${framework}/${version}`;
  });
  return {
    packages: [...byFramework].flatMap(([key, files]) =>
      key === '' ? files.map(packageOf) : frameworkOf(key, files),
    ),
  };
}

function claimsByFolder(
  facts: readonly VisibleFact<AssemblyFact>[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const { path, fact } of facts) {
    const folder = posix.dirname(path);
    const known = folders.get(folder) ?? new Set();
    for (const file of fact.kind === 'deps' ? fact.files : []) {
      known.add(file);
    }
    folders.set(folder, known);
  }
  return folders;
}

/** A dependency file speaks of its folder and of those below it, where translations lie. */
function isClaimed(path: string, folders: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const name = posix.basename(path).toLowerCase();
  let folder = posix.dirname(path);
  for (;;) {
    if (folders.get(folder)?.has(name) === true) {
      return true;
    }
    if (folder === '/') {
      return false;
    }
    folder = posix.dirname(folder);
  }
}

function packageOf(visible: VisibleFact<AssemblyFact>): Package {
  const texts = new Map(visible.fact.kind === 'assembly' ? visible.fact.texts : []);
  const name = assemblyName(texts) || posix.basename(visible.path).replace(NAME, '');
  const version = assemblyVersion(texts);
  const text = (field: string): string => texts.get(field) ?? '';
  return {
    ...madeOf(name, version, [visible]),
    rule: 'the version resource of a .NET assembly',
    confidence: 0.6,
    metadata: {
      kind: 'dotnet-portable-executable-entry',
      value: {
        assemblyVersion: text('Assembly Version') || text('AssemblyVersion'),
        legalCopyright: text('LegalCopyright'),
        ...(text('Comments') === '' ? {} : { comments: text('Comments') }),
        ...(text('InternalName') === '' ? {} : { internalName: text('InternalName') }),
        companyName: text('CompanyName'),
        productName: text('ProductName'),
        productVersion: text('ProductVersion'),
      },
    },
  };
}

function frameworkOf(key: string, files: readonly VisibleFact<AssemblyFact>[]): Package {
  const [name = '', version = ''] = key.split('/', 2);
  return {
    ...madeOf(name, version, files),
    rule: 'the directory of a .NET shared framework',
    confidence: 0.9,
    cpes: runtimeCpes(name, version),
  };
}

function madeOf(
  name: string,
  version: string,
  files: readonly VisibleFact<AssemblyFact>[],
): Omit<Package, 'rule' | 'confidence'> {
  return {
    name,
    version,
    type: 'dotnet',
    language: 'dotnet',
    purl: nugetPurl(name, version),
    foundBy: dotnetAssembly.id,
    locations: files
      .map((file) => createLocation(file))
      .sort((left, right) => compareText(left.path, right.path)),
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}
