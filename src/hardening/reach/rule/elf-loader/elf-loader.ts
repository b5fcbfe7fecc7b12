import { readDynamic } from '../../../../foundation/bytes/elf/dynamic.ts';
import { ELF_WANT, readElf } from '../../../../foundation/bytes/elf/elf.ts';
import { readInterpreter } from '../../../../foundation/bytes/elf/notes.ts';
import { appendAll } from '../../../../foundation/core/append-all.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { defined } from '../../../../foundation/core/defined.ts';
import { getFolderIndex } from '../../folder-index.ts';
import { ownFact } from '../../own-fact.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { type CacheEntry, readLoaderCache } from './loader-cache.ts';
import {
  expandFolders,
  HWCAPS,
  type LoaderConfig,
  type LoaderFact,
  listDefaultFolders,
  parseMuslArchitecture,
  readLoaderConfig,
} from './search-folders.ts';

/** Contents of one of the requested files. */
type Fact =
  | { readonly kind: 'elf'; readonly elf: LoaderFact }
  | { readonly kind: 'cache'; readonly entries: readonly CacheEntry[] }
  | { readonly kind: 'config'; readonly config: LoaderConfig }
  | { readonly kind: 'preload'; readonly paths: readonly string[] };

const CACHE = '/etc/ld.so.cache';
const CONFIG = '/etc/ld.so.conf';
const PRELOAD = '/etc/ld.so.preload';

/**
 * Libraries that the dynamic loader maps by its own rules: the interpreter, then each needed name
 * in the search order of glibc or musl. Only files of the same class and machine count.
 */
export const elfLoader: ReachRule<Fact> = {
  id: 'elf-loader',
  version: 1,
  title: 'the dynamic loader maps it',
  spec: 'System V ABI, chapter 5; ld.so(8); musl, ldso/dynlink.c',
  wants: [
    ELF_WANT,
    { role: 'cache', paths: [CACHE], maxBytes: 'textFileBytesMax' },
    {
      role: 'config',
      paths: [CONFIG, '/etc/ld.so.conf.d/*', '/etc/ld-musl-*.path'],
      maxBytes: 'textFileBytesMax',
    },
    { role: 'preload', paths: [PRELOAD], maxBytes: 'textFileBytesMax' },
  ],
  extract,
  findEdges,
};

function extract({ role, content, limits }: WantedFile): Extraction<Fact> {
  if (role === 'elf') {
    return extractElfFact(content, limits);
  }
  const bytes = content.read(0, content.sizeBytes);
  const text = Buffer.from(bytes).toString('utf8');
  switch (role) {
    case 'cache':
      return {
        fact: { kind: 'cache', entries: readLoaderCache(bytes, limits.executableRecordsMax) },
      };
    case 'preload':
      return {
        fact: { kind: 'preload', paths: text.split(/[\s:]+/).filter((path) => path !== '') },
      };
    default:
      return { fact: { kind: 'config', config: readLoaderConfig(text) } };
  }
}

function extractElfFact(
  content: WantedFile['content'],
  limits: WantedFile['limits'],
): Extraction<Fact> {
  const elf = readElf(content, limits);
  if (elf === undefined) {
    return {};
  }
  const dynamic = readDynamic(elf);
  const interpreter = readInterpreter(elf);
  const { rpath, runpath } = dynamic ?? {};
  return {
    fact: {
      kind: 'elf',
      elf: {
        machine: elf.machine,
        is64: elf.layout.is64,
        ...defined({ interpreter }),
        needed: dynamic?.needed ?? [],
        companions: dynamic?.companions ?? [],
        ...defined({ rpath, runpath }),
        isDefaultOff: dynamic?.isDefaultOff ?? false,
      },
    },
  };
}

