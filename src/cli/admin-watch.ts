import { defined } from '../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { escapeText } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { parseRegistryWatch, type RegistryWatchView } from '../server/registry/registry-watch.ts';
import {
  addRegistryWatch,
  listFailedTags,
  listRegistryWatches,
  removeRegistryWatch,
} from '../server/registry/watch-store.ts';
import { Store, type StoreSetting } from '../server/store/store.ts';
import { findAdminAction, recordAdminAction } from './admin-action.ts';
import type { Context } from './command.ts';
import { createTableOptions } from './terminal.ts';

type WatchAction = (context: Context, store: Store) => Promise<ExitStatus>;

const WATCH_ACTIONS: ReadonlyMap<string, WatchAction> = new Map<string, WatchAction>([
  ['add', startWatching],
  ['list', printWatches],
  ['remove', endWatching],
]);

/** Manages the registries that a server watches; the store may be in use by it. */
export async function runWatchAction(context: Context, setting: StoreSetting): Promise<ExitStatus> {
  const action = findAdminAction(context, WATCH_ACTIONS);
  await using store = await Store.open(setting);
  return await action(context, store);
}

async function startWatching(context: Context, store: Store): Promise<ExitStatus> {
  const [, , name = '', place = ''] = context.positionals;
  const { tags, platform, project } = context.resolved.values;
  const platforms = platform === undefined ? [] : platform.split(',');
  const watch = parseRegistryWatch(name, place, defined({ tags, platforms, project }));
  await recordAdminAction(context, store, { action: 'watch add', target: `${name} ${place}` });
  await addRegistryWatch(store, watch, Date.parse(context.now));
  context.print(
    `${escapeText(name)}: a running server checks ${escapeText(place)} within seconds\n`,
  );
  context.notify(
    `send events of the registry to /api/v1/registry-watches/${name}/events, with a token of the role uploader`,
  );
  return EXIT_STATUS.fine;
}

async function endWatching(context: Context, store: Store): Promise<ExitStatus> {
  const [, , name] = context.positionals;
  if (name === undefined) {
    throw new UserError('E_USAGE', 'missing name for "plimsoll serve admin watch remove"', {
      hint: 'list the watches: plimsoll serve admin watch list',
    });
  }
  await recordAdminAction(context, store, { action: 'watch remove', target: name });
  await removeRegistryWatch(store, name);
  return EXIT_STATUS.fine;
}

const COLUMNS: readonly TextColumn<RegistryWatchView>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  {
    title: 'REPOSITORIES',
    canShrink: true,
    cell: ({ registry, repositories, tags }) =>
      `${registry}/${repositories}${tags === '*' ? '' : `:${tags}`}`,
  },
  { title: 'TAGS', cell: ({ counts }) => String(counts.tags) },
  { title: 'READ', cell: ({ counts }) => String(counts.taken) },
  { title: 'FAILED', cell: ({ counts }) => String(counts.failed) },
  { title: 'LAST CHECK', cell: ({ succeeded = 'never' }) => succeeded.slice(0, 16) },
  { title: 'ERROR', canShrink: true, cell: ({ error = '' }) => error },
];

async function printWatches(context: Context, store: Store): Promise<ExitStatus> {
  const rows = await listRegistryWatches(store.db);
  if (rows.length === 0) {
    context.print(
      "No registry is watched. Add one: plimsoll serve admin watch add NAME 'registry.example.org/shop/*'\n",
    );
    return EXIT_STATUS.fine;
  }
  const target = { write: (text: string) => context.print(text) };
  writeTextTable(target, { columns: COLUMNS, rows }, createTableOptions(context.terminal));
  const failed = await listFailedTags(store.db);
  failed.forEach(({ watch, repository, tag, error }) =>
    context.print(`${escapeText(`${watch}: ${repository}:${tag}: ${error}`)}\n`),
  );
  return EXIT_STATUS.fine;
}
