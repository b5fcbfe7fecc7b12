import type { ReachWorld } from '../rule-contract.ts';

/** The file that a word means as a command, as an unresolved absolute path, there or not. */
export function findProgramPath(word: string, world: ReachWorld): string | undefined {
  return word.includes('/') ? toAbsolutePath(word, world) : world.findCommandPath(word);
}

/** A path of the process as an absolute one. */
export function toAbsolutePath(path: string, { config }: ReachWorld): string {
  return path.startsWith('/') ? path : `${config.workingFolder.replace(/\/$/, '')}/${path}`;
}

const startedPaths = new WeakMap<ReachWorld, ReadonlyMap<string, number>>();

/** Which word of the image's command means the file at a real path; `undefined` where none does. */
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
