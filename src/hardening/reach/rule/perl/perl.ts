import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { CONFIG_PATH, type ReachStrength } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { findArguments } from '../../command-words.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { PerlUse } from '../../language/perl/perl-uses.ts';
import { readPerlUses } from '../../language/perl/perl-uses.ts';
import { PERL_CODEC } from '../../language/use-codec.ts';
import { ownFact } from '../../own-fact.ts';
import { placeWitness, useWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { listPerlFolders } from './perl-folders.ts';

interface PerlFact {
  readonly uses: string;
}

/**
 * Modules that Perl loads: each literal of `use`, `require` and `do` in a reached file, looked up
 * in `@INC`, with the compiled part of a module. A computed name reaches the files that match its
 * literal start as possible, and is an opacity.
 */
export const perl: ReachRule<PerlFact> = {
  id: 'perl',
  version: 1,
  title: 'Perl loads it',
  spec: 'perlfunc(1) "use", "require", "do"; perlrun(1) "PERL5LIB"; XSLoader(3perl)',
  wants: [
    {
      role: 'source',
      paths: ['**/*.pm', '**/*.pl', '**/*.ph', '**/*.al'],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
      isDeferrable: true,
    },
    {
      role: 'script',
      magic: [SCRIPT_MAGIC],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
};

const HEAD_BYTES = 256;

function extract({ role, content, limits }: WantedFile): Extraction<PerlFact> {
  const bytes = toBuffer(readWhole(content));
  if (role === 'script' && !isPerlScript(bytes)) {
    return {};
  }
  return { deferred: { content: [bytes], make: createFactMaker(limits.programUsesMax) } };
}

function createFactMaker(usesMax: number) {
  return ([content]: readonly Uint8Array[]): PerlFact | undefined => {
    const uses = PERL_CODEC.encode(readPerlUses(toBuffer(content), usesMax));
    return uses === '' ? undefined : { uses };
  };
}

/** Also if a shell starts Perl on the same file. */
function isPerlScript(bytes: Buffer): boolean {
  const lines = bytes.toString('latin1', 0, HEAD_BYTES).split('\n', 4);
  return (
    /[/ ]perl[\d.]*(?:\s|$)/.test(lines[0] ?? '') ||
    lines.some((line) => /\bexec perl\b/.test(line))
  );
}

/** Modules that Perl loads by itself if a program uses features built on them. */
const CORE_MODULES = [
  'File::Glob',
  'Tie::Hash::NamedCapture',
  'Errno',
  'Carp',
  'PerlIO::scalar',
  'PerlIO::encoding',
  'Encode',
  'utf8',
  'mro',
  'attributes',
  'DynaLoader',
  'XSLoader',
  'Config',
];

const PROGRAM = /^perl(?:5[\d.]*)?$/;
const LIBRARY = /^libperl\.so/;

function findEdges(node: ReachNode<PerlFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  const name = getBaseName(path);
  if (PROGRAM.test(name) || LIBRARY.test(name)) {
    return startEdges(path, world);
  }
  const uses = fact === undefined ? [] : PERL_CODEC.decode(fact.uses);
  const folders = listSearchFolders(node, uses, world);
  return [
    ...uses.flatMap((use) => findUseEdges(use, { path, folders, world })),
    ...(name.endsWith('.pm') ? findCompanions({ path, folders, world }) : []),
  ];
}

interface Context {
  readonly path: string;
  readonly folders: readonly string[];
  readonly world: ReachWorld;
}

/** `-MModule` on the command line, and the Unicode tables, which are opened by computed names. */
function startEdges(path: string, world: ReachWorld): readonly ReachEdge[] {
  const folders = listPerlFolders(world);
  const words = findArguments(world, (name) => PROGRAM.test(name)).flat();
  const options = (world.config.environment.get('PERL5OPT') ?? '').split(/\s+/);
  const started = [...words, ...options].flatMap((word) => {
    const [, module] = /^-[A-LN-Za-ln-z]*[mM]-?([A-Za-z_][\w:]*)/.exec(word) ?? [];
    const to = module === undefined ? undefined : findModule(toModuleFile(module), folders, world);
    const witness = { path: CONFIG_PATH, token: word };
    return to === undefined ? [] : [{ to, strength: 'required' as const, witness }];
  });
  const code = words.includes('-e') || words.includes('-E') ? words : [];
  const inLine = code.flatMap((word) =>
    readPerlUses(Buffer.from(word), 1_000).flatMap((use) =>
      findUseEdges(use, { path: CONFIG_PATH, folders, world }),
    ),
  );
  const core = CORE_MODULES.flatMap((module) => {
    const to = findModule(toModuleFile(module), folders, world);
    return to === undefined
      ? []
      : [{ to, strength: 'likely' as const, witness: placeWitness(path) }];
  });
  const tables = folders.flatMap((folder) =>
    getFolderIndex(world).listDescendantFiles(`${folder}/unicore`, { filesMax: 2_000 }),
  );
  return [
    ...started,
    ...inLine,
    ...core,
    ...tables.map((to): ReachEdge => ({ to, strength: 'data', witness: placeWitness(path) })),
  ];
}

/**
 * Returns `@INC`: directories that the file and its loaders add, then the defaults, then the
 * directory of the file.
 */
function listSearchFolders(
  node: ReachNode<PerlFact>,
  uses: readonly PerlUse[],
  world: ReachWorld,
): readonly string[] {
  const added = [
    ...uses.flatMap((use) => findFoldersAddedHere(use, node.path, world)),
    ...node.listAncestors().flatMap((path) => findAddedFolders(path, world)),
  ];
  const fixed = listPerlFolders(world);
  const isInstalled = fixed.some((folder) => node.path.startsWith(`${folder}/`));
  const around: string[] = [];
  for (let at = getParentPath(node.path); !isInstalled && at !== '/' && around.length < 8; ) {
    around.push(at, `${at}/lib`);
    at = getParentPath(at);
  }
  return [...new Set([...added, ...fixed, ...around])];
}

const added = new WeakMap<ReachWorld, Map<string, readonly string[]>>();

/** Every module that the same few programs load needs them. */
function findAddedFolders(path: string, world: ReachWorld): readonly string[] {
  const lists = added.get(world) ?? new Map<string, readonly string[]>();
  added.set(world, lists);
  const known = lists.get(path);
  if (known !== undefined) {
    return known;
  }
  const fact = ownFact(perl, path, world);
  const uses = fact === undefined ? [] : PERL_CODEC.decode(fact.uses);
  const made = uses.flatMap((use) => findFoldersAddedHere(use, path, world));
  lists.set(path, made);
  return made;
}

function findFoldersAddedHere(
  { kind, text }: PerlUse,
  path: string,
  world: ReachWorld,
): readonly string[] {
  return kind === 'library-directory' ? resolveLibraryFolder(text, path, world) : [];
}

/** `$FindBin::Bin` and similar variables stand for the directory of the script. */
function resolveLibraryFolder(text: string, path: string, world: ReachWorld): readonly string[] {
  const folder = getParentPath(path);
  const plain = text.replace(/^\$(?:\{?(?:FindBin::)?(?:Real)?Bin\}?|\w+)/, folder);
  if (plain.includes('$')) {
    return [];
  }
  return plain.startsWith('/')
    ? [plain]
    : [`${world.config.workingFolder.replace(/\/$/, '')}/${plain}`, `${folder}/${plain}`];
}

function toModuleFile(module: string): string {
  return `${module.replaceAll('::', '/')}.pm`;
}

const searches = new WeakMap<ReachWorld, Map<string, Map<string, string | undefined>>>();

/** Caches the results per list of directories, because the same few modules are used everywhere. */
function getFoundModules(
  folders: readonly string[],
  world: ReachWorld,
): Map<string, string | undefined> {
  const all = searches.get(world) ?? new Map<string, Map<string, string | undefined>>();
  searches.set(world, all);
  const key = folders.join(':');
  const found = all.get(key) ?? new Map<string, string | undefined>();
  all.set(key, found);
  return found;
}

function findModule(
  file: string,
  folders: readonly string[],
  world: ReachWorld,
): string | undefined {
  if (file.startsWith('/')) {
    return file;
  }
  const known = getFoundModules(folders, world);
  const found = known.get(file);
  if (found !== undefined || known.has(file)) {
    return found;
  }
  const folder = folders.find((one) => world.exists(`${one}/${file}`));
  const path = folder === undefined ? undefined : `${folder}/${file}`;
  known.set(file, path);
  return path;
}

/** Kinds of uses that always run; the others may run. */
const REQUIRED: ReadonlySet<PerlUse['kind']> = new Set(['use', 'require']);

function findUseEdges(use: PerlUse, context: Context): readonly ReachEdge[] {
  const { path, folders, world } = context;
  const witness = toWitness(use, path);
  if (use.kind === 'library-directory') {
    return [];
  }
  if (use.kind === 'computed') {
    return openFiles(use.text, context).map((to) => ({ to, strength: 'possible', witness }));
  }
  const isFile = use.kind === 'do-file' || /[/.]/.test(use.text);
  const to = findModule(isFile ? use.text : toModuleFile(use.text), folders, world);
  const strength: ReachStrength = REQUIRED.has(use.kind) ? 'required' : 'likely';
  const inside = use.text === 'DBI' ? listFolderFiles('DBD', context) : [];
  return [
    ...(to === undefined ? [] : [{ to, strength, witness }]),
    ...inside.map((one): ReachEdge => ({ to: one, strength: 'possible', witness })),
  ];
}

/** An open use has no text of its own, or text that looks like a path. */
function toWitness({ kind, line, text }: PerlUse, path: string): ReachEdge['witness'] {
  const [first = text] = kind === 'computed' ? text.split('/', 1) : [text];
  return useWitness(path, line, first);
}

/**
 * Returns the files that match the literal start of the name, or else the modules below the module
 * itself.
 */
function openFiles(text: string, context: Context): readonly string[] {
  const cut = text.lastIndexOf('/');
  if (cut > 0) {
    return listFolderFiles(text.slice(0, cut), context, text.slice(cut + 1));
  }
  const folder = findInnermostFolder(context);
  const own = context.path.slice((folder?.length ?? 0) + 1).replace(/\.p[ml]$/, '');
  return folder === undefined || !context.path.endsWith('.pm') ? [] : listFolderFiles(own, context);
}

function listFolderFiles(name: string, { folders, world }: Context, start = ''): readonly string[] {
  const index = getFolderIndex(world);
  return folders.flatMap((folder) =>
    index
      .listNames(`${folder}/${name}`)
      .filter((file) => file.startsWith(start) && file.endsWith('.pm'))
      .map((file) => `${folder}/${name}/${file}`),
  );
}

/** Returns the innermost of the directories that contains the file. */
function findInnermostFolder({ path, folders }: Context): string | undefined {
  const over = folders.filter((one) => path.startsWith(`${one}/`));
  return over.toSorted((left, right) => right.length - left.length)[0];
}

/** Files of a module in `auto`: its compiled part and functions that are loaded on call. */
function findCompanions(context: Context): readonly ReachEdge[] {
  const { path, folders, world } = context;
  const index = getFolderIndex(world);
  const folder = findInnermostFolder(context);
  if (folder === undefined) {
    return [];
  }
  const module = path.slice(folder.length + 1, -3);
  return folders.flatMap((one) => {
    const auto = `${one}/auto/${module}`;
    if (!index.isFilled(`${one}/auto`)) {
      return [];
    }
    return index.listNames(auto).flatMap((file): readonly ReachEdge[] => {
      const isCode = file === `${getBaseName(module)}.so` || /\.(?:al|bs)$/.test(file);
      const witness = placeWitness(path);
      const strength = isCode ? 'likely' : 'data';
      return isCode || file === 'autosplit.ix'
        ? [{ to: `${auto}/${file}`, strength, witness }]
        : [];
    });
  });
}

function findOpacities({ fact, path }: ReachNode<PerlFact>, world: ReachWorld) {
  const isStandard = world.findOwner(path)?.name.startsWith('perl') === true;
  const open = isStandard || fact === undefined ? [] : PERL_CODEC.decode(fact.uses);
  const use = open.find(({ kind, text }) => kind === 'computed' && !text.includes('/'));
  return use === undefined
    ? []
    : [
        {
          what: 'loads a module by a name computed at run time',
          witness: useWitness(path, use.line, use.text.split('/', 1)[0] ?? ''),
          scope: { kind: 'folder' as const, path: getParentPath(path) },
        },
      ];
}
