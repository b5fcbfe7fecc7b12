import {
  type ElfWords,
  getElfWords,
  importsAny,
  isCLibrary,
  isElf,
  isSilent,
  LOADS,
  STARTS_BY_NAME,
  STARTS_BY_PATH,
} from '../../elf-words.ts';
import { isExecutable } from '../../folder-index.ts';
import { findLiteralFolders, isCommonFolder, listLiteralFiles } from '../../literal-folders.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';

/**
 * Files below the directories that an executable names, of the same source package or without a
 * package: their names are computed at run time. The files count as data. Code among them is only
 * rated "possible".
 */
export const packageData: ReachRule<never> = {
  id: 'package-data',
  version: 2,
  title: 'it lies in a directory that the executable names',
  spec: 'derived from traces of files that programs open',
  wants: [],
  extract: () => ({}),
  findEdges,
};

function findEdges({ path, strength }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const words = strength === 'possible' ? undefined : getElfWords(path, world);
  if (words === undefined || words.paths.length === 0 || isCLibrary(path)) {
    return [];
  }
  const source = world.findSource(path);
  return findLiteralFolders(words, world)
    .filter(({ folder }) => !isCommonFolder(folder, world))
    .flatMap((literal) =>
      listLiteralFiles(literal, world)
        .map((to) => ({ to, real: world.view.resolve(to)?.path ?? to }))
        .filter(({ real }) => isOwn(real, source, world) && !FOLLOWED.test(real))
        .map(({ to, real }): ReachEdge => {
          const isCode = isUsableCode(words, real, world);
          const witness = { path, offset: literal.offset, token: literal.text };
          return { to, strength: isCode ? 'possible' : 'data', witness };
        }),
    );
}

/**
 * In the directories of Perl, its own rule follows the modules and their libraries. Headers and
 * manuals are for the compiler and for people.
 */
const FOLLOWED = /\/(?:perl|perl5|perl-base)\/(?:[^/]+\/)*[^/]+\.(?:pm|so|h|pod)$/;

/** Libraries are code for a program that loads any, programs for one that starts any. */
function isUsableCode(words: ElfWords, to: string, world: ReachWorld): boolean {
  if (isElf(to, world) && getElfWords(to, world)?.isLibrary === true) {
    return isSilent(words) || importsAny(words, LOADS);
  }
  const isProgram = isElf(to, world) || isExecutable(to, world);
  const isStarter = importsAny(words, STARTS_BY_NAME) || importsAny(words, STARTS_BY_PATH);
  return isProgram && (isSilent(words) || isStarter);
}

function isOwn(path: string, source: string | undefined, world: ReachWorld): boolean {
  const other = world.findSource(path);
  return other === undefined || other === source;
}
