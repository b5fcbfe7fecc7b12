import { UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import { AccessStore } from '../server/access/access-store.ts';
import type { Store } from '../server/store/store.ts';
import type { Context } from './command.ts';

/** The person at this machine, as in the audit log. */
export const ACTOR = 'local';

/**
 * Finds the action of `plimsoll serve admin NAME ACTION`.
 *
 * @throws UserError `E_USAGE`
 */
export function findAdminAction<Action>(
  { positionals }: Context,
  actions: ReadonlyMap<string, Action>,
): Action {
  const [name = '', word = ''] = positionals;
  const action = actions.get(word);
  if (action === undefined) {
    const words = [...actions.keys()];
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll serve admin ${name}"`, {
      hint: word === '' ? `use one of ${words.join(', ')}` : suggestWord(word, words),
    });
  }
  return action;
}

/** Adds an action of the person at this machine to the audit log, before its effect. */
export async function recordAdminAction(
  { now }: Context,
  store: Store,
  { action, target }: { readonly action: string; readonly target: string },
): Promise<void> {
  const entry = { at: Date.parse(now), actor: ACTOR, outcome: 'requested' };
  await new AccessStore(store).appendAudit({ ...entry, action: `admin ${action}`, target });
}
