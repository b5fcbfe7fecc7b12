import type { Kysely } from 'kysely';
import { UserError } from '../../foundation/core/error.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { findEffectImages } from './effect-images.ts';
import type { ReachChoice } from './reach-states.ts';
import { listCauseEffects } from './revision-effects.ts';

export interface EffectRequest {
  readonly cause: number;
  /** Its kind. */
  readonly effect: string;
  readonly project?: string;
  /** Empty for images without a known owner. */
  readonly owner?: string;
  /** Only findings in packages that are in this state. */
  readonly reach?: ReachChoice;
  /** Only images in these projects; absent for all. */
  readonly projects?: readonly string[];
  /** Only images with higher IDs. */
  readonly after: number;
  readonly limit: number;
}

export interface EffectRow {
  readonly id: number;
  readonly name: string;
  readonly project: string;
  readonly owner: string;
  readonly digest: string;
  /** Findings of the cause in the image; 1 for a verdict. */
  readonly findings: number;
}

export interface EffectRows {
  readonly items: readonly EffectRow[];
  readonly next?: number;
  readonly total: { readonly count: number; readonly findings: number; readonly relation: 'exact' };
}

/**
 * Lists the images of an effect: as many as its message states.
 *
 * @throws UserError `E_IMAGE_UNKNOWN` for an unknown cause
 */
export async function listEffectImages(
  db: Kysely<Tables>,
  { cause: id, effect, after, limit, reach, ...scope }: EffectRequest,
): Promise<EffectRows> {
  const cause = await readCause(db, id);
  const findings = new Map<number, number>();
  for (const images of await findEffectImages(db, cause, effect, reach)) {
    images.forEach((image) => findings.set(image, (findings.get(image) ?? 0) + 1));
  }
  const all = [...findings.keys()].sort((left, right) => left - right);
  const isScoped = Object.values(scope).some((part) => part !== undefined);
  const own = isScoped
    ? (await readEffectRows(db, all, findings)).filter((row) => isInScope(row, scope))
    : undefined;
  const ids = own?.map((row) => row.id) ?? all;
  const left = ids.filter((image) => image > after);
  const shown = new Set(left.slice(0, limit));
  const items =
    own?.filter((row) => shown.has(row.id)) ?? (await readEffectRows(db, [...shown], findings));
  const last = items.at(-1);
  return {
    items,
    ...(left.length > limit && last !== undefined ? { next: last.id } : {}),
    total: {
      count: ids.length,
      findings: ids.reduce((sum, image) => sum + (findings.get(image) ?? 0), 0),
      relation: 'exact',
    },
  };
}

async function readEffectRows(
  db: Kysely<Tables>,
  images: readonly number[],
  findings: ReadonlyMap<number, number>,
): Promise<readonly EffectRow[]> {
  const rows: EffectRow[] = [];
  for (const some of splitKeys(images)) {
    const found = await db
      .selectFrom('image')
      .leftJoin('image_origin', 'image_origin.image', 'image.id')
      .select(['image.id', 'name', 'project', 'image_origin.owner', 'digest'])
      .where('image.id', 'in', some)
      .orderBy('image.id')
      .execute();
    for (const row of found) {
      rows.push({ ...row, owner: row.owner ?? '', findings: findings.get(row.id) ?? 0 });
    }
  }
  return rows;
}

/** Throws `UserError` `E_IMAGE_UNKNOWN` for an unknown cause, or one without effects in the scope. */
export async function readCause(db: Kysely<Tables>, id: number): Promise<Tables['cause']> {
  const cause = await db.selectFrom('cause').selectAll().where('id', '=', id).executeTakeFirst();
  const isHidden =
    cause !== undefined &&
    findReadScope(db) !== undefined &&
    (await listCauseEffects(db, [cause])).length === 0;
  if (cause === undefined || isHidden) {
    throw new UserError('E_IMAGE_UNKNOWN', `the store has no cause ${id}`, {
      hint: 'list them: GET /api/v1/changes',
    });
  }
  return cause;
}

type EffectScope = Pick<EffectRequest, 'owner' | 'project' | 'projects'>;

function isInScope(row: EffectRow, { project, owner, projects }: EffectScope): boolean {
  return (
    (project === undefined || row.project === project) &&
    (owner === undefined || row.owner === owner) &&
    projects?.includes(row.project) !== false
  );
}
