import type { Kysely } from 'kysely';
import { MATCH_KINDS } from '../store/match-kind.ts';
import type { RevisionKind, Tables } from '../store/tables.ts';
import { type CauseView, listCauses, listImageCauses } from './changes.ts';
import { countRevision, countRevisionEffects, listRevisionEffects } from './revision-effects.ts';

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
  const added = revisions.filter((one) => one.kind === 'image').map(({ id }) => id);
  const byRevision = await listAddedImages(db, added);
  const imageCauses = await listImageCauses(db, added);
  const changes: RevisionChange[] = [];
  for (const { generation: _, ...revision } of revisions) {
    const image = byRevision.get(revision.id);
    const found =
      revision.kind === 'data'
        ? await listEffects(db, revision.id)
        : { effects: [], effectsTotal: 0 };
    const causes =
      revision.kind === 'image'
        ? (imageCauses.get(revision.id) ?? [])
        : await listCauses(db, revision.id);
    const counts = await countRevision(db, revision);
    changes.push({
      ...revision,
      ...counts,
      ...(image === undefined ? {} : { image }),
      ...found,
      causes,
    });
  }
  return changes;
}

/** Lists the image that each revision added. The search begins at the newest image. */
async function listAddedImages(db: Kysely<Tables>, revisions: readonly number[]) {
  const rows =
    revisions.length === 0
      ? []
      : await db
          .selectFrom('image')
          .select(['id', 'name', 'revision'])
          .where('revision', 'in', revisions)
          .orderBy('id', 'desc')
          .limit(revisions.length)
          .execute();
  return new Map(rows.map(({ revision, ...image }) => [revision, image]));
}

async function listEffects(
  db: Kysely<Tables>,
  revision: number,
): Promise<Pick<RevisionChange, 'effects' | 'effectsTotal'>> {
  const rows = await listRevisionEffects(db, revision, EFFECTS_MAX);
  return {
    effects: rows.map((row) => ({ ...row, kind: MATCH_KINDS[row.kind] ?? '' })),
    effectsTotal: await countRevisionEffects(db, revision),
  };
}
