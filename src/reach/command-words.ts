import type { ReachWorld } from './rule-contract.ts';

/**
 * The command lines that an image starts, as words: its command and its health check; a line for a
 * shell is cut at blanks, which is enough to find the names in it.
 */
export function commandLines({ config }: ReachWorld): readonly (readonly string[])[] {
  const [kind, ...check] = config.healthcheck;
  const checks = kind === 'CMD' ? [check] : kind === 'CMD-SHELL' ? check.map(wordsOf) : [];
  const command = config.isShellForm
    ? wordsOf(config.command.slice(2).join(' '))
    : [...config.command];
  return [command, ...checks].filter((words) => words.length > 0);
}

/** Words of a line of a shell, without quotes. */
export function wordsOf(line: string): readonly string[] {
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
export function argumentsOf(
  world: ReachWorld,
  isProgram: (name: string) => boolean,
): readonly (readonly string[])[] {
  return commandLines(world).flatMap((words) => {
    const index = words.findIndex((word) => isProgram(word.slice(word.lastIndexOf('/') + 1)));
    return index === -1 ? [] : [words.slice(index + 1)];
  });
}

/** A path as seen from the working folder. */
export function fromWorkingFolder(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}
