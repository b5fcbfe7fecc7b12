import type { Kysely } from 'kysely';
import { type CauseView, listCauses } from '../../engine/change-views.ts';
import { MATCH_KINDS, UNEVALUATED_KIND } from '../../store/match-kind.ts';
import type { RevisionKind, Tables } from '../../store/tables.ts';

/** One cause of changes, with its effects. */
export interface RevisionChange {
  readonly id: number;
  readonly kind: RevisionKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly matched: number;
  readonly opened: number;
  readonly closed: number;
  /** The image that was added. */
  readonly image?: { readonly id: number; readonly name: string };
  /** Of new advisories: the effects on most images first. */
  readonly effects: readonly Effect[];
  /** Number of all effects. */
  readonly effectsTotal: number;
  readonly causes: readonly CauseView[];
}

export interface Effect {
  readonly vulnerability: string;
  readonly kind: string;
  readonly component: number;
  readonly name: string;
  readonly version: string;
  readonly change: string;
  readonly images: number;
}

export interface RevisionFilter {
  readonly kind: string;
  /** Only revisions before this one; 0 for all. */
  readonly before: number;
  readonly rows: number;
  /** Only revisions up to this one; all if it is absent. */
  readonly at?: number;
  /** Only revisions after this time; milliseconds since 1970. */
  readonly since?: number;
}

const EFFECTS_MAX = 100;

/** Lists revisions, the newest first. */
export async function listRevisions(
  db: Kysely<Tables>,
  { kind, before, rows, at, since }: RevisionFilter,
): Promise<readonly RevisionChange[]> {
  let query = db.selectFrom('revision').selectAll();
  if (kind !== '') {
    query = query.where('kind', '=', kind as RevisionKind);
  }
  if (before > 0) {
    query = query.where('id', '<', before);
  }
  if (since !== undefined) {
    query = query.where('at', '>=', since);
  }
  if (at !== undefined) {
    query = query.where('id', '<=', at);
  }
  const revisions = await query.orderBy('id', 'desc').limit(rows).execute();
  const ids = revisions.map(({ id }) => id);
  const images =
    ids.length === 0
      ? []
      : await db
          .selectFrom('image')
          .select(['id', 'name', 'revision'])
          .where('id', '>', 0)
          .where('revision', 'in', ids)
          .execute();
  const byRevision = new Map(images.map(({ revision, ...image }) => [revision, image]));
  const changes: RevisionChange[] = [];
  for (const { generation: _, ...revision } of revisions) {
    const image = byRevision.get(revision.id);
    const found =
      revision.kind === 'data'
        ? await listEffects(db, revision.id)
        : { effects: [], effectsTotal: 0 };
    const causes = await listCauses(db, revision.id);
    changes.push({ ...revision, ...(image === undefined ? {} : { image }), ...found, causes });
  }
  return changes;
}

async function listEffects(
  db: Kysely<Tables>,
  revision: number,
): Promise<Pick<RevisionChange, 'effects' | 'effectsTotal'>> {
  const all = db
    .selectFrom('event')
    .innerJoin('component', 'component.id', 'event.component')
    .where('event.revision', '=', revision)
    .where('event.kind', '<', UNEVALUATED_KIND);
  const { count } = await all
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await all
    .select([
      'event.vulnerability',
      'event.kind',
      'event.component',
      'component.name',
      'component.version',
      'event.change',
      'event.images',
    ])
    .orderBy('event.images', 'desc')
    .orderBy('event.vulnerability')
    .orderBy('event.component')
    .limit(EFFECTS_MAX)
    .execute();
  return {
    effects: rows.map((row) => ({ ...row, kind: MATCH_KINDS[row.kind] ?? '' })),
    effectsTotal: count,
  };
}
