import { readText, readWhole, toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import type { Opacity, Witness } from '../../../../foundation/core/reach.ts';
import { splitLines } from '../../../../foundation/syntax/text/lines.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { type ElfWords, importsAny, TURNS_CHARACTERS } from '../../elf-words.ts';
import { isFolder, listDescendantFiles } from '../../folder-index.ts';
import { UseCollector } from '../../language/program-use.ts';
import { CHARACTER_SET_CODEC } from '../../language/use-codec.ts';
import type { ReachEdge, ReachNode, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/** Lines of an index of converters, or character sets that a script names. */
export type ConverterFact =
  /** `alias NAME`: the sets and the aliases in capital letters. */
  | {
      readonly kind: 'index';
      readonly aliases: readonly (readonly [string, string])[];
      readonly modules: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'script'; readonly uses: string };

export const CONVERTER_WANTS: readonly Want[] = [
  {
    role: 'index',
    paths: ['**/gconv/gconv-modules', '**/gconv/gconv-modules.d/*.conf'],
    maxBytes: 'reachTextBytesMax',
    isHeadOnly: true,
  },
  {
    role: 'source',
    paths: ['**/*.php', '**/*.lua', '**/*.sh'],
    maxBytes: 'programFileBytesMax',
    isHeadOnly: true,
    isDeferrable: true,
  },
  { role: 'script', magic: [SCRIPT_MAGIC], maxBytes: 'programFileBytesMax', isHeadOnly: true },
];

export function extractConverters({
  role,
  content,
  limits,
}: WantedFile): Extraction<ConverterFact> {
  if (role === 'index') {
    return { fact: parseIndex(readText(content)) };
  }
  const usesMax = limits.programUsesMax;
  return {
    deferred: {
      content: [readWhole(content)],
      make: ([bytes]) => readCharacterSets(toBuffer(bytes), usesMax),
    },
  };
}

/** iconv(3) of glibc: the comments in gconv-modules. A module may convert to or from the set. */
function parseIndex(text: string): ConverterFact {
  const aliases: [string, string][] = [];
  const modules: [string, string][] = [];
  for (const { text: line } of splitLines(text)) {
    const [kind, first = '', second = '', file = ''] = line.trim().split(/\s+/);
    if (kind === 'alias') {
      aliases.push([toName(first), toName(second)]);
    } else if (kind === 'module' && file !== '') {
      const name = toName(first) === 'INTERNAL' ? toName(second) : toName(first);
      modules.push([name, file]);
    }
  }
  return { kind: 'index', aliases, modules };
}

/** `ISO-8859-1//` */
function toName(text: string): string {
  return text.replace(/\/.*$/, '').toUpperCase();
}

const NAME =
  /(?<![\w-])(?:ISO|UTF|KOI|CP|WINDOWS|EUC|SHIFT|SJIS|BIG5|GB|IBM|MAC|LATIN|TIS|TCVN)[\w:-]{1,20}/gi;

function readCharacterSets(bytes: Buffer, usesMax: number): ConverterFact | undefined {
  const collector = new UseCollector<'set'>(bytes, usesMax);
  for (const match of bytes.toString('latin1').matchAll(NAME)) {
    collector.add('set', match.index, match[0]);
  }
  return collector.uses.length === 0
    ? undefined
    : { kind: 'script', uses: CHARACTER_SET_CODEC.encode(collector.uses) };
}

const FOLDERS = ['/usr/lib/gconv', '/usr/lib64/gconv', '/usr/lib/*-linux-*/gconv'];
/** Sets that programs use without naming them: by byte order marks, defaults of protocols. */
const COMMON = ['ISO-8859-1', 'ISO-8859-15', 'UTF-16', 'UTF-32', 'UTF-7', 'CP1252'];

/** The converters of an image. */
interface Converters {
  readonly folders: readonly string[];
  /** Files that are read before any converter is loaded. */
  readonly indexes: readonly string[];
  /** Returns the modules for a name, ignoring case; `undefined` without an index. */
  find(name: string): readonly string[] | undefined;
  readonly all: readonly string[];
}

const known = new WeakMap<ReachWorld, Converters>();

function getConverters(world: ReachWorld): Converters {
  const found = known.get(world) ?? readConverters(world);
  known.set(world, found);
  return found;
}

function readConverters(world: ReachWorld): Converters {
  const folders = FOLDERS.flatMap((pattern) => expandPattern(pattern, world)).filter((folder) =>
    isFolder(folder, world),
  );
  const files = folders.flatMap((folder) => listDescendantFiles(folder, world, 2));
  const [indexes, all] = [
    files.filter((path) => !path.endsWith('.so')),
    files.filter((path) => path.endsWith('.so')),
  ];
  const aliases = new Map<string, string>();
  const modules = new Map<string, Set<string>>();
  for (const path of indexes) {
    const fact = getConverterFact(path, world);
    if (fact?.kind === 'index') {
      const folder = getParentPath(path).replace(/\/gconv-modules\.d$/, '');
      fact.aliases.forEach(([alias, name]) => aliases.set(alias, name));
      for (const [name, file] of fact.modules) {
        const own = modules.get(name) ?? new Set();
        modules.set(name, own.add(`${folder}/${file}.so`));
      }
    }
  }
  return {
    folders,
    indexes,
    all,
    find: (name) => {
      const upper = name.toUpperCase();
      const paths = modules.get(aliases.get(upper) ?? upper) ?? [];
      return modules.size === 0 ? undefined : [...paths];
    },
  };
}

function getConverterFact(path: string, world: ReachWorld): ConverterFact | undefined {
  const real = world.view.resolve(path)?.path ?? path;
  return world.getFact('c-library', real) as ConverterFact | undefined;
}

/**
 * Every locale reads the index of converters. A caller of `iconv_open` needs the converters that it
 * names, those of the locale, and common ones.
 */
export function findConverterEdges(
  path: string,
  words: ElfWords,
  { witness, world }: { readonly witness: Witness | undefined; readonly world: ReachWorld },
): readonly ReachEdge[] {
  const converters = getConverters(world);
  const isCaller = words.isStatic || importsAny(words, TURNS_CHARACTERS);
  if (witness === undefined || converters.folders.length === 0) {
    return [];
  }
  const indexes = converters.indexes.map((to): ReachEdge => ({ to, strength: 'data', witness }));
  if (!isCaller) {
    return indexes;
  }
  const toEdges = (name: string, shown: Witness): readonly ReachEdge[] =>
    (converters.find(name) ?? converters.all).map((to) => ({
      to,
      strength: 'possible',
      witness: shown,
    }));
  return [
    ...indexes,
    ...[...COMMON, ...listLocaleSets(world)].flatMap((name) => toEdges(name, witness)),
    ...(words.characterSets ?? []).flatMap(([token, offset]) =>
      toEdges(token, { path, offset, token }),
    ),
  ];
}

/** The set behind the dot of a locale, and those in the command. */
function listLocaleSets({ config }: ReachWorld): readonly string[] {
  const locales = [...config.environment.values()].flatMap((value) => value.split('.').slice(1));
  const words = config.command.flatMap((word) => word.match(NAME) ?? []);
  return [...locales.map((text) => text.replace(/@.*$/, '')), ...words];
}

/** Converters that a script names, for the program that it starts. */
export function findNamedConverters(
  { path, fact }: Pick<ReachNode<ConverterFact>, 'path' | 'fact'>,
  world: ReachWorld,
): readonly ReachEdge[] {
  const uses = fact?.kind === 'script' ? CHARACTER_SET_CODEC.decode(fact.uses) : [];
  const converters = getConverters(world);
  return uses.flatMap(({ line, text: token }) =>
    (converters.find(token) ?? []).map(
      (to): ReachEdge => ({
        to,
        strength: 'possible',
        witness: { path, line, token },
      }),
    ),
  );
}

/** A caller may get a name from its input. */
export function findConverterOpacities(
  words: ElfWords,
  witness: Witness,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  return importsAny(words, TURNS_CHARACTERS)
    ? getConverters(world).folders.map((folder) => ({
        what: 'it may convert any character set',
        witness,
        scope: { kind: 'folder', path: folder },
      }))
    : [];
}
