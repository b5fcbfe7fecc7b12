import { posix } from 'node:path';
import { textOf } from '../../core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import type { Package } from '../../core/package.ts';
import { type GoModFile, parseGoMod } from '../../parse/go/mod-file.ts';
import { goModulePurl } from '../../parse/go/module-path.ts';
import { linesOf } from '../../parse/text/lines.ts';
import { type NeededModule, neededModules } from './needed-modules.ts';

/** What go.mod asks for, or the digests of go.sum. */
export type GoModuleFact =
  | { readonly kind: 'mod'; readonly file: Omit<GoModFile, 'problems'> }
  | { readonly kind: 'sum'; readonly digests: readonly ModuleDigest[] };

/** `module`: path and version with a blank between them. */
export interface ModuleDigest {
  readonly module: string;
  /** E.g. `h1:…=`, of the module's files. */
  readonly digest: string;
}

/**
 * Modules that a Go project requires, with what is replaced and excluded. It does not tell which
 * module needs which, nor which of them the program uses in the end.
 */
export const goModuleFile: Cataloger<GoModuleFact> = {
  id: 'go-module-file',
  alias: 'go-module-file-cataloger',
  version: 1,
  title: 'Modules required by a Go project',
  spec: 'https://go.dev/ref/mod#go-mod-file',
  tags: ['declared', 'directory', 'go', 'golang', 'gomod', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'mod', paths: ['**/go.mod'], maxBytes: 'textFileBytesMax' },
    { role: 'sum', paths: ['**/go.sum'], maxBytes: 'textFileBytesMax' },
  ],
  extract: (file) => (file.role === 'mod' ? extractMod(file) : extractSum(file)),
  assemble: (input) => ({ packages: packagesOf(input) }),
};

function extractMod(file: WantedFile): Extraction<GoModuleFact> {
  const { problems, ...content } = parseGoMod(textOf(file.content), file.limits);
  return { fact: { kind: 'mod', file: content }, problems };
}

/** Each line has a module, its version and a digest; those of go.mod files alone are of no use. */
function extractSum({ content, limits }: WantedFile): Extraction<GoModuleFact> {
  const digests: ModuleDigest[] = [];
  for (const { text } of linesOf(textOf(content))) {
    const [path, version, digest, ...more] = text.split(' ', 4);
    const isOfFiles = version !== undefined && !version.endsWith('/go.mod');
    if (path === undefined || !isOfFiles || digest === undefined || more.length > 0) {
      continue;
    }
    if (digests.length >= limits.recordsMax) {
      const problem = { code: 'P_LIMIT', message: 'the file has too many digests' } as const;
      return { fact: { kind: 'sum', digests }, problems: [problem] };
    }
    digests.push({ module: `${path} ${version}`, digest });
  }
  return { fact: { kind: 'sum', digests } };
}

function packagesOf({ facts }: AssemblyInput<GoModuleFact>): Package[] {
  const sums = new Map<string, readonly ModuleDigest[]>();
  for (const { path, fact } of facts) {
    if (fact.kind === 'sum') {
      sums.set(posix.dirname(path), fact.digests);
    }
  }
  return facts.flatMap((visible) => {
    if (visible.fact.kind !== 'mod') {
      return [];
    }
    const digests = new Map(
      sums.get(posix.dirname(visible.path))?.map(({ module, digest }) => [module, digest]),
    );
    return neededModules(visible.fact.file).map((module) =>
      toPackage(module, visible, digests.get(`${module.path} ${module.version}`)),
    );
  });
}

function toPackage(
  { path: name, version, line }: NeededModule,
  { path, layer }: VisibleFact<GoModuleFact>,
  digest: string | undefined,
): Package {
  return {
    name,
    version,
    type: 'go-module',
    language: 'go',
    purl: goModulePurl(name, version),
    foundBy: goModuleFile.id,
    rule: 'a module that go.mod requires',
    confidence: 1,
    locations: [
      {
        path,
        accessPath: path,
        ...(layer === undefined ? {} : { layer }),
        evidence: 'primary',
        line,
      },
    ],
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
