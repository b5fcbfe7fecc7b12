import { listFindings } from '../../engine/finding-views.ts';
import { findPrevious } from '../../engine/image-views.ts';
import type { StoreView } from '../../engine/open-then.ts';
import { FINDING_KIND } from '../../store/match-kind.ts';
import type { Fleet } from './fleet.ts';

/** A number of distinct findings that were open at a time. */
export interface OpenCount {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly open: number;
}

/** Returns how many distinct findings were open after each revision that changed their number. */
export async function listOpenCounts({ db, at }: StoreView): Promise<readonly OpenCount[]> {
  const countRevisions = async (column: 'opened' | 'closed') =>
    await db
      .selectFrom('match')
      .select(({ fn }) => [column, fn.countAll<number>().as('count')])
      .where('kind', '=', FINDING_KIND)
      .where('number', '=', 0)
      .where(column, 'is not', null)
      .groupBy(column)
      .execute();
  const changes = new Map<number, number>();
  for (const { opened, count: number } of (await countRevisions('opened')) as {
    opened: number;
    count: number;
  }[]) {
    changes.set(opened, (changes.get(opened) ?? 0) + number);
  }
  for (const { closed, count: number } of (await countRevisions('closed')) as {
    closed: number;
    count: number;
  }[]) {
    changes.set(closed, (changes.get(closed) ?? 0) - number);
  }
  const revisions = await db.selectFrom('revision').select(['id', 'at']).orderBy('id').execute();
  let open = 0;
  return revisions
    .filter(({ id }) => at === undefined || id <= at)
    .flatMap(({ id, at: time }) => {
      const change = changes.get(id);
      open += change ?? 0;
      return change === undefined ? [] : [{ at: time, open }];
    });
}

/** Images whose predecessors are compared. */
const COMPARED_MAX = 50;

/** Durations in milliseconds, and the number of cases. */
export interface Duration {
  readonly median: number;
  readonly cases: number;
}

/** Returns the median time from the first sighting of a finding to a build without it. */
export async function measureFixes(
  { db, at }: StoreView,
  fleet: Fleet,
): Promise<Duration | undefined> {
  const times: number[] = [];
  for (const image of fleet.sortImages('newest').slice(0, COMPARED_MAX)) {
    const row = await db
      .selectFrom('image')
      .select(['id', 'name', 'project'])
      .where('id', '=', image.id)
      .executeTakeFirst();
    const previous = row === undefined ? undefined : await findPrevious(db, row);
    if (previous !== undefined) {
      const kept = new Set((await listFindings(db, image.id, at)).map(({ id }) => id));
      const before = await listFindings(db, previous, at);
      const fixed = new Map(
        before.filter(({ id }) => !kept.has(id)).map(({ id, since }) => [id, Date.parse(since)]),
      );
      fixed.forEach((since) => times.push(Math.max(0, image.firstSeen - since)));
    }
  }
  return toDuration(times);
}

/** Returns the median time from when the store first had a vulnerability to a decision about it. */
export async function measureDecisions({ db, at }: StoreView): Promise<Duration | undefined> {
  const decisions = await db
    .selectFrom('decision')
    .select(['vulnerability', 'at', 'revision'])
    .execute();
  const times: number[] = [];
  for (const { vulnerability, at: decided, revision } of decisions) {
    const first = await db
      .selectFrom('match')
      .innerJoin('revision', 'revision.id', 'match.opened')
      .select(({ fn }) => fn.min('revision.at').as('at'))
      .where('match.vulnerability', '=', vulnerability)
      .executeTakeFirst();
    const start: unknown = first?.at;
    if (start !== null && start !== undefined && (at === undefined || revision <= at)) {
      times.push(Math.max(0, decided - Number(start)));
    }
  }
  return toDuration(times);
}

function toDuration(times: readonly number[]): Duration | undefined {
  const sorted = times.toSorted((left, right) => left - right);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median === undefined ? undefined : { median, cases: sorted.length };
}
