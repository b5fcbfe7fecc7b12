import { UserError } from '../../core/error.ts';
import type { Command } from '../command.ts';

/**
 * The command lines of Grype are understood before ours are, so that this is only come to where
 * something stands before the word.
 */
export const grype: Command = {
  run: async () => {
    throw new UserError('E_USAGE', '"grype" must be the first argument', {
      hint: 'write, for example: plimsoll grype alpine.tar -q -o json',
    });
  },
};