function findEdges(node: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  if (fact?.kind !== 'elf') {
    return [];
  }
  const { interpreter, needed, companions } = fact.elf;
  const found: ReachEdge[] = [];
  if (interpreter !== undefined) {
    found.push({ to: interpreter, strength: 'required', witness: { path, token: interpreter } });
    appendAll(found, ownFiles(world.view.resolve(interpreter)?.path ?? interpreter, world));
  }
  const search = createSearch(node, fact.elf, world);
  for (const name of [...needed, ...companions]) {
    for (const to of search(name)) {
      found.push({ to, strength: 'required', witness: { path, token: name } });
    }
  }
  return found;
}

/** Files that the loader opens for every program. */
function ownFiles(interpreter: string, world: ReachWorld): readonly ReachEdge[] {
  const architecture = parseMuslArchitecture(interpreter);
  if (architecture !== undefined) {
    const path = `/etc/ld-musl-${architecture}.path`;
    return [{ to: path, strength: 'data', witness: { path: interpreter, token: path } }];
  }
  const preload = getFact(PRELOAD, world);
  const paths = preload?.kind === 'preload' ? preload.paths : [];
  return [
    { to: CACHE, strength: 'data', witness: { path: interpreter, token: CACHE } },
    ...paths.map(
      (path): ReachEdge => ({
        to: path,
        strength: 'required',
        witness: { path: PRELOAD, token: path },
      }),
    ),
  ];
}

type Search = (name: string) => readonly string[];

function createSearch(node: ReachNode<Fact>, fact: LoaderFact, world: ReachWorld): Search {
  const chain = listLoaders(node, world);
  const interpreter = chain.map(({ elf }) => elf.interpreter).find((one) => one !== undefined);
  const musl = parseMuslArchitecture(interpreter) ?? findMusl(fact, world);
  const folders =
    musl === undefined ? listGlibcFolders(chain, world) : listMuslFolders(chain, musl, world);
  const cached = musl === undefined && !fact.isDefaultOff ? cacheByName(world) : undefined;
  const isMatch = (path: string): boolean => isFitting(path, fact, world);
  return (name) => {
    if (name.includes('/')) {
      return [name];
    }
    if (musl !== undefined && name === `libc.musl-${musl}.so.1`) {
      return interpreter === undefined ? [] : [interpreter];
    }
    const variants = musl === undefined ? HWCAPS : [];
    for (const folder of folders.before) {
      const found = listCandidates(folder, name, variants).filter(isMatch);
      if (found.length > 0) {
        return found;
      }
    }
    const known = (cached?.get(name) ?? []).filter(isMatch);
    if (known.length > 0) {
      return known;
    }
    for (const folder of fact.isDefaultOff ? [] : folders.after) {
      const found = listCandidates(folder, name, variants).filter(isMatch);
      if (found.length > 0) {
        return found;
      }
    }
    return [];
  };
}

/** Includes every feature level, because the processor is unknown. */
function listCandidates(
  folder: string,
  name: string,
  variants: readonly string[],
): readonly string[] {
  return [...variants.map((variant) => `${folder}/${variant}/${name}`), `${folder}/${name}`];
}

interface Loaded {
  readonly path: string;
  readonly elf: LoaderFact;
}

/** Returns the file and the files that loaded it, the nearest first. */
function listLoaders(
  { path, listAncestors }: ReachNode<Fact>,
  world: ReachWorld,
): readonly Loaded[] {
  return [path, ...listAncestors()].flatMap((one) => {
    const fact = getFact(one, world);
    return fact?.kind === 'elf' ? [{ path: one, elf: fact.elf }] : [];
  });
}

interface Folders {
  /** Directories searched before the cache. */
  readonly before: readonly string[];
  /** Directories searched after the cache. */
  readonly after: readonly string[];
}

/** `DT_RPATH` is inherited from the loading files and only counts without `DT_RUNPATH`. */
function listGlibcFolders(chain: readonly Loaded[], world: ReachWorld): Folders {
  const [own] = chain;
  if (own === undefined) {
    return { before: [], after: [] };
  }
  const inherited = own.elf.runpath === undefined ? chain : [];
  const rpaths = inherited
    .filter(({ elf }) => elf.runpath === undefined)
    .flatMap(({ path, elf }) => expandText(elf.rpath, path, elf));
  return {
    before: [
      ...rpaths,
      ...expandText(world.config.environment.get('LD_LIBRARY_PATH'), own.path, own.elf),
      ...expandText(own.elf.runpath, own.path, own.elf),
    ],
    after: [...readConfiguredFolders(world), ...listDefaultFolders(own.elf, false)],
  };
}

