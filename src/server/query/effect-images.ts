import type { Kysely } from 'kysely';
import { findImages } from '../store/find-images.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen } from '../store/store-view.ts';
import type { Tables } from '../store/tables.ts';
import { type ReachChoice, selectByReach } from './reach-states.ts';

/** The effect that a vulnerability became known to be exploited. */
export const EXPLOITED = 'exploited';

type CauseKey = Pick<Tables['cause'], 'id' | 'revision' | 'kind' | 'subject'>;

/**
 * Finds the images of an effect: one set for each component with a changed finding, or one for
 * verdicts. The sizes of the sets are the number of findings, their union has the images.
 *
 * @param reach only findings in packages that are in this state; verdicts are about all packages
 */
export async function findEffectImages(
  db: Kysely<Tables>,
  { id, revision, kind, subject }: CauseKey,
  effect: string,
  reach?: ReachChoice,
): Promise<readonly ReadonlySet<number>[]> {
  if (kind === 'data' && subject !== '') {
    const components =
      effect === EXPLOITED
        ? await listOpenComponents(db, subject, revision)
        : await listChangedComponents(db, { revision, subject, effect });
    const holders = await findImages(db, components, revision);
    return [...(reach === undefined ? holders : await selectByReach(db, holders, reach)).values()];
  }
  const rows = await db
    .selectFrom('effect_image')
    .select('images')
    .where('cause', '=', id)
    .where('kind', '=', effect)
    .execute();
  if (rows.length > 0) {
    const own = findReadScope(db)?.images;
    const images = rows.flatMap((row) => decodeNumbers(row.images));
    return [new Set(images.filter((image) => own?.has(image) !== false))];
  }
  return kind === 'image' && subject !== '' ? [new Set([Number(subject)])] : [];
}

async function listChangedComponents(
  db: Kysely<Tables>,
  at: { readonly revision: number; readonly subject: string; readonly effect: string },
): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('event')
    .select('component')
    .where('revision', '=', at.revision)
    .where('kind', '=', FINDING_KIND)
    .where('vulnerability', '=', at.subject)
    .where('change', '=', at.effect as Tables['event']['change'])
    .execute();
  return new Set(rows.map(({ component }) => component));
}

/** Lists the components with a finding of a vulnerability, now or at a revision. */
export async function listOpenComponents(
  db: Kysely<Tables>,
  vulnerability: string,
  at?: number,
): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('match')
    .select('component')
    .where('vulnerability', '=', vulnerability)
    .where('kind', '=', FINDING_KIND)
    .where(isOpenThen(at))
    .execute();
  return new Set(rows.map(({ component }) => component));
}

/** Where images belong; images never move. */
export interface ImageOrigin {
  readonly project: string;
  readonly owner: string;
}

/** Reads the projects and owners of images, each once. */
export class ImageOrigins {
  readonly #known = new Map<number, ImageOrigin>();

  async readOrigins(
    db: Kysely<Tables>,
    images: Iterable<number>,
  ): Promise<ReadonlyMap<number, ImageOrigin>> {
    const missing = [...images].filter((image) => !this.#known.has(image));
    for (const some of splitKeys(missing)) {
      const rows = await db
        .selectFrom('image')
        .leftJoin('image_origin', 'image_origin.image', 'image.id')
        .select(['image.id', 'image.project', 'image_origin.owner'])
        .where('image.id', 'in', some)
        .execute();
      rows.forEach(({ id, project, owner }) =>
        this.#known.set(id, { project, owner: owner ?? '' }),
      );
    }
    return this.#known;
  }
}
