import { DAY_MS } from '../foundation/core/duration.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { Engine } from '../server/engine/engine.ts';
import {
  addVeto,
  listVetoes,
  removeVeto,
  VETO_KINDS,
  type VetoKind,
  type VetoRequest,
  type VetoView,
} from '../server/engine/vetoes.ts';
import { Store, type StoreSetting } from '../server/store/store.ts';
import { ACTOR, findAdminAction, recordAdminAction } from './admin-action.ts';
import type { Context } from './command.ts';
import { createTableOptions } from './terminal.ts';

/** Retention of the images in a store: which are retired, and which a veto keeps. */

export async function openStoreEngine(
  { resolved, now }: Context,
  setting: StoreSetting,
): Promise<Engine> {
  return await Engine.open({ ...setting, maxAgeDays: resolved.values.dbMaxAge }, now);
}

/** Retires the images of a rule, or prints them. */
export async function removeOldImages(
  context: Context,
  setting: StoreSetting,
): Promise<ExitStatus> {
  const { preview, olderThan, keepEach } = context.resolved.values;
  await using engine = await openStoreEngine(context, setting);
  const rule = { before: Date.parse(context.now) - olderThan * DAY_MS, keepEach };
  const { retired, kept } = await engine.planRetirement(rule, context.now);
  const images = preview ? retired : await engine.removeImages(rule, context.now);
  images.forEach(({ id, name, firstSeen }) => {
    const day = new Date(firstSeen).toISOString().slice(0, 10);
    context.print(`image ${id}: ${escapeText(name)}, pushed on ${day}\n`);
  });
  kept.forEach(({ id, name, vetoes }) => {
    const reasons = vetoes.map(({ kind, author, reason }) => `${kind} by ${author}: ${reason}`);
    context.print(`image ${id}: ${escapeText(name)} is kept, ${escapeText(reasons.join('; '))}\n`);
  });
  const count = formatCount(images.length, 'image');
  const more = kept.length === 0 ? '' : `, ${kept.length} kept`;
  context.print(`${count} ${preview ? 'would be retired' : 'retired'}${more}\n`);
  return EXIT_STATUS.fine;
}

type VetoAction = (context: Context, store: Store) => Promise<ExitStatus>;

const VETO_ACTIONS: ReadonlyMap<string, VetoAction> = new Map<string, VetoAction>([
  ['add', keepImages],
  ['list', printVetoes],
  ['remove', releaseImages],
]);

/** Manages the vetoes against retirement; the store may be in use by a server. */
export async function runVetoAction(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const action = findAdminAction(context, VETO_ACTIONS);
  await using store = await Store.open(setting);
  return await action(context, store);
}

function parseVeto({ positionals }: Context): VetoRequest {
  const [, action = '', image = '', word = ''] = positionals;
  const kind = VETO_KINDS.find((one): one is VetoKind => one === word);
  if (image === '' || kind === undefined) {
    const usage = `"plimsoll serve admin veto ${action}" needs an image and one of ${VETO_KINDS.join(', ')}`;
    throw new UserError('E_USAGE', usage, {
      hint: `for example: plimsoll serve admin veto ${action} app:1.2 deployed "runs in production"`,
    });
  }
  return { image, kind };
}

async function keepImages(context: Context, store: Store): Promise<ExitStatus> {
  const veto = parseVeto(context);
  const reason = context.positionals.slice(4).join(' ');
  if (reason === '') {
    throw new UserError('E_USAGE', 'missing reason for "plimsoll serve admin veto add"', {
      hint: 'add it as the last argument: it is shown when images are retired',
    });
  }
  const target = `${veto.kind} ${veto.image}`;
  await recordAdminAction(context, store, { action: 'veto add', target });
  const request = { ...veto, author: ACTOR, reason };
  const count = await addVeto(store, request, Date.parse(context.now));
  context.print(`${formatCount(count, 'image')} kept as ${veto.kind}\n`);
  return EXIT_STATUS.fine;
}

async function releaseImages(context: Context, store: Store): Promise<ExitStatus> {
  const veto = parseVeto(context);
  const target = `${veto.kind} ${veto.image}`;
  await recordAdminAction(context, store, { action: 'veto remove', target });
  const count = await removeVeto(store, veto);
  context.print(`${formatCount(count, 'image')} released\n`);
  return EXIT_STATUS.fine;
}

const COLUMNS: readonly TextColumn<VetoView>[] = [
  { title: 'IMAGE', cell: ({ name, image }) => `${name} (${image})` },
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'AUTHOR', cell: ({ author }) => author },
  { title: 'SINCE', cell: ({ at }) => at.slice(0, 10) },
  { title: 'REASON', canShrink: true, cell: ({ reason }) => reason },
];

async function printVetoes(context: Context, store: Store): Promise<ExitStatus> {
  const rows = await listVetoes(store);
  if (rows.length === 0) {
    context.print(
      'There are no vetoes. Add one: plimsoll serve admin veto add IMAGE held REASON\n',
    );
    return EXIT_STATUS.fine;
  }
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: COLUMNS, rows }, createTableOptions(context.terminal));
  return EXIT_STATUS.fine;
}
