import type { ReachWorld } from '../rule-contract.ts';

/** The file that a word means as a command, as an unresolved absolute path, there or not. */
export function programPath(word: string, world: ReachWorld): string | undefined {
  return word.includes('/') ? absolutePath(word, world) : world.commandPath(word);
}

/** A path of the process as an absolute one. */
export function absolutePath(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}
