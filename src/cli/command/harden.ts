import { type ExitStatus, UserError } from '../../core/error.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import type { Command, Context } from '../command.ts';
import { verifyHardened } from '../harden-verify.ts';

/** Removes dead weight from images, and proves that their programs behave as before. */
export const harden: Command = { run };

const ACTIONS = new Map<string, (context: Context) => Promise<ExitStatus>>([
  ['verify', verifyHardened],
]);

async function run(context: Context): Promise<ExitStatus> {
  const [word = ''] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined) {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll harden"`, {
      hint: suggestWord(word, [...ACTIONS.keys()]),
    });
  }
  return await action(context);
}
