import { type Kysely, sql } from 'kysely';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { SegmentCounts, toSegment } from '../store/counts.ts';
import { readLastId } from '../store/last-id.ts';
import { findReadScope } from '../store/limited-tables.ts';
import type { StoreView } from '../store/store-view.ts';
import type { Tables } from '../store/tables.ts';
import { formatTime } from './format-time.ts';
import { countPastFindings } from './image-findings.ts';

export interface StatusView {
  readonly revision: number;
  /** RFC 3339; `null` for an empty store. */
  readonly at: string | null;
  /** Digest of the advisory database. */
  readonly generation: string | null;
  readonly images: number;
  readonly components: number;
  /** Numbers of findings by severity. */
  readonly findings: Readonly<Record<string, number>>;
  /** Numbers of images by the outcome of their last verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Numbers of jobs by their state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** Causes that were not delivered yet. */
  readonly undelivered: number;
}

/** Returns the state of a store. */
export async function readStatus(db: Kysely<Tables>): Promise<StatusView> {
  const last = await readRevision(db);
  const isScoped = findReadScope(db) !== undefined;
  const verdicts = await db
    .selectFrom('verdict')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .where('current', '=', sql.lit(1))
    .groupBy('outcome')
    .execute();
  return {
    revision: last?.id ?? 0,
    at: last === undefined ? null : formatTime(last.at),
    generation: last?.generation ?? null,
    images: await countRows(db, 'image'),
    components: await countComponents({ db }),
    findings: nameSeverities(isScoped ? await sumFindings(db) : await readTotals(db)),
    verdicts: Object.fromEntries(verdicts.map(({ outcome, count }) => [outcome, count])),
    // Jobs and messages are about the whole server.
    jobs: isScoped ? {} : await countJobs(db),
    undelivered: isScoped ? 0 : await countRows(db, 'outbox'),
  };
}

/** The state that open pages show besides their own. */
export interface ProgressView {
  readonly revision: number;
  /** Jobs that wait or run; 0 in a scope, because they are about the whole server. */
  readonly openJobs: number;
}

export async function readProgress(db: Kysely<Tables>): Promise<ProgressView> {
  const revision = await readLastId(db, 'revision');
  if (findReadScope(db) !== undefined) {
    return { revision, openJobs: 0 };
  }
  const { count } = await db
    .selectFrom('job')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirstOrThrow();
  return { revision, openJobs: count };
}

async function readTotals(db: Kysely<Tables>): Promise<ReadonlyMap<number, number>> {
  const totals = await db.selectFrom('total').selectAll().execute();
  return new Map(totals.map(({ severity, findings }) => [severity, findings]));
}

/** Sums the findings of the images of a scope: the store only maintains the sums over all. */
async function sumFindings(db: Kysely<Tables>): Promise<ReadonlyMap<number, number>> {
  const images = await db.selectFrom('image').select('id').where('retired', 'is', null).execute();
  const rollups = await db.selectFrom('rollup').selectAll().execute();
  const counts = new Map(rollups.map((row) => [row.segment, new SegmentCounts(row.counts)]));
  const sums = new Map<number, number>();
  for (const { id } of images) {
    const own = counts.get(toSegment(id))?.get(id) ?? [];
    SEVERITIES.forEach((_, rank) => sums.set(rank, (sums.get(rank) ?? 0) + (own[rank] ?? 0)));
  }
  return new Map([...sums].filter(([, sum]) => sum > 0));
}

async function countJobs(db: Kysely<Tables>): Promise<Readonly<Record<string, number>>> {
  const jobs = await db
    .selectFrom('job')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(jobs.map(({ state, count }) => [state, count]));
}

/** Counts the components that images ever had. */
export async function countComponents({ db, at }: StoreView): Promise<number> {
  const scope = findReadScope(db);
  if (scope !== undefined) {
    return scope.since.size;
  }
  if (at === undefined) {
    return await readLastId(db, 'component');
  }
  const { matched } = await db
    .selectFrom('revision')
    .select(({ fn }) => fn.sum<number | string | null>('matched').as('matched'))
    .where('kind', '=', 'image')
    .where('id', '<=', at)
    .executeTakeFirstOrThrow();
  return Number(matched ?? 0);
}

/** Returns the numbers of findings at a past revision. */
export async function readPastFindings(
  db: Kysely<Tables>,
  at: number,
): Promise<Readonly<Record<string, number>>> {
  return nameSeverities(await countPastFindings(db, at));
}

function nameSeverities(counts: ReadonlyMap<number, number>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...counts].map(([severity, count]) => [SEVERITIES[severity] ?? 'unknown', count]),
  );
}

export async function readRevision(db: Kysely<Tables>): Promise<Tables['revision'] | undefined> {
  return await db
    .selectFrom('revision')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function countRows(db: Kysely<Tables>, table: 'image' | 'outbox'): Promise<number> {
  const rows = db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('count'));
  const alive = table === 'image' ? rows.where('retired' as never, 'is', null as never) : rows;
  return (await alive.executeTakeFirstOrThrow()).count;
}
