import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { acceptUpdate } from '../server/engine/held-updates.ts';
import {
  addPin,
  endPin,
  findKeptGeneration,
  type KeptGeneration,
  listGenerations,
  readPin,
} from '../server/engine/pins.ts';
import { Store, type StoreSetting } from '../server/store/store.ts';
import { ACTOR, findAdminAction, recordAdminAction } from './admin-action.ts';
import type { Context } from './command.ts';
import { createTableOptions } from './terminal.ts';

/** The advisory databases of a store: which it uses, and which a person chose. */

interface Administration {
  readonly context: Context;
  readonly store: Store;
  /** Directory of the store. */
  readonly folder: string;
}

type AdvisoryAction = (administration: Administration) => Promise<ExitStatus>;

const ACTIONS: ReadonlyMap<string, AdvisoryAction> = new Map<string, AdvisoryAction>([
  ['list', printGenerations],
  ['pin', chooseGeneration],
  ['unpin', endChoice],
  ['accept', acceptHeld],
]);

export async function runAdvisoryAction(
  context: Context,
  setting: StoreSetting,
): Promise<ExitStatus> {
  const action = findAdminAction(context, ACTIONS);
  await using store = await Store.open(setting);
  return await action({ context, store, folder: setting.folder });
}

async function findNamed({ context, store, folder }: Administration): Promise<string> {
  const [, action = '', start = ''] = context.positionals;
  const digest = await findKeptGeneration(store, folder, start);
  await recordAdminAction(context, store, { action: `advisories ${action}`, target: digest });
  return digest;
}

async function chooseGeneration(administration: Administration): Promise<ExitStatus> {
  const { context, store } = administration;
  const reason = context.positionals.slice(3).join(' ');
  if (reason === '') {
    throw new UserError(
      'E_USAGE',
      '"plimsoll serve admin advisories pin" needs a digest and a reason',
      {
        hint: 'for example: plimsoll serve admin advisories pin 3f2a "the last feed was damaged"',
      },
    );
  }
  const generation = await findNamed(administration);
  await addPin(store, { generation, author: ACTOR, reason }, Date.parse(context.now));
  context.print(`pinned to ${generation}: a running server follows within seconds\n`);
  return EXIT_STATUS.fine;
}

async function endChoice({ context, store }: Administration): Promise<ExitStatus> {
  await recordAdminAction(context, store, { action: 'advisories unpin', target: '' });
  const isEnded = await endPin(store, Date.parse(context.now));
  context.print(isEnded ? 'the newest advisories are used again\n' : 'nothing was pinned\n');
  return EXIT_STATUS.fine;
}

async function acceptHeld(administration: Administration): Promise<ExitStatus> {
  const { context, store } = administration;
  const generation = await findNamed(administration);
  await acceptUpdate(store, generation, Date.parse(context.now));
  context.print(`accepted ${generation}: a running server uses it within seconds\n`);
  return EXIT_STATUS.fine;
}

const SHOWN_CHARS = 12;

const COLUMNS: readonly TextColumn<KeptGeneration>[] = [
  { title: 'DIGEST', cell: ({ digest }) => digest.slice(0, SHOWN_CHARS) },
  { title: 'BUILT', cell: ({ builtAt = 'unreadable' }) => builtAt },
  { title: 'STATE', cell: describeState },
  { title: 'REASON', canShrink: true, cell: ({ held = '' }) => held },
];

function describeState({ isUsed, held }: KeptGeneration): string {
  return isUsed ? 'in use' : held === undefined ? 'kept' : 'held back';
}

async function printGenerations({ context, store, folder }: Administration): Promise<ExitStatus> {
  const rows = await listGenerations(store, folder);
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: COLUMNS, rows }, createTableOptions(context.terminal));
  const pin = await readPin(store.db);
  if (pin !== undefined) {
    const { generation, author, at, reason } = pin;
    context.print(
      `Pinned to ${generation.slice(0, SHOWN_CHARS)} by ${author} since ${at.slice(0, 10)}: ${escapeText(reason)}\n`,
    );
  }
  return EXIT_STATUS.fine;
}
