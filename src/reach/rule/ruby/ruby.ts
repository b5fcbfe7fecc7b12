import { bufferOf, textOf, wholeOf } from '../../../core/bytes.ts';
import type { Extraction, WantedFile } from '../../../core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../core/executable-file.ts';
import type { ReachStrength } from '../../../core/reach.ts';
import { nameOf, parentOf } from '../../../view/path.ts';
import { argumentsOf } from '../../command-words.ts';
import { folderIndex } from '../../folder-index.ts';
import { decodeUses, encodeUses, type ProgramUse } from '../../language/program-use.ts';
import { readRubyUses } from '../../language/ruby/ruby-uses.ts';
import { ownFact } from '../../own-fact.ts';
import { placeWitness, useWitness } from '../../own-witness.ts';
import { CONFIG_PATH } from '../../reach-graph.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { type Gem, type LoadPath, loadPathOf } from './load-path.ts';

type RubyFact =
  | { readonly kind: 'source'; readonly uses: string }
  | { readonly kind: 'gem'; readonly requirePaths: readonly string[] };

/**
 * Files that Ruby loads: each literal of `require`, `load`, `autoload` and the like in a reached
 * file, looked for in the folders of Ruby and of every installed gem. A name that is made at run
 * time is an opacity.
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
      isLater: true,
    },
    {
      role: 'script',
      magic: [SCRIPT_MAGIC],
      maxBytes: 'programFileBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  edges,
  opacities,
};

const HEAD_BYTES = 256;

function extract({ role, content, limits }: WantedFile): Extraction<RubyFact> {
  if (role === 'gem') {
    return gemFact(textOf(content));
  }
  const bytes = bufferOf(wholeOf(content));
  if (role === 'script' && !isRubyScript(bytes)) {
    return {};
  }
  return { deferred: { content: [bytes], make: factMaker(limits.programUsesMax) } };
}

function factMaker(usesMax: number) {
  return ([content]: readonly Uint8Array[]): RubyFact | undefined => {
    const uses = encodeUses(readRubyUses(bufferOf(content), usesMax));
    return uses === '' ? undefined : { kind: 'source', uses };
  };
}

function isRubyScript(bytes: Buffer): boolean {
  const [line = ''] = bytes.toString('latin1', 0, HEAD_BYTES).split('\n', 1);
  return /[/ ]ruby[\d.]*(?:\s|$)/.test(line);
}

function gemFact(text: string): Extraction<RubyFact> {
  const list = /\brequire_paths\s*=\s*\[([^\]]{0,1000})\]/.exec(text)?.[1] ?? '';
  const requirePaths = Array.from(
    list.matchAll(/["']([^"'\n]{1,200})["']/g),
    ([, path = '']) => path,
  );
  return requirePaths.length === 0 ? {} : { fact: { kind: 'gem', requirePaths } };
}

const PROGRAM = /^ruby[\d.]*$/;
const LIBRARY = /^libruby[\w.-]*\.so/;

function factOf(path: string, world: ReachWorld): RubyFact | undefined {
  return ownFact(ruby, path, world);
}

function pathOf(world: ReachWorld): LoadPath {
  return loadPathOf(world, (specification) => {
    const fact = factOf(world.view.resolve(specification)?.path ?? '', world);
    return fact?.kind === 'gem' ? fact.requirePaths : undefined;
  });
}

function edges(node: ReachNode<RubyFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path, fact } = node;
  const name = nameOf(path);
  if (PROGRAM.test(name) || LIBRARY.test(name)) {
    return startEdges(path, world);
  }
  if (fact?.kind !== 'source') {
    return [];
  }
  const context = { path, world, around: foldersAround(path, world) };
  return decodeUses(fact.uses).flatMap((use) => edgesOfUse(use, context));
}

interface Context {
  readonly path: string;
  readonly world: ReachWorld;
  /** Folders of the application that `$LOAD_PATH` may have. */
  readonly around: readonly string[];
}

