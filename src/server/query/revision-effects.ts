import type { Kysely } from 'kysely';
import { compareText } from '../../foundation/core/compare-text.ts';
import { findImages } from '../store/find-images.ts';
import { findReadScope, type ReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND, UNEVALUATED_KIND } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen } from '../store/store-view.ts';
import type { Tables } from '../store/tables.ts';
import { EXPLOITED, findEffectImages } from './effect-images.ts';

/** An effect of new advisories on a component. */
export interface RevisionEffect
  extends Pick<Tables['event'], 'change' | 'component' | 'images' | 'kind' | 'vulnerability'> {
  readonly name: string;
  readonly version: string;
}

/** Lists the effects of a revision, those on most images first. */
export async function listRevisionEffects(
  db: Kysely<Tables>,
  revision: number,
  limit: number,
): Promise<readonly RevisionEffect[]> {
  if (findReadScope(db) !== undefined) {
    return (await listScopedEffects(db, revision)).slice(0, limit);
  }
  return await selectEffects(db, revision)
    .orderBy('event.images', 'desc')
    .orderBy('event.vulnerability')
    .orderBy('event.component')
    .limit(limit)
    .execute();
}

/** Counts all effects of a revision. */
export async function countRevisionEffects(db: Kysely<Tables>, revision: number): Promise<number> {
  if (findReadScope(db) !== undefined) {
    return (await listScopedEffects(db, revision)).length;
  }
  const { count } = await selectEffects(db, revision)
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function selectEffects(db: Kysely<Tables>, revision: number) {
  return db
    .selectFrom('event')
    .innerJoin('component', 'component.id', 'event.component')
    .where('event.revision', '=', revision)
    .where('event.kind', '<', UNEVALUATED_KIND)
    .select(['event.vulnerability', 'event.kind', 'event.component', 'event.change'])
    .select(['component.name', 'component.version', 'event.images']);
}

/** Components that the images of the scope did not contain at the revision had no effect then. */
async function listScopedEffects(
  db: Kysely<Tables>,
  revision: number,
): Promise<readonly RevisionEffect[]> {
  const rows = await selectEffects(db, revision).execute();
  const holders = await findImages(db, new Set(rows.map(({ component }) => component)), revision);
  return rows
    .map((row) => ({ ...row, images: holders.get(row.component)?.size ?? 0 }))
    .filter(({ images }) => images > 0)
    .sort(
      (left, right) =>
        right.images - left.images ||
        compareText(left.vulnerability, right.vulnerability) ||
        left.component - right.component,
    );
}

type RevisionCounts = Pick<Tables['revision'], 'closed' | 'matched' | 'opened'>;

/** Returns how many components a revision matched, and how many matches it opened and closed. */
export async function countRevision(
  db: Kysely<Tables>,
  { id, kind, matched, opened, closed }: Pick<Tables['revision'], 'id' | 'kind'> & RevisionCounts,
): Promise<RevisionCounts> {
  const scope = findReadScope(db);
  if (scope === undefined) {
    return { matched, opened, closed };
  }
  if (kind === 'data') {
    return await countDataRevision(db, id);
  }
  return kind === 'image'
    ? await countNewComponents(db, scope, id)
    : { matched: 0, opened: 0, closed: 0 };
}

async function countDataRevision(db: Kysely<Tables>, revision: number): Promise<RevisionCounts> {
  const rows = await db
    .selectFrom('event')
    .select(['component', 'change'])
    .where('revision', '=', revision)
    .execute();
  const holders = await findImages(db, new Set(rows.map(({ component }) => component)), revision);
  const own = rows.filter(({ component }) => (holders.get(component)?.size ?? 0) > 0);
  // A changed match was both closed and opened.
  return {
    matched: new Set(own.map(({ component }) => component)).size,
    opened: own.filter(({ change }) => change !== 'closed').length,
    closed: own.filter(({ change }) => change !== 'opened').length,
  };
}

async function countNewComponents(
  db: Kysely<Tables>,
  scope: ReadScope,
  revision: number,
): Promise<RevisionCounts> {
  const fresh = scope.added.get(revision) ?? [];
  let opened = 0;
  for (const some of splitKeys(fresh)) {
    const { count } = await db
      .selectFrom('match')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('component', 'in', some)
      .where(isOpenThen(revision))
      .executeTakeFirstOrThrow();
    opened += count;
  }
  return { matched: fresh.length, opened, closed: 0 };
}

type CauseKey = Pick<Tables['cause'], 'id' | 'kind' | 'revision' | 'subject'>;

/** Lists the effects of causes of one revision, by kind. */
export async function listCauseEffects(
  db: Kysely<Tables>,
  causes: readonly CauseKey[],
): Promise<readonly Tables['effect'][]> {
  const rows: Tables['effect'][] = [];
  for (const some of splitKeys(causes.map(({ id }) => id))) {
    rows.push(
      ...(await db
        .selectFrom('effect')
        .selectAll()
        .where('cause', 'in', some)
        .orderBy('kind')
        .execute()),
    );
  }
  if (findReadScope(db) === undefined) {
    return rows;
  }
  const counted: Tables['effect'][] = [];
  for (const cause of causes) {
    for (const { kind } of rows.filter((row) => row.cause === cause.id)) {
      const sets = await findEffectImages(db, cause, kind);
      const count = sets.reduce((sum, { size }) => sum + size, 0);
      const images = new Set(sets.flatMap((one) => [...one])).size;
      counted.push(...(count === 0 ? [] : [{ cause: cause.id, kind, count, images }]));
    }
  }
  return counted;
}

/**
 * Lists the vulnerabilities that changed the findings of the images of a scope in a revision;
 * `undefined` if everything is read.
 */
export async function listScopedSubjects(
  db: Kysely<Tables>,
  revision: number,
): Promise<ReadonlySet<string> | undefined> {
  if (findReadScope(db) === undefined) {
    return undefined;
  }
  const effects = await listScopedEffects(db, revision);
  const exploited = await db
    .selectFrom('cause')
    .innerJoin('effect', 'effect.cause', 'cause.id')
    .select('cause.subject')
    .where('cause.revision', '=', revision)
    .where('cause.kind', '=', 'data')
    .where('effect.kind', '=', EXPLOITED)
    .execute();
  const subjects = new Set(
    effects.flatMap(({ kind, vulnerability }) => (kind === FINDING_KIND ? [vulnerability] : [])),
  );
  for (const some of splitKeys(exploited.map(({ subject }) => subject))) {
    const open = await db
      .selectFrom('match')
      .select('vulnerability')
      .distinct()
      .where('vulnerability', 'in', some)
      .where('kind', '=', FINDING_KIND)
      .where(isOpenThen(revision))
      .execute();
    open.forEach(({ vulnerability }) => subjects.add(vulnerability));
  }
  return subjects;
}
