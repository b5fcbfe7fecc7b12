import type { Kysely } from 'kysely';
import { findImagesInUse } from '../placement/list-placements.ts';
import { hashText } from '../store/read-key-hash.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { findImages } from './find-images.ts';
import { PAGE_ROWS } from './page-rows.ts';
import { countComponents, readRevision } from './status-views.ts';

export interface ExposureView {
  /** Components of the name, by version. */
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly type: string;
    readonly purl: string;
    readonly images: readonly number[];
  }[];
  /** Components of the name that are not listed: the first 100 are. */
  readonly componentsNotListed: number;
  /** Number of components that were compared, and the revision of the answer. */
  readonly searched: number;
  /** Images of the environment that are only named by a tag: any of the images may be one. */
  readonly unresolved?: number;
  readonly revision: number;
}

export interface ExposureQuestion {
  readonly name: string;
  /** Only images that are in use there. */
  readonly environment?: string;
  /** Only images of these projects; absent for all images. */
  readonly projects?: readonly string[];
  readonly at?: number;
}

/** Finds the images that contain a package, by its exact name, at a revision. */
export async function findExposure(
  db: Kysely<Tables>,
  { name, environment, at }: ExposureQuestion,
): Promise<ExposureView> {
  const used =
    environment === undefined ? undefined : await findImagesInUse({ db, at }, environment);
  const named = db
    .selectFrom('component')
    .where('name_hash', '=', hashText(name))
    .where('name', '=', toStoredText(name));
  const rows = await named
    .select(['id', 'name', 'version', 'type', 'purl'])
    .orderBy('version')
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute();
  const { count } = await named
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const images = await findImages(db, new Set(rows.map(({ id }) => id)), at);
  const revision = await readRevision(db);
  return {
    // Components of retired images, and of images that were added since, are in none.
    components: rows
      .map(({ id, ...row }) => ({
        ...row,
        images: sortNumbers(images.get(id) ?? [], used?.images),
      }))
      .filter((one) => one.images.length > 0),
    componentsNotListed: count - rows.length,
    ...(used === undefined ? {} : { unresolved: used.unresolved }),
    searched: await countComponents(db),
    revision: at ?? revision?.id ?? 0,
  };
}

/** Pending and retired images are found after the others. */
function sortNumbers(numbers: Iterable<number>, among?: ReadonlySet<number>): readonly number[] {
  return [...numbers]
    .filter((one) => among?.has(one) !== false)
    .sort((left, right) => left - right);
}