/** What Ruby loads before the program: RubyGems and its helpers, encodings, and what `-r` names. */
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
  const { folders, gems } = pathOf(world);
  const context = { path, world, around: [] };
  const start = START_FILES.flatMap((file) =>
    find(file, context).map(
      (to): ReachEdge => ({ to, strength: 'required', witness: placeWitness(path) }),
    ),
  );
  const index = folderIndex(world);
  const encodings = folders.flatMap((folder) =>
    index.filesBelow(`${folder}/enc`, { filesMax: 500 }),
  );
  const words = argumentsOf(world, (name) => PROGRAM.test(name)).flatMap((line) => [...line]);
  const options = [...words, ...(world.config.environment.get('RUBYOPT') ?? '').split(/\s+/)];
  const named = options.flatMap((word, at) => {
    const file = word === '-r' ? (options[at + 1] ?? '') : /^-[a-z]*r(.+)$/.exec(word)?.[1];
    return file === undefined ? [] : find(file, context).map((to) => configEdge(to, word));
  });
  const code = words.flatMap((word, at) => (words[at - 1] === '-e' ? [word] : []));
  const inLine = code.flatMap((text) =>
    readRubyUses(Buffer.from(text.replaceAll(';', '\n')), 1_000).flatMap((use) =>
      edgesOfUse(use, { ...context, path: CONFIG_PATH }),
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

function configEdge(to: string, token: string): ReachEdge {
  return { to, strength: 'required', witness: { path: CONFIG_PATH, token } };
}

/** Where an application has its files: the folders over the file, each with its `lib`. */
function foldersAround(path: string, world: ReachWorld): readonly string[] {
  const { folders, gems } = pathOf(world);
  const isInstalled =
    folders.some((folder) => path.startsWith(`${folder}/`)) ||
    gems.some(({ folder }) => folder !== undefined && path.startsWith(`${folder}/`));
  const around: string[] = [];
  for (let at = parentOf(path); !isInstalled && at !== '/' && around.length < 12; ) {
    around.push(at, `${at}/lib`);
    at = parentOf(at);
  }
  return around;
}

const ENDINGS = ['.rb', '.so'];

/** The first folder that has the file; without its ending, Ruby comes before compiled code. */
function find(name: string, { world, around }: Context): readonly string[] {
  const { folders, gems } = pathOf(world);
  const index = folderIndex(world);
  const names = /\.(?:rb|so)$/.test(name) ? [name] : ENDINGS.map((ending) => `${name}${ending}`);
  const within = (folder: string): string | undefined => {
    const cut = name.lastIndexOf('/');
    const at = cut === -1 ? folder : `${folder}/${name.slice(0, cut)}`;
    const found = names.find((one) => index.has(at, one.slice(cut + 1)));
    return found === undefined ? undefined : `${folder}/${found}`;
  };
  if (name.startsWith('/')) {
    return names;
  }
  for (const folder of [...folders, ...around]) {
    const found = within(folder);
    if (found !== undefined) {
      return [found, ...gems.flatMap((gem) => gem.folders.flatMap((one) => within(one) ?? []))];
    }
  }
  return gems.flatMap((gem) => gem.folders.flatMap((one) => within(one) ?? []));
}

const STRENGTHS: ReadonlyMap<string, ReachStrength> = new Map(
  Object.entries({ R: 'required', v: 'possible' }),
);

function edgesOfUse(use: ProgramUse, context: Context): readonly ReachEdge[] {
  const witness = useWitness(context.path, use.line, use.text);
  const strength = STRENGTHS.get(use.kind) ?? 'likely';
  return targetsOf(use, context).map((to) => ({ to, strength, witness }));
}

function targetsOf({ kind, text }: ProgramUse, context: Context): readonly string[] {
  const folder = parentOf(context.path);
  switch (kind) {
    case 'l':
      return [`${folder}/${text}`, `${folder}/${text}.rb`, `${folder}/${text}.so`].filter((path) =>
        /\.\w+$/.test(path),
      );
    case 'o':
      return [...find(text, context), `${folder}/${text}`];
    case 'n':
      return namedFiles(text, context);
    case 'g':
      return gemFiles(text, context);
    case 'b':
      return pathOf(context.world).gems.flatMap((gem) => mainFiles(gem, context));
    case 'v':
      return openFiles(text, context);
    default:
      return find(text, context);
  }
}

/** `autoload :FooBar` with a path that is made of the name. */
function namedFiles(name: string, { path }: Context): readonly string[] {
  const file = name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return [`${path.replace(/\.rb$/, '')}/${file}.rb`, `${parentOf(path)}/${file}.rb`];
}

function mainFiles({ name, folders }: Gem, { world }: Context): readonly string[] {
  const index = folderIndex(world);
  return folders.flatMap((folder) =>
    [name, name.replaceAll('-', '/'), name.replaceAll('-', '_')]
      .map((one) => `${folder}/${one}.rb`)
      .filter((one) => index.has(parentOf(one), nameOf(one))),
  );
}

/** The programs of a gem that a wrapper starts, and its main file. */
function gemFiles(name: string, context: Context): readonly string[] {
  const index = folderIndex(context.world);
  return pathOf(context.world)
    .gems.filter((gem) => gem.name === name)
    .flatMap((gem) => [
      ...mainFiles(gem, context),
      ...['exe', 'bin', 'libexec'].flatMap((one) =>
        gem.folder === undefined
          ? []
          : index.names(`${gem.folder}/${one}`).map((file) => `${gem.folder ?? ''}/${one}/${file}`),
      ),
    ]);
}

/** What begins like the name, else the files in the folder that is named like this one. */
function openFiles(text: string, { path, world }: Context): readonly string[] {
  const index = folderIndex(world);
  const { folders, gems } = pathOf(world);
  const cut = text.lastIndexOf('/');
  const bases =
    cut > 0
      ? [...folders, ...gems.flatMap((gem) => gem.folders)].map(
          (one) => `${one}/${text.slice(0, cut)}`,
        )
      : [path.replace(/\.rb$/, ''), ...(folders.includes(parentOf(path)) ? [] : [parentOf(path)])];
  return bases.flatMap((base) =>
    index
      .names(base)
      .filter((name) => /\.(?:rb|so)$/.test(name))
      .map((name) => `${base}/${name}`),
  );
}

function opacities({ fact, path }: ReachNode<RubyFact>, world: ReachWorld) {
  const { folders } = pathOf(world);
  const isStandard = folders.some((folder) => path.startsWith(`${folder}/`));
  const uses = fact?.kind === 'source' && !isStandard ? decodeUses(fact.uses) : [];
  const open = uses.find(({ kind, text }) => kind === 'v' && text.lastIndexOf('/') <= 0);
  return open === undefined
    ? []
    : [
        {
          what: 'loads a file whose name is made at run time',
          witness: useWitness(path, open.line, open.text),
          scope: { kind: 'folder' as const, path: parentOf(path) },
        },
      ];
}
