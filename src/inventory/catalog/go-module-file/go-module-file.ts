import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { type GoModFile, parseGoMod } from '../../ecosystem/go/mod-file.ts';
import {
  CACHED_LICENSE,
  extractGoLicense,
  type GoLicenseFact,
  GoModuleLicenses,
  VENDORED_LICENSE,
} from '../../ecosystem/go/module-license.ts';
import { toGoModulePurl } from '../../ecosystem/go/module-path.ts';
import { parseVendorList, type VendoredModule } from '../../ecosystem/go/vendor-list.ts';
import { listImpliedModules, listNeededModules, type NeededModule } from './needed-modules.ts';

/** Requirements of go.mod, digests of go.sum, content of a directory `vendor`, or licenses. */
export type GoModuleFact =
  | GoLicenseFact
  | { readonly kind: 'mod'; readonly file: Omit<GoModFile, 'problems'> }
  | { readonly kind: 'sum'; readonly digests: readonly ModuleDigest[] }
  | { readonly kind: 'vendor'; readonly modules: readonly VendoredModule[] };

/** `module`: path and version with a blank between them. */
export interface ModuleDigest {
  readonly module: string;
  /** Digest of the module's files, such as `h1:…=`. */
  readonly digest: string;
  readonly line: number;
}

/**
 * Modules that a Go project requires, including replacements and exclusions, and those that it
 * copied to its directory `vendor`. Before Go 1.17, go.mod leaves out indirect requirements, so the
 * files with digests in go.sum provide the others. The modules have no edges, and unused ones are
 * not detected. Licenses are those of the copies, and of modules in a cache of the
 * target.
 */
export const goModuleFile: Cataloger<GoModuleFact> = {
  id: 'go-module-file',
  alias: 'go-module-file-cataloger',
  version: 3,
  title: 'Modules required by Go projects',
  spec: 'https://go.dev/ref/mod#go-mod-file',
  tags: ['declared', 'directory', 'go', 'golang', 'gomod', 'language', 'package'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'mod', paths: ['**/go.mod'], maxBytes: 'textFileBytesMax' },
    { role: 'sum', paths: ['**/go.sum'], maxBytes: 'textFileBytesMax' },
    { role: 'vendor', paths: ['**/vendor/modules.txt'], maxBytes: 'textFileBytesMax' },
    CACHED_LICENSE,
    VENDORED_LICENSE,
  ],
  extract,
  assemble: (input) => ({ packages: createGoPackages(input) }),
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

/**
 * Each line contains a module, its version and a digest; digests of go.mod files alone are not
 * used.
 */
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

function createGoPackages({ facts, budget }: AssemblyInput<GoModuleFact>): Package[] {
  const licenses = new GoModuleLicenses(facts.filter(isLicense), budget);
  const sums = new Map(
    facts.flatMap((visible) =>
      visible.fact.kind === 'sum' ? [[posix.dirname(visible.path), visible] as const] : [],
    ),
  );
  const vendored = new Map(
    facts.flatMap((visible) =>
      visible.fact.kind === 'vendor' ? [[toProjectDirectory(visible.path), visible] as const] : [],
    ),
  );
  const required = facts.flatMap((visible) => {
    const folder = posix.dirname(visible.path);
    return listRequiredModules(visible, {
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
      listVendoredOnly(list, byFolder.get(folder) ?? [], licenses),
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

/** Returns the requirements of go.mod, completed from the files beside it. */
function listRequiredModules(
  visible: VisibleFact<GoModuleFact>,
  { sum, list, licenses }: Beside,
): Package[] {
  if (visible.fact.kind !== 'mod') {
    return [];
  }
  const digests = new Map(getDigests(sum).map((each) => [each.module, each.digest]));
  const copies = new Map(getVendoredModules(list).map((copy) => [toModuleKey(copy), copy]));
  const stated = listNeededModules(visible.fact.file).map((module) => {
    const made = toPackage(module, visible, digests.get(toModuleKey(module)));
    const copy = copies.get(toModuleKey(module));
    return withLicenses(withCopy(made, list, copy), licenses, findCopyDirectory(list, copy));
  });
  const implied =
    sum === undefined || list !== undefined
      ? []
      : listImpliedModules(visible.fact.file, getDigests(sum)).map((module) => ({
          ...withLicenses(toPackage(module, sum, digests.get(toModuleKey(module))), licenses, ''),
          rule: 'a module with a digest in go.sum',
          confidence: 0.7,
        }));
  return [...stated, ...implied];
}

/** Licenses of the copy that is built, else those of the cache. */
function withLicenses(made: Package, licenses: GoModuleLicenses, folder: string): Package {
  const ofCopy = licenses.findDirectoryLicenses(folder);
  const found = ofCopy.length > 0 ? ofCopy : licenses.findModuleLicenses(made.name, made.version);
  return found.length === 0 ? made : { ...made, licenses: found };
}

function findCopyDirectory(
  list: VisibleFact<GoModuleFact> | undefined,
  copy: VendoredModule | undefined,
): string {
  return list === undefined || copy === undefined
    ? ''
    : posix.join(posix.dirname(list.path), copy.folder);
}

/** In the form of go.sum. */
function toModuleKey({
  path,
  version,
}: {
  readonly path: string;
  readonly version: string;
}): string {
  return `${path} ${version}`;
}

/** `vendor/modules.txt` is two directories below the project. */
function toProjectDirectory(path: string): string {
  return posix.dirname(posix.dirname(path));
}

function getDigests(sum: VisibleFact<GoModuleFact> | undefined): readonly ModuleDigest[] {
  return sum?.fact.kind === 'sum' ? sum.fact.digests : [];
}

/** The list of copied modules is further evidence of the requirements in go.mod. */
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

function getVendoredModules(
  list: VisibleFact<GoModuleFact> | undefined,
): readonly VendoredModule[] {
  return list?.fact.kind === 'vendor' ? list.fact.modules : [];
}

/** Before Go 1.17, go.mod does not list indirect requirements; the copies are complete. */
function listVendoredOnly(
  list: VisibleFact<GoModuleFact>,
  required: readonly Package[],
  licenses: GoModuleLicenses,
): Package[] {
  const known = new Set(required.map(({ name, version }) => toModuleKey({ path: name, version })));
  return getVendoredModules(list)
    .filter((module) => !known.has(toModuleKey(module)))
    .map((module) => ({
      ...withLicenses(
        toPackage(module, list, undefined),
        licenses,
        findCopyDirectory(list, module),
      ),
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
    purl: toGoModulePurl(name, version),
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
