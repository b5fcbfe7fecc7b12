import { UserError } from '../../foundation/core/error.ts';
import type { Command } from '../command.ts';

/**
 * Only reached if an argument precedes the command: Syft command lines are translated before ours
 * are parsed.
 */
export const syft: Command = {
  run: async () => {
    throw new UserError('E_USAGE', '"syft" must be the first argument', {
      hint: 'write, for example: plimsoll syft alpine.tar -q -o json',
    });
  },
};
