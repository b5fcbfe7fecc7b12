import type { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { formatTime } from '../query/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RegistryWatchTable } from '../store/watch-tables.ts';
import type {
  FailedTag,
  NewRegistryWatch,
  RegistryWatch,
  RegistryWatchView,
} from './registry-watch.ts';

const FAILED_MAX = 200;

export function toRegistryWatch(row: RegistryWatchTable): RegistryWatch {
  const { id, name, registry, repositories, tags, platforms, project } = row;
  const list = JSON.parse(platforms) as readonly string[];
  return { id, name, registry, repositories, tags, platforms: list, project };
}

/** Adds a watch, or replaces the one of the same name, whose tags are then read again. */
export async function addRegistryWatch(
  store: Store,
  watch: NewRegistryWatch,
  now: number,
): Promise<void> {
  await store.runTransaction(async ({ db, writeRows }) => {
    await deleteWatch(db, watch.name);
    const id = (await readLastId(db, 'registry_watch')) + 1;
    const { platforms, ...rest } = watch;
    const state = { due: 0, began: null, succeeded: null, error: '', drift: 0 };
    const list = JSON.stringify(platforms);
    await writeRows('registry_watch', [{ id, ...rest, platforms: list, created: now, ...state }]);
  });
}

/** Ends a watch; its images stay. @throws UserError `E_USAGE` */
export async function removeRegistryWatch(store: Store, name: string): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    if (!(await deleteWatch(db, name))) {
      throw createUnknownWatchError(name);
    }
  });
}

function createUnknownWatchError(name: string): UserError {
  return new UserError('E_USAGE', `no registry is watched under the name "${name}"`, {
    hint: 'list the watches: plimsoll serve admin watch list',
  });
}

async function deleteWatch(db: Kysely<Tables>, name: string): Promise<boolean> {
  const row = await findWatch(db, name);
  if (row === undefined) {
    return false;
  }
  await db.deleteFrom('registry_hint').where('watch', '=', row.id).execute();
  await db.deleteFrom('registry_attachment').where('watch', '=', row.id).execute();
  await db.deleteFrom('attached_check').where('watch', '=', row.id).execute();
  await db.deleteFrom('attached_document').where('watch', '=', row.id).execute();
  await db.deleteFrom('registry_tag').where('watch', '=', row.id).execute();
  await db.deleteFrom('registry_watch').where('id', '=', row.id).execute();
  return true;
}

async function findWatch(
  db: Kysely<Tables>,
  name: string,
): Promise<RegistryWatchTable | undefined> {
  return await db
    .selectFrom('registry_watch')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
}

/** Reads a watch by its name. @throws UserError `E_USAGE` if it is unknown */
export async function readWatch(db: Kysely<Tables>, name: string): Promise<RegistryWatchTable> {
  const row = await findWatch(db, name);
  if (row === undefined) {
    throw createUnknownWatchError(name);
  }
  return row;
}

/** Checks a watch soon. @throws UserError `E_USAGE` */
export async function requestWatchCheck(store: Store, name: string): Promise<void> {
  await store.runTransaction(async ({ db }) => {
    const { id } = await readWatch(db, name);
    await db.updateTable('registry_watch').set({ due: 0 }).where('id', '=', id).execute();
    await db.updateTable('registry_tag').set({ due: 0 }).where('watch', '=', id).execute();
  });
}

export async function hasRegistryWatches({ db }: Store): Promise<boolean> {
  const rows = await db.selectFrom('registry_watch').select('id').limit(1).execute();
  return rows.length > 0;
}

/** Lists the watches with the state of their last checks. */
export async function listRegistryWatches(
  db: Kysely<Tables>,
): Promise<readonly RegistryWatchView[]> {
  const rows = await db.selectFrom('registry_watch').selectAll().orderBy('name').execute();
  const all = await countTags(db);
  const taken = await countTags(db, 'taken');
  const failed = await countTags(db, 'failed');
  return rows.map((row) => ({
    ...toRegistryWatch(row),
    created: formatTime(row.created),
    ...(row.began === null ? {} : { began: formatTime(row.began) }),
    ...(row.succeeded === null ? {} : { succeeded: formatTime(row.succeeded) }),
    ...(row.error === '' ? {} : { error: row.error }),
    counts: {
      tags: all.get(row.id) ?? 0,
      taken: taken.get(row.id) ?? 0,
      failed: failed.get(row.id) ?? 0,
    },
    drift: row.drift,
  }));
}

async function countTags(
  db: Kysely<Tables>,
  state?: 'failed' | 'taken',
): Promise<ReadonlyMap<number, number>> {
  let query = db
    .selectFrom('registry_tag')
    .select(({ fn }) => ['watch', fn.countAll<number>().as('count')])
    .groupBy('watch');
  if (state === 'taken') {
    query = query.whereRef('digest', '=', 'taken');
  }
  if (state === 'failed') {
    query = query.whereRef('digest', '!=', 'taken').where('error', '!=', '');
  }
  return new Map((await query.execute()).map(({ watch, count }) => [watch, count]));
}

/** Lists tags that could not be read, and why; at most 200. */
export async function listFailedTags(db: Kysely<Tables>): Promise<readonly FailedTag[]> {
  const rows = await db
    .selectFrom('registry_tag')
    .innerJoin('registry_watch', 'registry_watch.id', 'registry_tag.watch')
    .select(['registry_watch.name', 'repository', 'tag', 'digest', 'attempts'])
    .select(['registry_tag.error', 'registry_tag.due'])
    .whereRef('digest', '!=', 'taken')
    .where('registry_tag.error', '!=', '')
    .orderBy('registry_watch.name')
    .orderBy('repository')
    .orderBy('tag')
    .limit(FAILED_MAX)
    .execute();
  return rows.map(({ name, due, ...row }) => ({ watch: name, ...row, next: formatTime(due) }));
}
