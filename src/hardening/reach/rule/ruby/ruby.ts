import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText, readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import { CONFIG_PATH, type ReachStrength } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { findArguments } from '../../command-words.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { RubyUse } from '../../language/ruby/ruby-uses.ts';
import { readRubyUses } from '../../language/ruby/ruby-uses.ts';
import { RUBY_CODEC } from '../../language/use-codec.ts';
import { ownFact } from '../../own-fact.ts';
import { placeWitness, useWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { createLoadPath, type Gem, type LoadPath } from './load-path.ts';

type RubyFact =
  | { readonly kind: 'source'; readonly uses: string }
  | { readonly kind: 'gem'; readonly requirePaths: readonly string[] };

/**
 * Files that Ruby loads: each literal of `require`, `load`, `autoload` and similar calls in a
 * reached file, looked up in the directories of Ruby and of every installed gem. A computed name is
 * an opacity.
 */
export const ruby: ReachRule<RubyFact> = {
  id: 'ruby',
  version: 1,
  title: 'Ruby loads it',
  spec: 'Ruby, Kernel#require, Kernel#load, Module#autoload; RubyGems guides, "Specification"',
  wants: [
    {
      role: 'gem',
      paths: ['**/specifications/*.gemspec', '**/specifications/default/*.gemspec'],
      maxBytes: 'configFileBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'source',
      paths: ['**/*.rb', '**/*.ru', '**/Rakefile', '**/Gemfile'],
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

function extract({ role, content, limits }: WantedFile): Extraction<RubyFact> {
  if (role === 'gem') {
    return extractGem(readText(content));
  }
  const bytes = toBuffer(readWhole(content));
  if (role === 'script' && !isRubyScript(bytes)) {
    return {};
  }
  return { deferred: { content: [bytes], make: createFactMaker(limits.programUsesMax) } };
}

function createFactMaker(usesMax: number) {
  return ([content]: readonly Uint8Array[]): RubyFact | undefined => {
    const uses = RUBY_CODEC.encode(readRubyUses(toBuffer(content), usesMax));
    return uses === '' ? undefined : { kind: 'source', uses };
  };
}

function isRubyScript(bytes: Buffer): boolean {
  const [line = ''] = bytes.toString('latin1', 0, HEAD_BYTES).split('\n', 1);
  return /[/ ]ruby[\d.]*(?:\s|$)/.test(line);
}

function extractGem(text: string): Extraction<RubyFact> {
  const list = /\brequire_paths\s*=\s*\[([^\]]{0,1000})\]/.exec(text)?.[1] ?? '';
  const requirePaths = Array.from(
    list.matchAll(/["']([^"'\n]{1,200})["']/g),
    ([, path = '']) => path,
  );
  return requirePaths.length === 0 ? {} : { fact: { kind: 'gem', requirePaths } };
}

const PROGRAM = /^ruby[\d.]*$/;
const LIBRARY = /^libruby[\w.-]*\.so/;

function getFact(path: string, world: ReachWorld): RubyFact | undefined {
  return ownFact(ruby, path, world);
}

function getLoadPath(world: ReachWorld): LoadPath {
  return createLoadPath(world, (specification) => {
    const fact = getFact(world.view.resolve(specification)?.path ?? '', world);
    return fact?.kind === 'gem' ? fact.requirePaths : undefined;
  });
}

function findEdges(node: ReachNode<RubyFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  const name = getBaseName(path);
  if (PROGRAM.test(name) || LIBRARY.test(name)) {
    return startEdges(path, world);
  }
  if (fact?.kind !== 'source') {
    return [];
  }
  const context = { path, world, around: listFoldersAround(path, world) };
  return RUBY_CODEC.decode(fact.uses).flatMap((use) => findUseEdges(use, context));
}

interface Context {
  readonly path: string;
  readonly world: ReachWorld;
  /** Directories of the application that `$LOAD_PATH` may include. */
  readonly around: readonly string[];
}

/**
 * Files that Ruby loads before the program: RubyGems and its helpers, encodings, and files of `-r`.
 */
const START_FILES = [
  'rubygems',
  'rbconfig',
  'monitor',
  'error_highlight',
  'did_you_mean',
  'syntax_suggest/core',
  'bundled_gems',
  'rubygems/defaults/operating_system',
  'rubygems/defaults/ruby',
  'enc/encdb',
  'enc/trans/transdb',
  'thread',
  'fiber',
  'unicode_normalize/normalize',
];

function startEdges(path: string, world: ReachWorld): readonly ReachEdge[] {
  const { folders, gems } = getLoadPath(world);
  const context = { path, world, around: [] };
  const start = START_FILES.flatMap((file) =>
    findLibrary(file, context).map(
      (to): ReachEdge => ({ to, strength: 'required', witness: placeWitness(path) }),
    ),
  );
  const index = getFolderIndex(world);
  const encodings = folders.flatMap((folder) =>
    index.listDescendantFiles(`${folder}/enc`, { filesMax: 500 }),
  );
  const words = findArguments(world, (name) => PROGRAM.test(name)).flatMap((line) => [...line]);
  const options = [...words, ...(world.config.environment.get('RUBYOPT') ?? '').split(/\s+/)];
  const named = options.flatMap((word, at) => {
    const file = word === '-r' ? (options[at + 1] ?? '') : /^-[a-z]*r(.+)$/.exec(word)?.[1];
    return file === undefined ? [] : findLibrary(file, context).map((to) => toConfigEdge(to, word));
  });
  const code = words.flatMap((word, at) => (words[at - 1] === '-e' ? [word] : []));
  const inLine = code.flatMap((text) =>
    readRubyUses(Buffer.from(text.replaceAll(';', '\n')), 1_000).flatMap((use) =>
      findUseEdges(use, { ...context, path: CONFIG_PATH }),
    ),
  );
  const specifications = gems.map(
    ({ specification }): ReachEdge => ({
      to: specification,
      strength: 'data',
      witness: placeWitness(path),
    }),
  );
  return [
    ...start,
    ...named,
    ...inLine,
    ...encodings.map((to): ReachEdge => ({ to, strength: 'likely', witness: placeWitness(path) })),
    ...specifications,
  ];
}

function toConfigEdge(to: string, token: string): ReachEdge {
  return { to, strength: 'required', witness: { path: CONFIG_PATH, token } };
}

/** Returns the directories of an application: those above the file, each with its `lib`. */
function listFoldersAround(path: string, world: ReachWorld): readonly string[] {
  const { folders, gems } = getLoadPath(world);
  const isInstalled =
    folders.some((folder) => path.startsWith(`${folder}/`)) ||
    gems.some(({ folder }) => folder !== undefined && path.startsWith(`${folder}/`));
  const around: string[] = [];
  for (let at = getParentPath(path); !isInstalled && at !== '/' && around.length < 12; ) {
    around.push(at, `${at}/lib`);
    at = getParentPath(at);
  }
  return around;
}

const ENDINGS = ['.rb', '.so'];

/**
 * Returns the file in the first directory that has it; without an extension, Ruby source takes
 * precedence over compiled code.
 */
function findLibrary(name: string, { world, around }: Context): readonly string[] {
  const { folders, gems } = getLoadPath(world);
  const index = getFolderIndex(world);
  const names = /\.(?:rb|so)$/.test(name) ? [name] : ENDINGS.map((ending) => `${name}${ending}`);
  const findInDirectory = (folder: string): string | undefined => {
    const cut = name.lastIndexOf('/');
    const at = cut === -1 ? folder : `${folder}/${name.slice(0, cut)}`;
    const found = names.find((one) => index.has(at, one.slice(cut + 1)));
    return found === undefined ? undefined : `${folder}/${found}`;
  };
  if (name.startsWith('/')) {
    return names;
  }
  for (const folder of [...folders, ...around]) {
    const found = findInDirectory(folder);
    if (found !== undefined) {
      return [
        found,
        ...gems.flatMap((gem) => gem.folders.flatMap((one) => findInDirectory(one) ?? [])),
      ];
    }
  }
  return gems.flatMap((gem) => gem.folders.flatMap((one) => findInDirectory(one) ?? []));
}

const STRENGTHS: Readonly<Partial<Record<RubyUse['kind'], ReachStrength>>> = {
  require: 'required',
  computed: 'possible',
};

function findUseEdges(use: RubyUse, context: Context): readonly ReachEdge[] {
  const witness = useWitness(context.path, use.line, use.text);
  const strength = STRENGTHS[use.kind] ?? 'likely';
  return findTargets(use, context).map((to) => ({ to, strength, witness }));
}

function findTargets({ kind, text }: RubyUse, context: Context): readonly string[] {
  const folder = getParentPath(context.path);
  switch (kind) {
    case 'relative-file':
      return [`${folder}/${text}`, `${folder}/${text}.rb`, `${folder}/${text}.so`].filter((path) =>
        /\.\w+$/.test(path),
      );
    case 'load':
      return [...findLibrary(text, context), `${folder}/${text}`];
    case 'autoload-name':
      return findNamedFiles(text, context);
    case 'gem':
      return findGemFiles(text, context);
    case 'bundle':
      return getLoadPath(context.world).gems.flatMap((gem) => findMainFiles(gem, context));
    case 'computed':
      return openFiles(text, context);
    default:
      return findLibrary(text, context);
  }
}

/** `autoload :FooBar` with a path computed from the name. */
function findNamedFiles(name: string, { path }: Context): readonly string[] {
  const file = name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return [`${path.replace(/\.rb$/, '')}/${file}.rb`, `${getParentPath(path)}/${file}.rb`];
}

function findMainFiles({ name, folders }: Gem, { world }: Context): readonly string[] {
  const index = getFolderIndex(world);
  return folders.flatMap((folder) =>
    [name, name.replaceAll('-', '/'), name.replaceAll('-', '_')]
      .map((one) => `${folder}/${one}.rb`)
      .filter((one) => index.has(getParentPath(one), getBaseName(one))),
  );
}

/** Returns the programs of a gem that a wrapper starts, and its main file. */
function findGemFiles(name: string, context: Context): readonly string[] {
  const index = getFolderIndex(context.world);
  return getLoadPath(context.world)
    .gems.filter((gem) => gem.name === name)
    .flatMap((gem) => [
      ...findMainFiles(gem, context),
      ...['exe', 'bin', 'libexec'].flatMap((one) =>
        gem.folder === undefined
          ? []
          : index
              .listNames(`${gem.folder}/${one}`)
              .map((file) => `${gem.folder ?? ''}/${one}/${file}`),
      ),
    ]);
}

/**
 * Returns the files that match the literal start of the name, or else those in the directory of the
 * same name.
 */
function openFiles(text: string, { path, world }: Context): readonly string[] {
  const index = getFolderIndex(world);
  const { folders, gems } = getLoadPath(world);
  const cut = text.lastIndexOf('/');
  const bases =
    cut > 0
      ? [...folders, ...gems.flatMap((gem) => gem.folders)].map(
          (one) => `${one}/${text.slice(0, cut)}`,
        )
      : [
          path.replace(/\.rb$/, ''),
          ...(folders.includes(getParentPath(path)) ? [] : [getParentPath(path)]),
        ];
  return bases.flatMap((base) =>
    index
      .listNames(base)
      .filter((name) => /\.(?:rb|so)$/.test(name))
      .map((name) => `${base}/${name}`),
  );
}

function findOpacities({ fact, path }: ReachNode<RubyFact>, world: ReachWorld) {
  const { folders } = getLoadPath(world);
  const isStandard = folders.some((folder) => path.startsWith(`${folder}/`));
  const uses = fact?.kind === 'source' && !isStandard ? RUBY_CODEC.decode(fact.uses) : [];
  const open = uses.find(({ kind, text }) => kind === 'computed' && text.lastIndexOf('/') <= 0);
  return open === undefined
    ? []
    : [
        {
          what: 'loads a file by a name computed at run time',
          witness: useWitness(path, open.line, open.text),
          scope: { kind: 'folder' as const, path: getParentPath(path) },
        },
      ];
}
