import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import {
  countKeys,
  listUnreadable,
  NO_SEAL,
  replaceSeal,
  SecretSeal,
} from '../server/notify/secret-seal.ts';
import { removeSubscription } from '../server/notify/subscriptions.ts';
import { Store, type StoreSetting } from '../server/store/store.ts';
import { findAdminAction, recordAdminAction } from './admin-action.ts';
import type { Context } from './command.ts';
import { readSecretsKey } from './secrets-key.ts';

type SecretsAction = (context: Context, store: Store) => Promise<ExitStatus>;

const SECRETS_ACTIONS: ReadonlyMap<string, SecretsAction> = new Map<string, SecretsAction>([
  ['status', printKeys],
  ['encrypt', applyKey],
  ['decrypt', removeKey],
  ['forget', removeUnreadable],
]);

/** Reports and changes the encryption of the secrets of subscriptions. */
export async function runSecretsAction(
  context: Context,
  setting: StoreSetting,
): Promise<ExitStatus> {
  const action = findAdminAction(context, SECRETS_ACTIONS);
  await using store = await Store.open(setting);
  return await action(context, store);
}

async function printKeys(context: Context, store: Store): Promise<ExitStatus> {
  for (const { keyId, count } of await countKeys(store.db)) {
    const state = keyId === undefined ? 'not encrypted' : `key ${keyId}`;
    context.print(`${formatCount(count, 'subscription')}: ${state}\n`);
  }
  return EXIT_STATUS.fine;
}

async function applyKey(context: Context, store: Store): Promise<ExitStatus> {
  const { secretsKey, oldSecretsKey } = context.resolved.values;
  const seal = new SecretSeal(requireKeyFile(secretsKey, 'encrypt'));
  const former = oldSecretsKey === undefined ? seal : new SecretSeal(readSecretsKey(oldSecretsKey));
  return await changeSeal(context, store, { action: 'encrypt', seal, former });
}

async function removeKey(context: Context, store: Store): Promise<ExitStatus> {
  const former = new SecretSeal(requireKeyFile(context.resolved.values.secretsKey, 'decrypt'));
  return await changeSeal(context, store, { action: 'decrypt', seal: NO_SEAL, former });
}

/** Removes the subscriptions whose key is lost. */
async function removeUnreadable(context: Context, store: Store): Promise<ExitStatus> {
  const { secretsKey } = context.resolved.values;
  const seal = secretsKey === undefined ? NO_SEAL : new SecretSeal(readSecretsKey(secretsKey));
  const names = await listUnreadable(store.db, seal);
  for (const name of names) {
    await recordAdminAction(context, store, { action: 'secrets forget', target: name });
    await removeSubscription(store, name);
    context.print(`removed ${escapeText(name)}\n`);
  }
  context.notify(`${formatCount(names.length, 'subscription')} removed: add them again`);
  return EXIT_STATUS.fine;
}

function requireKeyFile(file: string | undefined, action: string): Uint8Array {
  if (file === undefined) {
    throw new UserError('E_USAGE', `"plimsoll serve admin secrets ${action}" needs --secrets-key`, {
      hint: `for example: plimsoll serve admin secrets ${action} --secrets-key secrets.key`,
    });
  }
  return readSecretsKey(file);
}

interface SealChange {
  readonly action: string;
  readonly seal: SecretSeal;
  /** Opens the values in the store before the change. */
  readonly former: SecretSeal;
}

async function changeSeal(
  context: Context,
  store: Store,
  { action, seal, former }: SealChange,
): Promise<ExitStatus> {
  const target = seal.keyId ?? '';
  await recordAdminAction(context, store, { action: `secrets ${action}`, target });
  const count = await replaceSeal(store, seal, former);
  const state = seal.keyId === undefined ? 'not encrypted' : `encrypted with the key ${seal.keyId}`;
  context.print(`the secrets of ${formatCount(count, 'subscription')} are now ${state}\n`);
  context.notify('start servers of this store again, with the same key');
  return EXIT_STATUS.fine;
}
