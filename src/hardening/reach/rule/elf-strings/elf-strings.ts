import { ELF_WANT, readElf } from '../../../../foundation/bytes/elf/elf.ts';
import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import type { Opacity, ReachStrength } from '../../../../foundation/core/reach.ts';
import {
  type ElfWords,
  importsAny,
  isCLibrary,
  isElf,
  isSilent,
  LOADS,
  STARTS_BY_NAME,
  STARTS_BY_PATH,
  STARTS_SHELL,
} from '../../elf-words.ts';
import { getFolderIndex, isExecutable, isFolder, listDescendantFiles } from '../../folder-index.ts';
import { findLibraries } from '../../library-index.ts';
import { findLiteralFolders, isCommonFolder } from '../../literal-folders.ts';
import { isPluginHost } from '../../plugin-host.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { RUNS_ARGUMENTS, WRAPPERS } from '../../shell/wrappers.data.ts';
import { readElfWords } from './read-words.ts';

/**
 * Names in the literals of an executable: libraries it may load, files it may open and programs it
 * may start. A name alone is weak evidence; a file of the same source package is likely.
 */
export const elfStrings: ReachRule<ElfWords> = {
  id: 'elf-strings',
  version: 5,
  title: 'a literal in the executable names it',
  spec: 'System V ABI, chapter 4; derived from traces of files that programs open',
  wants: [ELF_WANT],
  extract,
  findEdges,
  findOpacities,
};

function extract({ content, limits }: WantedFile): Extraction<ElfWords> {
  const elf = readElf(content, limits);
  return elf === undefined ? {} : readElfWords(elf);
}

function findEdges(node: ReachNode<ElfWords>, world: ReachWorld): readonly ReachEdge[] {
  const { fact, path } = node;
  if (fact === undefined || isCLibrary(path)) {
    return [];
  }
  return [
    ...(canLoad(fact) ? findLibraryEdges(node, fact, world) : []),
    ...findPathEdges(node, fact, world),
    ...nameEdges(node, fact, world),
    ...findRootedEdges(node, fact, world),
    ...findCommandEdges(node, fact, world),
  ];
}

function canLoad(fact: ElfWords): boolean {
  return isSilent(fact) || importsAny(fact, LOADS);
}

function findLibraryEdges(
  { path }: ReachNode<ElfWords>,
  { libraries }: ElfWords,
  world: ReachWorld,
): readonly ReachEdge[] {
  const source = world.findSource(path);
  return libraries.flatMap(([text, offset]) =>
    (text.startsWith('/') ? [text] : findLibraries(getBaseName(text), world)).map((to) => ({
      to,
      strength: isSame(source, to, world) ? 'likely' : 'possible',
      witness: { path, offset, token: text },
    })),
  );
}

function isSame(source: string | undefined, to: string, world: ReachWorld): boolean {
  const real = world.view.resolve(to)?.path;
  return source !== undefined && real !== undefined && world.findSource(real) === source;
}

function findPathEdges(
  { path }: ReachNode<ElfWords>,
  fact: ElfWords,
  world: ReachWorld,
): readonly ReachEdge[] {
  const source = world.findSource(path);
  const isStarter = isStarting(fact);
  return fact.paths.flatMap(([text, offset]) =>
    text.split(':').flatMap((one) => {
      const strength = one.startsWith('/') ? ratePath(one, source, isStarter, world) : undefined;
      return strength === undefined
        ? []
        : [{ to: one, strength, witness: { path, offset, token: text } }];
    }),
  );
}

function isStarting(fact: ElfWords): boolean {
  return isSilent(fact) || importsAny(fact, STARTS_BY_NAME) || importsAny(fact, STARTS_BY_PATH);
}

function ratePath(
  to: string,
  source: string | undefined,
  isStarter: boolean,
  world: ReachWorld,
): ReachStrength | undefined {
  if (!world.exists(to) || isFolder(to, world)) {
    return undefined;
  }
  const isProgram = isExecutable(to, world);
  if (isSame(source, to, world)) {
    return !isProgram || isStarter ? 'likely' : 'data';
  }
  if (isProgram) {
    return isStarter ? 'possible' : undefined;
  }
  return 'data';
}

/**
 * Resolves relative names against directories that the same file names: `/etc/nginx/` and
 * `mime.types`.
 */
function nameEdges(
  { path }: ReachNode<ElfWords>,
  fact: ElfWords,
  world: ReachWorld,
): readonly ReachEdge[] {
  const source = world.findSource(path);
  return findLiteralFolders(fact, world).flatMap(({ folder, written }) => {
    const index = getFolderIndex(world);
    return fact.names
      .filter(([name]) => index.has(folder, name.split('/', 1)[0] ?? ''))
      .map(([name, offset]): ReachEdge => {
        const to = `${written}/${name}`;
        const strength = isSame(source, to, world) ? 'likely' : 'data';
        return { to, strength, witness: { path, offset, token: name } };
      })
      .filter(({ to }) => !isFolder(to, world));
  });
}

