import type { Witness } from '../core/reach.ts';
import { isElf } from './elf-words.ts';
import type { ReachWorld } from './rule-contract.ts';

/**
 * The witness of what holds for a program by its name alone: that it is the program, by the sign
 * that its content begins with.
 */
export function ownWitness(path: string, world: ReachWorld): Witness {
  const real = world.view.resolve(path)?.path ?? path;
  if (isElf(real, world)) {
    return { path: real, offset: 1, token: 'ELF' };
  }
  // What is neither, as a file that was emptied, shows no more than that it is there.
  return world.getFact('shebang', real) === undefined
    ? placeWitness(real)
    : { path: real, offset: 0, token: '#!' };
}

/**
 * The witness of what follows from where a file lies and what it is called: that it is there. An
 * empty token stands in every file.
 */
export function placeWitness(path: string): Witness {
  return { path, token: '' };
}

/** The witness of a use that was read from a program; of what is open, the line alone is known. */
export function useWitness(path: string, line: number, text: string): Witness {
  return { path, line, token: text === '?' ? '' : text };
}
