import { join } from 'node:path';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import {
  createKeyDirectory,
  type KeyDirectory,
  PRIVATE_KEY_FILE,
  PUBLIC_KEY_FILE,
  rotateKeyDirectory,
} from '../vulnerability/advisory/delivery/key-directory.ts';
import type { Context } from './command.ts';
import { printRows } from './db-output.ts';

const ACTIONS: ReadonlyMap<string, (folder: string) => KeyDirectory> = new Map([
  ['create', createKeyDirectory],
  ['rotate', rotateKeyDirectory],
]);

/** Creates or replaces the keys that sign a published database. */
export function changeKeys(_database: string, context: Context): ExitStatus {
  const [, word = '', folder] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined || folder === undefined) {
    const words = [...ACTIONS.keys()];
    throw new UserError('E_USAGE', '"plimsoll db keys" needs "create DIR" or "rotate DIR"', {
      hint:
        word === '' || action !== undefined
          ? 'for example: plimsoll db keys create keys/'
          : suggestWord(word, words),
    });
  }
  const { signer, keySet } = action(folder);
  printRows(context, [
    ['Key', signer.id],
    ['Version', String(keySet.version)],
    ['Private', `${join(folder, PRIVATE_KEY_FILE)} (keep it secret; for "db publish --key")`],
    ['Public', `${join(folder, PUBLIC_KEY_FILE)} (for clients, with --db-key)`],
  ]);
  return EXIT_STATUS.fine;
}
