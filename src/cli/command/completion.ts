import { EXIT_STATUS, UserError } from '../../foundation/core/error.ts';
import { sources } from '../../image/source/registry.generated.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import type { Command } from '../command.ts';
import { createCompletionScript, isShell, SHELLS } from '../completion-script.ts';

/** Prints a script with which a shell completes commands and options. */
export const completion: Command = {
  run: async (context) => {
    const [shell] = context.positionals;
    if (shell === undefined || !isShell(shell)) {
      throw new UserError('E_USAGE', 'missing shell for "plimsoll completion"', {
        hint: `use one of: ${SHELLS.join(', ')}`,
      });
    }
    const values = {
      output: formatLoaders.map(({ id }) => id),
      from: sources.map(({ id }) => id),
    };
    context.print(createCompletionScript(shell, values));
    return EXIT_STATUS.fine;
  },
};
