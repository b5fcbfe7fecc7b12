import type { ExpressionBuilder, Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { formatTime } from '../query/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { splitKeys } from '../store/store.ts';
import type { StoreView } from '../store/store-view.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import type {
  Exposure,
  ImagesInUse,
  PlacementSource,
  PlacementView,
  UnknownImage,
} from './placement.ts';

/** Tests whether a placement was reported at a revision; now if it is absent. */
function isPlacedThen(at: number | undefined) {
  return ({ and, eb, or }: ExpressionBuilder<Tables, 'placement'>) =>
    at === undefined
      ? eb('placement.closed', 'is', null)
      : and([
          eb('placement.opened', '<=', at),
          or([eb('placement.closed', 'is', null), eb('placement.closed', '>', at)]),
        ]);
}

/** Tests whether an image is in use, by its digest, in an environment. */
export function isInEnvironment(environment: string, at?: number) {
  return ({ exists, selectFrom }: ExpressionBuilder<Tables, 'image'>) =>
    exists(
      selectFrom('image_digest')
        .innerJoin('placement', 'placement.digest', 'image_digest.digest')
        .select('placement.id')
        .whereRef('image_digest.image', '=', 'image.id')
        .where('placement.environment', '=', toStoredText(environment))
        .where(isPlacedThen(at)),
    );
}

/** Reads all placements with their images. An image is only recognized by its digest. */
export async function readPlacements(
  view: StoreView,
  source?: string,
): Promise<readonly PlacementView[]> {
  return (await readNumbered(view, source)).map(({ id: _, ...placement }) => placement);
}

interface NumberedPlacement extends PlacementView {
  readonly id: number;
}

async function readNumbered(
  { db, at }: StoreView,
  source: string | undefined,
): Promise<readonly NumberedPlacement[]> {
  let query = db.selectFrom('placement').selectAll().where(isPlacedThen(at));
  if (source !== undefined) {
    query = query.where('placement.source', '=', source);
  }
  const rows = await query.orderBy('id').execute();
  const images = await findDigestImages(db, new Set(rows.map(({ digest }) => digest)), at);
  return rows.map(({ opened: _, closed: __, since, exposure, ...row }) => ({
    ...row,
    exposure: exposure as Exposure,
    since: formatTime(since),
    images: images.get(row.digest) ?? [],
  }));
}

/** Finds the images of digests that were not retired. */
async function findDigestImages(
  db: Kysely<Tables>,
  digests: ReadonlySet<string>,
  at: number | undefined,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const images = new Map<string, number[]>();
  for (const some of splitKeys(digests)) {
    const rows = await db
      .selectFrom('image_digest')
      .innerJoin('image', 'image.id', 'image_digest.image')
      .select(['image_digest.digest', 'image.id', 'image.revision', 'image.retired'])
      .where('image_digest.digest', 'in', some)
      .orderBy('image.id')
      .execute();
    rows
      .filter(({ revision, retired }) =>
        at === undefined ? retired === null : revision <= at && (retired ?? at + 1) > at,
      )
      .forEach(({ digest, id }) => addToList(images, digest, id));
  }
  return images;
}

/** Counts the distinct images of placements. */
export function countImagesInUse(placements: readonly PlacementView[]): ImagesInUse {
  const known = placements.filter(({ images }) => images.length > 0);
  const unknown = listUnknownImages(placements);
  return {
    known: new Set(known.map(({ digest }) => digest)).size,
    unknown: unknown.filter(({ digest }) => digest !== '').length,
    unresolved: unknown.filter(({ digest }) => digest === '').length,
  };
}

/** Lists the images in use that the store does not have, the most used first. */
export function listUnknownImages(placements: readonly PlacementView[]): readonly UnknownImage[] {
  const unknown = placements.filter(({ images }) => images.length === 0);
  return [...Map.groupBy(unknown, ({ digest, reference }) => digest || reference)]
    .map(([, some]) => ({
      reference: some[0]?.reference ?? '',
      digest: some[0]?.digest ?? '',
      environments: [...new Set(some.map(({ environment }) => environment))].toSorted(compareText),
      placements: some.length,
    }))
    .sort((left, right) => right.placements - left.placements);
}

/** Finds the images in use in an environment, and counts those that the store may lack. */
export async function findImagesInUse(
  { db, at }: { readonly db: Kysely<Tables>; readonly at: number | undefined },
  environment: string,
): Promise<{ readonly images: ReadonlySet<number>; readonly counts: ImagesInUse }> {
  const all = await readPlacements({ db, ...defined({ at }) });
  const own = all.filter((one) => one.environment === toStoredText(environment));
  return {
    images: new Set(own.flatMap(({ images }) => images)),
    counts: countImagesInUse(own),
  };
}

export interface PlacementQuestion {
  readonly environment?: string;
  readonly source?: string;
  /** Only placements of images of these projects; absent for all. */
  readonly projects?: readonly string[];
  /** Only placements of this image. */
  readonly image?: number;
  /** Only placements whose image the store has, or does not have. */
  readonly isKnown?: boolean;
  /** Revision; now if it is absent. */
  readonly at?: number;
  /** Only placements after this one. */
  readonly after?: number;
  readonly limit: number;
}

export interface PlacementList {
  readonly revision: number;
  /** In the order in which they were first reported. */
  readonly items: readonly PlacementView[];
  /** Those that follow. */
  readonly itemsNotListed: number;
  /** The last one that is listed; absent if no other follows. */
  readonly last?: number;
  /** Distinct images of all of them. */
  readonly images: ImagesInUse;
}

/** Lists placements, and counts their images. */
export async function listPlacements(
  db: Kysely<Tables>,
  { environment, source, image, isKnown, at, after = 0, limit }: PlacementQuestion,
): Promise<PlacementList> {
  const all = await readNumbered({ db, ...defined({ at }) }, source);
  const items = all.filter(
    (one) =>
      (environment === undefined || one.environment === toStoredText(environment)) &&
      (image === undefined || one.images.includes(image)) &&
      (isKnown === undefined || one.images.length > 0 === isKnown),
  );
  const following = items.filter(({ id }) => id > after);
  const listed = following.slice(0, limit);
  const itemsNotListed = following.length - listed.length;
  return {
    revision: at ?? (await readLastId(db, 'revision')),
    items: listed.map(({ id: _, ...placement }) => placement),
    itemsNotListed,
    ...defined({ last: itemsNotListed === 0 ? undefined : listed.at(-1)?.id }),
    images: countImagesInUse(items),
  };
}

/** Lists the sources of placements. */
export async function listPlacementSources(
  db: Kysely<Tables>,
): Promise<readonly PlacementSource[]> {
  const rows = await db.selectFrom('placement_report').selectAll().orderBy('source').execute();
  const counts = findReadScope(db) === undefined ? undefined : await countOpen(db);
  return rows.map(({ at, placements, ...row }) => ({
    ...row,
    at: formatTime(at),
    placements: counts === undefined ? placements : (counts.get(row.source) ?? 0),
  }));
}

async function countOpen(db: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('placement')
    .select(({ fn }) => ['source', fn.countAll<number>().as('count')])
    .where('closed', 'is', null)
    .groupBy('source')
    .execute();
  return new Map(rows.map(({ source, count }) => [source, count]));
}
