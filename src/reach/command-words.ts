import { nameOf } from '../view/path.ts';
import type { ReachWorld } from './rule-contract.ts';
import { SHELLS } from './shell/wrappers.data.ts';

/**
 * The command lines that an image starts, as words: its command and its health check; a line that
 * either hands to a shell is cut at blanks, which is enough to find the names in it.
 */
export function listCommandLines({ config }: ReachWorld): readonly (readonly string[])[] {
  const [kind, ...check] = config.healthcheck;
  const checks = kind === 'CMD' ? [check] : kind === 'CMD-SHELL' ? check.map(splitWords) : [];
  return [config.command, ...checks].map(withShellLine).filter((words) => words.length > 0);
}

/** What comes before a shell may be a program that starts it: `tini -- sh -c LINE`. */
function withShellLine(words: readonly string[]): readonly string[] {
  const shell = words.findIndex(
    (word, index) => SHELLS.has(nameOf(word)) && SHELL_LINE_OPTION.test(words[index + 1] ?? ''),
  );
  return shell < 0
    ? words
    : [...words.slice(0, shell), ...splitWords(words.slice(shell + 2).join(' '))];
}

/** `-c`, also with others before it: `-ec`, `-lc`. */
export const SHELL_LINE_OPTION = /^-[a-z]*c$/;

/** Words of a line of a shell, without quotes. */
export function splitWords(line: string): readonly string[] {
  return line
    .split(/[\s;&|()]+/)
    .map((word) => word.replaceAll(/["']/g, ''))
    .filter((word) => word !== '');
}

/**
 * What follows a program in the command lines that start it, once for each of them.
 *
 * @param isProgram tells by the last name of a path
 */
export function findArguments(
  world: ReachWorld,
  isProgram: (name: string) => boolean,
): readonly (readonly string[])[] {
  return listCommandLines(world).flatMap((words) => {
    const index = words.findIndex((word) => isProgram(nameOf(word)));
    return index === -1 ? [] : [words.slice(index + 1)];
  });
}

/** A path as seen from the working folder. */
export function fromWorkingFolder(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}
