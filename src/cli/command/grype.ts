import { UserError } from '../../foundation/core/error.ts';
import type { Command } from '../command.ts';

/**
 * Only reached if an argument precedes the command: Grype command lines are translated before ours
 * are parsed.
 */
export const grype: Command = {
  run: async () => {
    throw new UserError('E_USAGE', '"grype" must be the first argument', {
      hint: 'write, for example: plimsoll grype alpine.tar -q -o json',
    });
  },
};
