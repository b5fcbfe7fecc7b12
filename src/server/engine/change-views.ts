import type { Kysely } from 'kysely';
import { MATCH_KINDS, UNEVALUATED_KIND } from '../store/match-kind.ts';
import type { Tables } from '../store/tables.ts';
import { formatTime } from './format-time.ts';
import { PAGE_ROWS } from './page-rows.ts';

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
  for (const { id, at, generation: _, ...row } of revisions) {
    const effects = row.kind === 'data' ? await listEffects(db, id) : [];
    changes.push({
      ...row,
      revision: id,
      at: formatTime(at),
      causes: await listCauses(db, id),
      effects,
    });
  }
  return changes;
}

/** Lists the causes of a revision with their effects, at most {@link PAGE_ROWS}. */
export async function listCauses(
  db: Kysely<Tables>,
  revision: number,
): Promise<readonly CauseView[]> {
  const causes = await db
    .selectFrom('cause')
    .select(['id', 'subject', 'summary'])
    .where('revision', '=', revision)
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute();
  const ids = causes.map(({ id }) => id);
  const effects =
    ids.length === 0
      ? []
      : await db
          .selectFrom('effect')
          .selectAll()
          .where('cause', 'in', ids)
          .orderBy('kind')
          .execute();
  return causes.map((cause) => ({
    ...cause,
    effects: effects
      .filter((one) => one.cause === cause.id)
      .map(({ kind, count, images }) => ({ kind, count, images })),
  }));
}

async function listEffects(db: Kysely<Tables>, revision: number): Promise<ChangeView['effects']> {
  const rows = await db
    .selectFrom('event')
    .innerJoin('component', 'component.id', 'event.component')
    .select(['vulnerability', 'kind', 'name', 'version', 'change', 'images'])
    .where('revision', '=', revision)
    .where('kind', '<', UNEVALUATED_KIND)
    .orderBy('images', 'desc')
    .orderBy('vulnerability')
    .orderBy('component')
    .limit(PAGE_ROWS)
    .execute();
  return rows.map(({ vulnerability, kind, name, ...row }) => ({
    id: vulnerability,
    kind: MATCH_KINDS[kind] ?? '',
    package: name,
    ...row,
  }));
}
