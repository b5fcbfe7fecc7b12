import { posix } from 'node:path';
import { readText } from '../../core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { createLocation } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { type GoModFile, parseGoMod } from '../../ecosystem/go/mod-file.ts';
import {
  CACHED_LICENSE,
  extractGoLicense,
  type GoLicenseFact,
  GoModuleLicenses,
  VENDORED_LICENSE,
} from '../../ecosystem/go/module-license.ts';
import { goModulePurl } from '../../ecosystem/go/module-path.ts';
import { parseVendorList, type VendoredModule } from '../../ecosystem/go/vendor-list.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { impliedModules, type NeededModule, neededModules } from './needed-modules.ts';

/** What go.mod asks for, the digests of go.sum, what lies in a folder `vendor`, or licences. */
export type GoModuleFact =
  | GoLicenseFact
  | { readonly kind: 'mod'; readonly file: Omit<GoModFile, 'problems'> }
  | { readonly kind: 'sum'; readonly digests: readonly ModuleDigest[] }
  | { readonly kind: 'vendor'; readonly modules: readonly VendoredModule[] };

/** `module`: path and version with a blank between them. */
export interface ModuleDigest {
  readonly module: string;
  /** E.g. `h1:…=`, of the module's files. */
  readonly digest: string;
  readonly line: number;
}

/**
 * Modules that a Go project requires, with what is replaced and excluded, and those that it has
 * copied to its folder `vendor`. Before Go 1.17, go.mod leaves out what only others require: then
 * the files that go.sum has digests of tell the rest. It does not tell which module needs which,
 * nor which of them the program uses in the end. Licences are those of the copies,
 * and of modules in a cache of the target.
 */
export const goModuleFile: Cataloger<GoModuleFact> = {
  id: 'go-module-file',
  alias: 'go-module-file-cataloger',
  version: 3,
  title: 'Modules required by Go projects',
  spec: 'https://go.dev/ref/mod#go-mod-file',
  tags: ['declared', 'directory', 'go', 'golang', 'gomod', 'language', 'package'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'mod', paths: ['**/go.mod'], maxBytes: 'textFileBytesMax' },
    { role: 'sum', paths: ['**/go.sum'], maxBytes: 'textFileBytesMax' },
    { role: 'vendor', paths: ['**/vendor/modules.txt'], maxBytes: 'textFileBytesMax' },
    CACHED_LICENSE,
    VENDORED_LICENSE,
  ],
  extract,
  assemble: (input) => ({ packages: packagesOf(input) }),
};

function extract(file: WantedFile): Extraction<GoModuleFact> {
  switch (file.role) {
    case 'mod':
      return extractMod(file);
    case 'sum':
      return extractSum(file);
    case 'vendor':
      return extractVendor(file);
    default:
      return extractGoLicense(file);
  }
}

function extractVendor({ content, limits }: WantedFile): Extraction<GoModuleFact> {
  const { modules, isCutOff } = parseVendorList(readText(content), limits);
  const cutOff: ProblemNote = {
    code: 'P_LIMIT',
    message: 'the list has more modules than recordsMax allows',
  };
  return { fact: { kind: 'vendor', modules }, problems: isCutOff ? [cutOff] : [] };
}

function extractMod(file: WantedFile): Extraction<GoModuleFact> {
  const { problems, ...content } = parseGoMod(readText(file.content), file.limits);
  return { fact: { kind: 'mod', file: content }, problems };
}

/** Each line has a module, its version and a digest; those of go.mod files alone are of no use. */
function extractSum({ content, limits }: WantedFile): Extraction<GoModuleFact> {
  const digests: ModuleDigest[] = [];
  for (const { text, number: line } of splitLines(readText(content))) {
    const [path, version, digest, ...more] = text.split(' ', 4);
    const isOfFiles = version !== undefined && !version.endsWith('/go.mod');
    if (path === undefined || !isOfFiles || digest === undefined || more.length > 0) {
      continue;
    }
    if (digests.length >= limits.recordsMax) {
      const problem = {
        code: 'P_LIMIT',
        message: 'the file has more digests than recordsMax allows',
      } as const;
      return { fact: { kind: 'sum', digests }, problems: [problem] };
    }
    digests.push({ module: `${path} ${version}`, digest, line });
  }
  return { fact: { kind: 'sum', digests } };
}

