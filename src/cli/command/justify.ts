import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { Command, Context } from '../command.ts';

/** Lists the items that are left to justify, and helps to sign them. */
export const justify: Command = { run };

type Action = (context: Context) => Promise<ExitStatus>;

/** Loaded on demand: each action needs other stages. */
const ACTIONS = new Map<string, () => Promise<Action>>([
  ['queue', async () => (await import('../justify/queue.ts')).printQueue],
  ['next', async () => (await import('../justify/next.ts')).signNext],
  ['carry', async () => (await import('../justify/carry.ts')).carrySignatures],
  ['export', async () => (await import('../justify/export.ts')).exportSignatures],
]);

async function run(context: Context): Promise<ExitStatus> {
  const [word] = context.positionals;
  if (word === undefined) {
    throw new UserError('E_USAGE', '"plimsoll justify" needs an action', {
      hint: 'name one, for example: plimsoll justify queue app.tar',
    });
  }
  const load = ACTIONS.get(word);
  if (load === undefined) {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll justify"`, {
      hint: suggestWord(word, [...ACTIONS.keys()]),
    });
  }
  const action = await load();
  return await action(context);
}
