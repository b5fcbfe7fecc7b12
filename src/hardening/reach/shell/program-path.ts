import type { ReachWorld } from '../rule-contract.ts';

/**
 * Returns the file that a command word names, as an unresolved absolute path, even if it does not
 * exist.
 */
export function findProgramPath(word: string, world: ReachWorld): string | undefined {
  return word.includes('/') ? toAbsolutePath(word, world) : world.findCommandPath(word);
}

/** Resolves a path of the process to an absolute one. */
export function toAbsolutePath(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}

const startedPaths = new WeakMap<ReachWorld, ReadonlyMap<string, number>>();

/**
 * Returns the index of the word in the image's command that names the file at a real path;
 * `undefined` if none does.
 */
export function findCommandWord(path: string, world: ReachWorld): number | undefined {
  const known = startedPaths.get(world) ?? mapCommandPaths(world);
  startedPaths.set(world, known);
  return known.get(path);
}

function mapCommandPaths(world: ReachWorld): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, word] of world.config.command.entries()) {
    const program = findProgramPath(word, world);
    const real = program === undefined ? undefined : world.view.resolve(program)?.path;
    if (real !== undefined && !found.has(real)) {
      found.set(real, index);
    }
  }
  return found;
}
