import { getBaseName } from '../../foundation/core/base-name.ts';
import type { ReachWorld } from './rule-contract.ts';
import { SHELLS } from './shell/wrappers.data.ts';

/**
 * Returns the command lines that an image starts, split into words: its command and its health
 * check. A line for a shell is split at blanks, which is enough to find names in it.
 */
export function listCommandLines({ config }: ReachWorld): readonly (readonly string[])[] {
  const [kind, ...check] = config.healthcheck;
  const checks = kind === 'CMD' ? [check] : kind === 'CMD-SHELL' ? check.map(splitWords) : [];
  return [config.command, ...checks].map(withShellLine).filter((words) => words.length > 0);
}

/** A program before the shell may start it: `tini -- sh -c LINE`. */
function withShellLine(words: readonly string[]): readonly string[] {
  const shell = words.findIndex(
    (word, index) =>
      SHELLS.has(getBaseName(word)) && SHELL_LINE_OPTION.test(words[index + 1] ?? ''),
  );
  return shell < 0
    ? words
    : [...words.slice(0, shell), ...splitWords(words.slice(shell + 2).join(' '))];
}

/** `-c`, also combined with other options: `-ec`, `-lc`. */
export const SHELL_LINE_OPTION = /^-[a-z]*c$/;

/** Splits a shell line into words without quotes. */
export function splitWords(line: string): readonly string[] {
  return line
    .split(/[\s;&|()]+/)
    .map((word) => word.replaceAll(/["']/g, ''))
    .filter((word) => word !== '');
}

/**
 * Returns the arguments after a program, for each command line that starts it.
 *
 * @param isProgram receives the base name of a path
 */
export function findArguments(
  world: ReachWorld,
  isProgram: (name: string) => boolean,
): readonly (readonly string[])[] {
  return listCommandLines(world).flatMap((words) => {
    const index = words.findIndex((word) => isProgram(getBaseName(word)));
    return index === -1 ? [] : [words.slice(index + 1)];
  });
}
