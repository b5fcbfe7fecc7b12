import { posix } from 'node:path';
import { readPeResources } from '../../../foundation/bytes/pe/version-resources.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { listMagics } from '../../../foundation/core/executable-file.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  chooseAssemblyName,
  chooseAssemblyVersion,
} from '../../ecosystem/dotnet/assembly-identity.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import { listRuntimeCpes } from '../../ecosystem/dotnet/runtime-cpe.ts';

/** The strings of an assembly, or the names of the files that a dependency file lists. */
export type AssemblyFact =
  | { readonly kind: 'assembly'; readonly texts: readonly (readonly [string, string])[] }
  | { readonly kind: 'deps'; readonly files: readonly string[] };

/**
 * .NET assemblies that no dependency file lists, by their version resources. All assemblies of a
 * shared framework are one package. The name of an assembly in its resources may differ from that
 * of the package that contained it.
 */
export const dotnetAssembly: Cataloger<AssemblyFact> = {
  id: 'dotnet-assembly',
  alias: 'dotnet-deps-binary-cataloger',
  version: 1,
  title: '.NET assemblies without a dependency file',
  spec: 'https://learn.microsoft.com/windows/win32/menurc/versioninfo-resource',
  tags: ['binary', 'directory', 'dotnet', 'image', 'installed', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
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

/** The catalogers that read packages from the file report its problems. */
function readDeps({ content, budget }: WantedFile): Extraction<AssemblyFact> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const targets = isRecord(document) ? document['targets'] : undefined;
  const files = new Set(
    listValues(targets)
      .flatMap(listValues)
      .filter(isRecord)
      .flatMap((library) => FILE_LISTS.flatMap((list) => listKeys(library[list])))
      .map((path) => posix.basename(path).toLowerCase()),
  );
  return { fact: { kind: 'deps', files: budget.limitItems([...files], 'recordsMax') } };
}

function listValues(value: unknown): unknown[] {
  return isRecord(value) ? Object.values(value) : [];
}

function listKeys(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

/** Files with these names are assemblies. */
const NAME = /\.(?:dll|exe)$/i;
const FRAMEWORK = /\/(Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App)\/(\d[\w.-]*)\/[^/]+$/;

function assemble({ facts }: AssemblyInput<AssemblyFact>): Assembly {
  const claims = groupClaims(facts);
  const assemblies = facts.filter(
    ({ fact, path }) => fact.kind === 'assembly' && NAME.test(path) && !isClaimed(path, claims),
  );
  const byFramework = Map.groupBy(assemblies, ({ path }) => {
    const [, framework, version] = FRAMEWORK.exec(path) ?? [];
    return framework === undefined ? '' : `${framework}/${version}`;
  });
  return {
    packages: [...byFramework].flatMap(([key, files]) =>
      key === '' ? files.map(toAssemblyPackage) : toFrameworkPackage(key, files),
    ),
  };
}

function groupClaims(
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

/** A dependency file covers its directory and those below it, which contain translations. */
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

function toAssemblyPackage(visible: VisibleFact<AssemblyFact>): Package {
  const texts = new Map(visible.fact.kind === 'assembly' ? visible.fact.texts : []);
  const name = chooseAssemblyName(texts) || posix.basename(visible.path).replace(NAME, '');
  const version = chooseAssemblyVersion(texts);
  const getField = (field: string): string => texts.get(field) ?? '';
  return {
    ...createPackageParts(name, version, [visible]),
    rule: 'the version resource of a .NET assembly',
    confidence: 0.6,
    metadata: {
      kind: 'dotnet-portable-executable-entry',
      value: {
        assemblyVersion: getField('Assembly Version') || getField('AssemblyVersion'),
        legalCopyright: getField('LegalCopyright'),
        ...(getField('Comments') === '' ? {} : { comments: getField('Comments') }),
        ...(getField('InternalName') === '' ? {} : { internalName: getField('InternalName') }),
        companyName: getField('CompanyName'),
        productName: getField('ProductName'),
        productVersion: getField('ProductVersion'),
      },
    },
  };
}

function toFrameworkPackage(key: string, files: readonly VisibleFact<AssemblyFact>[]): Package {
  const [name = '', version = ''] = key.split('/', 2);
  return {
    ...createPackageParts(name, version, files),
    rule: 'the directory of a .NET shared framework',
    confidence: 0.9,
    cpes: listRuntimeCpes(name, version),
  };
}

function createPackageParts(
  name: string,
  version: string,
  files: readonly VisibleFact<AssemblyFact>[],
): Omit<Package, 'rule' | 'confidence'> {
  return {
    name,
    version,
    type: 'dotnet',
    language: 'dotnet',
    purl: toNugetPurl(name, version),
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
