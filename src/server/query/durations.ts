import { selectOwnDecisions } from '../engine/own-decisions.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import type { StoreView } from '../store/store-view.ts';
import { findFirstOpened } from './first-opened.ts';
import type { Fleet } from './fleet.ts';
import { listFindings } from './image-findings.ts';
import { findPrevious } from './images.ts';

/** A number of distinct findings that were open at a time. */
export interface OpenCount {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly open: number;
}

/** Returns how many distinct findings were open after each revision that changed their number. */
export async function listOpenCounts(view: StoreView): Promise<readonly OpenCount[]> {
  const { db, at } = view;
  const changes =
    findReadScope(db) === undefined ? await countAllChanges(view) : await countHeldChanges(view);
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

/** Returns the difference that each revision made. */
async function countAllChanges({ db }: StoreView): Promise<ReadonlyMap<number, number>> {
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
  return changes;
}

/** A scope has a finding since one of its images contains the component. */
async function countHeldChanges({ db }: StoreView): Promise<ReadonlyMap<number, number>> {
  const since = findReadScope(db)?.since;
  const rows = await db
    .selectFrom('match')
    .select(['component', 'opened', 'closed'])
    .where('kind', '=', FINDING_KIND)
    .where('number', '=', 0)
    .execute();
  const changes = new Map<number, number>();
  for (const { component, opened, closed } of rows) {
    const first = Math.max(opened, since?.get(component) ?? 0);
    if (closed === null || closed > first) {
      changes.set(first, (changes.get(first) ?? 0) + 1);
      changes.set(closed ?? 0, (changes.get(closed ?? 0) ?? 0) - 1);
    }
  }
  changes.delete(0);
  return changes;
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
export async function measureDecisions(view: StoreView): Promise<Duration | undefined> {
  const { db, at } = view;
  const all = await db
    .selectFrom('decision')
    .select(['vulnerability', 'package', 'images', 'project', 'at', 'revision'])
    .execute();
  const decisions = await selectOwnDecisions(db, all);
  const times: number[] = [];
  for (const { vulnerability, at: decided, revision } of decisions) {
    const opened = await findFirstOpened(view, vulnerability, { isAny: true });
    const first = await db
      .selectFrom('revision')
      .select('at')
      .where('id', '=', opened ?? 0)
      .executeTakeFirst();
    if (first !== undefined && (at === undefined || revision <= at)) {
      times.push(Math.max(0, decided - first.at));
    }
  }
  return toDuration(times);
}

function toDuration(times: readonly number[]): Duration | undefined {
  const sorted = times.toSorted((left, right) => left - right);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median === undefined ? undefined : { median, cases: sorted.length };
}
