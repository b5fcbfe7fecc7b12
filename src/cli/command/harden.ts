import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import type { Command, Context } from '../command.ts';

/** Plans the removal of what an image does not need. */
export const harden: Command = { run };

type Action = (context: Context) => Promise<ExitStatus>;

/** Loaded on demand: each action needs other stages. */
const ACTIONS = new Map<string, () => Promise<Action>>([
  ['check', async () => (await import('../harden/check.ts')).printCheck],
  ['emit', async () => (await import('../harden/emit.ts')).emitSlimImage],
  ['plan', async () => (await import('../harden/plan.ts')).printPlan],
  ['recipe', async () => (await import('../harden/recipe.ts')).printRecipe],
  ['verify', async () => (await import('../harden/verify.ts')).verifyHardened],
]);

async function run(context: Context): Promise<ExitStatus> {
  const [word] = context.positionals;
  if (word === undefined) {
    throw new UserError('E_USAGE', '"plimsoll harden" needs an action and an image', {
      hint: 'name both, for example: plimsoll harden plan app.tar',
    });
  }
  const load = ACTIONS.get(word);
  if (load === undefined) {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll harden"`, {
      hint: suggestWord(word, [...ACTIONS.keys()]),
    });
  }
  const action = await load();
  return await action(context);
}