/**
 * Paths without the leading slash; the contents of a directory only count if they are from the same
 * source.
 */
function findRootedEdges(
  { path }: ReachNode<ElfWords>,
  { names }: ElfWords,
  world: ReachWorld,
): readonly ReachEdge[] {
  const source = world.findSource(path);
  return names.flatMap(([name, offset]) => {
    const whole = `/${name}`;
    if (!name.includes('/') || !world.exists(whole)) {
      return [];
    }
    const witness = { path, offset, token: name };
    const files = isFolder(whole, world) ? ownFiles(whole, source, world) : [whole];
    return files.map((to): ReachEdge => ({ to, strength: 'data', witness }));
  });
}

function ownFiles(
  folder: string,
  source: string | undefined,
  world: ReachWorld,
): readonly string[] {
  return isCommonFolder(folder, world)
    ? []
    : listDescendantFiles(folder, world).filter((file) => {
        const other = world.findSource(file);
        return other === undefined || other === source;
      });
}

function findCommandEdges(
  { path }: ReachNode<ElfWords>,
  fact: ElfWords,
  world: ReachWorld,
): readonly ReachEdge[] {
  const found: ReachEdge[] = [];
  const source = world.findSource(path);
  for (const [text, offset] of fact.commands) {
    const to = world.findCommandPath(text);
    const isOwn = to !== undefined && isSame(source, to, world);
    if (to !== undefined && (isOwn || !fact.isLibrary || !isPlainWord(text))) {
      const strength = isOwn ? 'likely' : 'possible';
      found.push({ to, strength, witness: { path, offset, token: text } });
    }
  }
  for (const [token, offset] of fact.commandEnds ?? []) {
    const to = world.findCommandPath(token);
    if (to !== undefined && isSame(source, to, world)) {
      found.push({ to, strength: 'possible', witness: { path, offset, token } });
    }
  }
  if (importsAny(fact, STARTS_SHELL)) {
    const token = fact.imports.find((name) => STARTS_SHELL.has(name)) ?? '';
    found.push({ to: '/bin/sh', strength: 'likely', witness: { path, token } });
  }
  return found;
}

/** In the string tables of a library, a short word has many meanings: `stat`, `true`, `yes`. */
function isPlainWord(text: string): boolean {
  return /^[a-z]{1,7}$/.test(text);
}

function findOpacities(
  { path, fact }: ReachNode<ElfWords>,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  if (fact === undefined || isCLibrary(path)) {
    return [];
  }
  const starting = canStartOthers(path, fact)
    ? fact.imports.find((name) => STARTS_BY_NAME.has(name))
    : undefined;
  return [
    ...(starting === undefined
      ? []
      : [
          {
            what: `it may start any command: it calls ${starting}`,
            witness: { path, token: starting },
            scope: { kind: 'commands' },
          } as const,
        ]),
    ...(isSilent(fact) && !WRAPPERS.has(getBaseName(path)) ? [STATIC] : []),
    ...loadOpacities(path, fact, world),
  ];
}

/** A statically linked program has no imports that show which programs it starts. */
const STATIC: Omit<Opacity, 'rule' | 'path'> = {
  what: 'it is linked statically, so it is unknown whether it starts commands',
  scope: { kind: 'commands' },
};

/**
 * A program may compute a command name. A library names the commands that it starts, or its caller
 * does. A program that starts its own arguments is followed at its callers.
 */
function canStartOthers(path: string, { isLibrary }: ElfWords): boolean {
  const name = getBaseName(path);
  return !isLibrary && !WRAPPERS.has(name) && !RUNS_ARGUMENTS.has(name);
}

/**
 * Loading a library by a computed name may load any in the directories and the package that it
 * knows.
 */
function loadOpacities(
  path: string,
  fact: ElfWords,
  world: ReachWorld,
): readonly Omit<Opacity, 'rule' | 'path'>[] {
  const loading = fact.imports.find((name) => LOADS.has(name));
  const isLiteral =
    fact.libraries.length > 0 && !fact.libraries.some(([text]) => text.includes('%'));
  if (loading === undefined || isLiteral || isPluginHost(path)) {
    return [];
  }
  const what = `it may load a library by a computed name: it calls ${loading}`;
  const witness = { path, token: loading };
  const folders = findLiteralFolders(fact, world)
    .map(({ folder }) => folder)
    .filter((folder) => !isCommonFolder(folder, world) && hasLibraries(folder, world));
  return [
    { what, witness, scope: { kind: 'package' } },
    ...folders.map(
      (folder) => ({ what, witness, scope: { kind: 'folder', path: folder } }) as const,
    ),
  ];
}

function hasLibraries(folder: string, world: ReachWorld): boolean {
  return listDescendantFiles(folder, world, 1).some((file) => isElf(file, world));
}