/** musl treats both paths alike and searches those of all loading files. */
function listMuslFolders(
  chain: readonly Loaded[],
  architecture: string,
  world: ReachWorld,
): Folders {
  const [own] = chain;
  const fact = getFact(`/etc/ld-musl-${architecture}.path`, world);
  const configured = fact?.kind === 'config' ? fact.config.folders : undefined;
  return {
    before: [
      ...(own === undefined
        ? []
        : expandText(world.config.environment.get('LD_LIBRARY_PATH'), own.path, own.elf)),
      ...chain.flatMap(({ path, elf }) => expandText(elf.rpath ?? elf.runpath, path, elf)),
    ],
    after: configured ?? (own === undefined ? [] : listDefaultFolders(own.elf, true)),
  };
}

function expandText(path: string | undefined, at: string, fact: LoaderFact): readonly string[] {
  const origin = at.slice(0, Math.max(1, at.lastIndexOf('/')));
  return path === undefined ? [] : expandFolders(path, { origin, fact });
}

/** Reads the directories of `/etc/ld.so.conf` and of the files it includes, one level deep. */
function readConfiguredFolders(world: ReachWorld): readonly string[] {
  const fact = getFact(CONFIG, world);
  if (fact?.kind !== 'config') {
    return [];
  }
  const { folders, includes } = fact.config;
  const included = includes.flatMap((pattern) => expandPattern(pattern, world));
  return [
    ...folders,
    ...included.flatMap((path) => {
      const found = getFact(path, world);
      return found?.kind === 'config' ? found.config.folders : [];
    }),
  ];
}

/** Expands a pattern whose base name ends in a star, such as `/etc/ld.so.conf.d/*.conf`. */
function expandPattern(pattern: string, world: ReachWorld): readonly string[] {
  const whole = pattern.startsWith('/') ? pattern : `/etc/${pattern}`;
  const cut = whole.lastIndexOf('/');
  const [folder, name] = [whole.slice(0, cut), whole.slice(cut + 1)];
  const [start = '', end = ''] = name.split('*', 2);
  return getFolderIndex(world)
    .listNames(folder)
    .filter((one) => one.startsWith(start) && one.endsWith(end))
    .map((one) => `${folder}/${one}`);
}

const cachesByWorld = new WeakMap<ReachWorld, ReadonlyMap<string, readonly string[]>>();

function cacheByName(world: ReachWorld): ReadonlyMap<string, readonly string[]> {
  const known = cachesByWorld.get(world);
  if (known !== undefined) {
    return known;
  }
  const fact = getFact(CACHE, world);
  const entries = fact?.kind === 'cache' ? fact.entries : [];
  const made = new Map<string, string[]>();
  for (const [name, path] of entries) {
    const paths = made.get(name);
    if (paths === undefined) {
      made.set(name, [path]);
    } else {
      paths.push(path);
    }
  }
  cachesByWorld.set(world, made);
  return made;
}

/** Detects the C library of a library that nothing has loaded yet by its needed names. */
function findMusl({ needed }: LoaderFact, world: ReachWorld): string | undefined {
  const names = needed.map((name) => /^libc\.musl-([a-z0-9_]+)\.so\.1$/.exec(name)?.[1]);
  return names.find((name) => name !== undefined && world.exists(`/lib/ld-musl-${name}.so.1`));
}

function isFitting(path: string, { machine, is64 }: LoaderFact, world: ReachWorld): boolean {
  const fact = getFact(path, world);
  return fact?.kind === 'elf' && fact.elf.machine === machine && fact.elf.is64 === is64;
}

function getFact(path: string, world: ReachWorld): Fact | undefined {
  const real = world.view.resolve(path)?.path;
  return real === undefined ? undefined : ownFact(elfLoader, real, world);
}
