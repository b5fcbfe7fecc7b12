import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';

export interface JobSummary {
  /** Jobs that wait or run. */
  readonly open: number;
  /** Milliseconds since 1970: when the oldest of them was sent. */
  readonly oldest?: number;
  /** Jobs that failed for good. */
  readonly dead: readonly { readonly id: number; readonly kind: string; readonly error: string }[];
}

const DEAD_MAX = 20;

/** Reads the state of the work that is done beside requests. */
export async function readJobs(db: Kysely<Tables>): Promise<JobSummary> {
  const open = await db
    .selectFrom('job')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('created').as('oldest')])
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirstOrThrow();
  const dead = await db
    .selectFrom('job')
    .select(['id', 'kind', 'error'])
    .where('state', '=', 'dead')
    .orderBy('id', 'desc')
    .limit(DEAD_MAX)
    .execute();
  return { open: open.count, dead, ...(open.count === 0 ? {} : { oldest: open.oldest }) };
}

/** Reads values that change when a job is sent or ends. */
export async function readJobState(
  db: Kysely<Tables>,
): Promise<{ readonly lastJob: number; readonly openJobs: number }> {
  const last = await db
    .selectFrom('job')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const open = await db
    .selectFrom('job')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirstOrThrow();
  return { lastJob: last?.id ?? 0, openJobs: open.count };
}

/** Lists new advisories that a person must accept, because they lost much. */
export async function listHeldUpdates(
  db: Kysely<Tables>,
): Promise<readonly { readonly at: number; readonly reason: string }[]> {
  return await db
    .selectFrom('held_update')
    .select(['at', 'reason'])
    .where('accepted', 'is', null)
    .orderBy('at')
    .execute();
}
