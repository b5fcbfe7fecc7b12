import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { Opacity, Witness } from '../../../../foundation/core/reach.ts';
import {
  type ElfWords,
  ENDS_THREADS,
  getElfWords,
  isCLibrary,
  SETS_LOCALE,
  TELLS_TIME,
  TURNS_CHARACTERS,
} from '../../elf-words.ts';
import { isFolder, listDescendantFiles } from '../../folder-index.ts';
import { findLibraries } from '../../library-index.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import {
  CONVERTER_WANTS,
  type ConverterFact,
  extractConverters,
  findConverterEdges,
  findConverterOpacities,
  findNamedConverters,
} from './converters.ts';

/**
 * Files that the C library opens for its callers: the unwinder for ending threads, converters of
 * character sets, locales with messages, the time zone.
 */
export const cLibrary: ReachRule<ConverterFact> = {
  id: 'c-library',
  version: 2,
  title: 'the C library opens it for a function that is called',
  spec: 'glibc: sysdeps/nptl/unwind-forcedunwind.c, iconv/gconv_conf.c, locale(7), tzset(3)',
  wants: CONVERTER_WANTS,
  extract: extractConverters,
  findEdges,
  findOpacities,
};

const LOCALE_FOLDERS = ['/usr/lib/locale', '/usr/share/i18n/locales/musl'];
const MESSAGES = '/usr/share/locale';

interface Caller {
  readonly path: string;
  readonly words: ElfWords;
  readonly world: ReachWorld;
}

function findEdges(node: ReachNode<ConverterFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path } = node;
  const words = getElfWords(path, world);
  if (words === undefined) {
    return findNamedConverters(node, world);
  }
  const caller = { path, words, world };
  return [
    ...findUnwinder(caller, world),
    ...findConverterEdges(path, words, {
      witness: findCall(caller, TURNS_CHARACTERS) ?? findCall(caller, SETS_LOCALE),
      world,
    }),
    ...findLocales(caller, world),
    ...findTimeZone(caller, world),
  ];
}

function findOpacities(
  { path }: ReachNode<ConverterFact>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  const words = getElfWords(path, world);
  const witness = words && findCall({ path, words, world }, TURNS_CHARACTERS);
  return words === undefined || witness === undefined || isCLibrary(path)
    ? []
    : findConverterOpacities(words, witness, world);
}

/** `pthread_cancel` and `pthread_exit` load a library to unwind the stack. */
function findUnwinder(caller: Caller, world: ReachWorld): readonly ReachEdge[] {
  const witness = findCall(caller, ENDS_THREADS);
  return witness === undefined
    ? []
    : findLibraries('libgcc_s.so.1', world).map((to) => ({ to, strength: 'likely', witness }));
}

/** The locale of the environment; `C.utf8` always, because programs request it by name. */
function findLocales(caller: Caller, world: ReachWorld): readonly ReachEdge[] {
  const witness = findCall(caller, SETS_LOCALE);
  if (witness === undefined) {
    return [];
  }
  const names = listLocaleNames(world);
  const folders = LOCALE_FOLDERS.flatMap((folder) => [...names].map((name) => `${folder}/${name}`));
  const messages = [...names].map((name) => `${MESSAGES}/${name}/LC_MESSAGES`);
  const files = [...folders, ...messages]
    .filter((folder) => isFolder(folder, world))
    .flatMap((folder) => listDescendantFiles(folder, world, 2));
  return [...ALWAYS_OF_LOCALES, ...files].map((to) => ({ to, strength: 'data', witness }));
}

const ALWAYS_OF_LOCALES = [
  '/usr/lib/locale/locale-archive',
  '/usr/share/locale/locale.alias',
  '/etc/locale.alias',
];

function listLocaleNames({ config }: ReachWorld): ReadonlySet<string> {
  const names = new Set(['C.utf8', 'C.UTF-8']);
  for (const [key, value] of config.environment) {
    const [language = ''] = value.split(/[.@]/);
    if (
      (key === 'LANG' || key === 'LANGUAGE' || key.startsWith('LC_')) &&
      /^[A-Za-z_]+$/.test(language)
    ) {
      const spelled = value.replace(/UTF-8$/i, 'utf8');
      for (const name of [value, spelled, language, language.split('_', 1)[0] ?? '']) {
        names.add(name);
      }
    }
  }
  return names;
}

const ZONES = '/usr/share/zoneinfo';

/**
 * The zone of the system and of the environment; all zones if the program knows their directory.
 */
function findTimeZone(caller: Caller, world: ReachWorld): readonly ReachEdge[] {
  const witness = findCall(caller, TELLS_TIME);
  const knows = caller.words.paths.find(([text]) => text.startsWith(ZONES));
  const zone = world.config.environment.get('TZ')?.replace(/^:/, '');
  const own = zone === undefined || zone === '' ? [] : [`${ZONES}/${zone}`];
  const isLibrary = /^(?:libc\.so|ld-musl|libc-)/.test(getBaseName(caller.path));
  return [
    ...(witness === undefined
      ? []
      : ['/etc/localtime', '/etc/timezone', ...own].map(
          (to): ReachEdge => ({ to, strength: 'data', witness }),
        )),
    ...(knows === undefined || isLibrary
      ? []
      : listDescendantFiles(ZONES, world).map(
          (to): ReachEdge => ({
            to,
            strength: 'data',
            witness: { path: caller.path, offset: knows[1], token: knows[0] },
          }),
        )),
  ];
}

/** Returns the called function as a witness; a statically linked program may call any. */
function findCall({ path, words, world }: Caller, names: ReadonlySet<string>): Witness | undefined {
  if (words.isStatic) {
    return ownWitness(path, world);
  }
  const token = words.imports.find((name) => names.has(name));
  return token === undefined ? undefined : { path, token };
}
