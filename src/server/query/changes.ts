import type { Kysely } from 'kysely';
import { findReadScope } from '../store/limited-tables.ts';
import { MATCH_KINDS } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { formatTime } from './format-time.ts';
import { PAGE_ROWS } from './page-rows.ts';
import {
  countRevision,
  listCauseEffects,
  listRevisionEffects,
  listScopedSubjects,
  type RevisionEffect,
} from './revision-effects.ts';

export interface ChangeView {
  readonly revision: number;
  readonly kind: string;
  /** RFC 3339 */
  readonly at: string;
  readonly matched: number;
  readonly opened: number;
  readonly closed: number;
  /** Causes of the effects, at most {@link PAGE_ROWS}. */
  readonly causes: readonly CauseView[];
  /** Of an advisory update: its effects on components, at most {@link PAGE_ROWS}. */
  readonly effects: readonly {
    readonly id: string;
    readonly kind: string;
    readonly package: string;
    readonly version: string;
    readonly change: string;
    readonly images: number;
  }[];
}

export interface CauseView {
  readonly id: number;
  /** The vulnerability, image or decision; empty for the revision as a whole. */
  readonly subject: string;
  readonly summary: string;
  readonly effects: readonly {
    readonly kind: string;
    readonly count: number;
    readonly images: number;
  }[];
}

/** Lists revisions after one, with their causes and effects. */
export async function listChanges(
  db: Kysely<Tables>,
  after: number,
): Promise<readonly ChangeView[]> {
  const revisions = await db
    .selectFrom('revision')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute();
  const changes: ChangeView[] = [];
  for (const row of revisions) {
    const { id, kind, at } = row;
    const effects = kind === 'data' ? await listRevisionEffects(db, id, PAGE_ROWS) : [];
    changes.push({
      revision: id,
      kind,
      at: formatTime(at),
      ...(await countRevision(db, row)),
      causes: await listCauses(db, id),
      effects: effects.map(toEffectView),
    });
  }
  return changes;
}

function toEffectView(effect: RevisionEffect): ChangeView['effects'][number] {
  const { vulnerability, kind, name, version, change, images } = effect;
  return {
    id: vulnerability,
    kind: MATCH_KINDS[kind] ?? '',
    package: name,
    version,
    change,
    images,
  };
}

/** Lists the causes of a revision with their effects, at most {@link PAGE_ROWS}. */
export async function listCauses(
  db: Kysely<Tables>,
  revision: number,
): Promise<readonly CauseView[]> {
  const rows = await selectCauses(db)
    .where('revision', '=', revision)
    .$if(findReadScope(db) === undefined, (query) => query.limit(PAGE_ROWS))
    .execute();
  const isData = rows.some(({ kind, subject }) => kind === 'data' && subject !== '');
  const subjects = isData ? await listScopedSubjects(db, revision) : undefined;
  const causes = rows
    .filter(({ kind, subject }) => kind !== 'data' || subjects?.has(subject) !== false)
    .slice(0, PAGE_ROWS);
  return [...(await addEffects(db, causes)).values()];
}

/** Lists the causes of several revisions that each added an image, by revision. */
export async function listImageCauses(
  db: Kysely<Tables>,
  revisions: readonly number[],
): Promise<ReadonlyMap<number, readonly CauseView[]>> {
  const causes: CauseRow[] = [];
  for (const some of splitKeys(revisions)) {
    causes.push(...(await selectCauses(db).where('revision', 'in', some).execute()));
  }
  const views = await addEffects(db, causes);
  return new Map(
    [...Map.groupBy(causes, ({ revision }) => revision)].map(([revision, some]) => [
      revision,
      some.flatMap(({ id }) => views.get(id) ?? []),
    ]),
  );
}

type CauseRow = Pick<Tables['cause'], 'id' | 'kind' | 'revision' | 'subject' | 'summary'>;

function selectCauses(db: Kysely<Tables>) {
  return db
    .selectFrom('cause')
    .select(['id', 'revision', 'kind', 'subject', 'summary'])
    .orderBy('id');
}

/** Returns causes with their effects, by ID. */
async function addEffects(
  db: Kysely<Tables>,
  causes: readonly CauseRow[],
): Promise<ReadonlyMap<number, CauseView>> {
  const effects = Map.groupBy(await listCauseEffects(db, causes), ({ cause }) => cause);
  return new Map(
    causes.map(({ id, subject, summary }) => {
      const own = effects.get(id) ?? [];
      const counted = own.map(({ kind, count, images }) => ({ kind, count, images }));
      return [id, { id, subject, summary, effects: counted }];
    }),
  );
}
