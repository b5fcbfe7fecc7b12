import { UserError } from '../../core/error.ts';
import type { Command } from '../command.ts';

/**
 * The command lines of Syft are understood before ours are, so that this is only come to where
 * something stands before the word.
 */
export const syft: Command = {
  run: async () => {
    throw new UserError('E_USAGE', '"syft" must be the first argument', {
      hint: 'write, for example: plimsoll syft alpine.tar -q -o json',
    });
  },
};
