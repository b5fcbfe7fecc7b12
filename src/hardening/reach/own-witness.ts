import type { Witness } from '../../foundation/core/reach.ts';
import { isElf } from './elf-words.ts';
import type { ReachWorld } from './rule-contract.ts';

/**
 * Creates the witness of an edge that follows from the name of a program alone: the magic bytes of
 * its content prove that it is a program.
 */
export function ownWitness(path: string, world: ReachWorld): Witness {
  const real = world.view.resolve(path)?.path ?? path;
  if (isElf(real, world)) {
    return { path: real, offset: 1, token: 'ELF' };
  }
  // A file that is neither, such as an emptied one, only proves that it exists.
  return world.getFact('shebang', real) === undefined
    ? placeWitness(real)
    : { path: real, offset: 0, token: '#!' };
}

/**
 * Creates the witness of an edge that follows from the path of a file: its existence. Every file
 * contains the empty token.
 */
export function placeWitness(path: string): Witness {
  return { path, token: '' };
}

/** Creates the witness of a use in a program; for a computed use only its line is known. */
export function useWitness(path: string, line: number, text: string): Witness {
  return { path, line, token: text === '?' ? '' : text };
}