function packagesOf({ facts }: AssemblyInput<GoModuleFact>): Package[] {
  const licenses = new GoModuleLicenses(facts.filter(isLicense));
  const sums = new Map(
    facts.flatMap((visible) =>
      visible.fact.kind === 'sum' ? [[posix.dirname(visible.path), visible] as const] : [],
    ),
  );
  const vendored = new Map(
    facts.flatMap((visible) =>
      visible.fact.kind === 'vendor' ? [[projectOf(visible.path), visible] as const] : [],
    ),
  );
  const required = facts.flatMap((visible) => {
    const folder = posix.dirname(visible.path);
    return requiredModules(visible, {
      sum: sums.get(folder),
      list: vendored.get(folder),
      licenses,
    });
  });
  const byFolder = Map.groupBy(required, ({ locations }) =>
    posix.dirname(locations[0]?.path ?? ''),
  );
  return [
    ...required,
    ...[...vendored].flatMap(([folder, list]) =>
      onlyVendored(list, byFolder.get(folder) ?? [], licenses),
    ),
  ];
}

function isLicense(visible: VisibleFact<GoModuleFact>): visible is VisibleFact<GoLicenseFact> {
  return visible.fact.kind === 'license';
}

interface Beside {
  readonly sum: VisibleFact<GoModuleFact> | undefined;
  readonly list: VisibleFact<GoModuleFact> | undefined;
  readonly licenses: GoModuleLicenses;
}

/** What go.mod asks for, and what follows from the files beside it. */
function requiredModules(
  visible: VisibleFact<GoModuleFact>,
  { sum, list, licenses }: Beside,
): Package[] {
  if (visible.fact.kind !== 'mod') {
    return [];
  }
  const digests = new Map(digestsOf(sum).map((each) => [each.module, each.digest]));
  const copies = new Map(modulesOf(list).map((copy) => [keyOf(copy), copy]));
  const stated = neededModules(visible.fact.file).map((module) => {
    const made = toPackage(module, visible, digests.get(keyOf(module)));
    const copy = copies.get(keyOf(module));
    return withLicenses(withCopy(made, list, copy), licenses, copyFolder(list, copy));
  });
  const implied =
    sum === undefined || list !== undefined
      ? []
      : impliedModules(visible.fact.file, digestsOf(sum)).map((module) => ({
          ...withLicenses(toPackage(module, sum, digests.get(keyOf(module))), licenses, ''),
          rule: 'a module with a digest in go.sum',
          confidence: 0.7,
        }));
  return [...stated, ...implied];
}

/** Those of the copy that is built, else those of the cache. */
function withLicenses(made: Package, licenses: GoModuleLicenses, folder: string): Package {
  const ofCopy = licenses.ofFolder(folder);
  const found = ofCopy.length > 0 ? ofCopy : licenses.ofModule(made.name, made.version);
  return found.length === 0 ? made : { ...made, licenses: found };
}

function copyFolder(
  list: VisibleFact<GoModuleFact> | undefined,
  copy: VendoredModule | undefined,
): string {
  return list === undefined || copy === undefined
    ? ''
    : posix.join(posix.dirname(list.path), copy.folder);
}

/** As go.sum writes it. */
function keyOf({ path, version }: { readonly path: string; readonly version: string }): string {
  return `${path} ${version}`;
}

/** `vendor/modules.txt` lies two folders below the project. */
function projectOf(path: string): string {
  return posix.dirname(posix.dirname(path));
}

function digestsOf(sum: VisibleFact<GoModuleFact> | undefined): readonly ModuleDigest[] {
  return sum?.fact.kind === 'sum' ? sum.fact.digests : [];
}

/** The list of what was copied is further evidence of what go.mod requires. */
function withCopy(
  made: Package,
  list: VisibleFact<GoModuleFact> | undefined,
  copy: VendoredModule | undefined,
): Package {
  return list === undefined || copy === undefined
    ? made
    : {
        ...made,
        locations: [
          ...made.locations,
          createLocation(list, { evidence: 'supporting', line: copy.line }),
        ],
      };
}

function modulesOf(list: VisibleFact<GoModuleFact> | undefined): readonly VendoredModule[] {
  return list?.fact.kind === 'vendor' ? list.fact.modules : [];
}

/** Before Go 1.17, go.mod does not list what only others require; the copies are complete. */
function onlyVendored(
  list: VisibleFact<GoModuleFact>,
  required: readonly Package[],
  licenses: GoModuleLicenses,
): Package[] {
  const known = new Set(required.map(({ name, version }) => keyOf({ path: name, version })));
  return modulesOf(list)
    .filter((module) => !known.has(keyOf(module)))
    .map((module) => ({
      ...withLicenses(toPackage(module, list, undefined), licenses, copyFolder(list, module)),
      rule: 'a module in the vendor directory',
    }));
}

function toPackage(
  { path: name, version, line }: NeededModule,
  visible: VisibleFact<GoModuleFact>,
  digest: string | undefined,
): Package {
  return {
    name,
    version,
    type: 'go-module',
    language: 'go',
    purl: goModulePurl(name, version),
    foundBy: goModuleFile.id,
    rule: 'a module required by go.mod',
    confidence: 1,
    locations: [createLocation(visible, { line })],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: {
      kind: 'go-module-entry',
      value: digest === undefined ? {} : { h1Digest: digest },
    },
  };
}
