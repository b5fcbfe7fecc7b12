import type { Kysely } from 'kysely';
import { SEGMENT_IMAGES } from './counts.ts';
import { findReadScope } from './limited-tables.ts';
import { decodeNumbers } from './number-list.ts';
import { countPlaces, decodePlaces } from './posting-list.ts';
import { splitKeys } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * Finds the images that contain components: those in postings, and pending ones.
 *
 * @param at only images that existed at this revision
 */
export async function findImages(
  db: Kysely<Tables>,
  components: ReadonlySet<number>,
  at?: number,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const images = new Map([...components].map((component) => [component, new Set<number>()]));
  const last = at === undefined ? Number.POSITIVE_INFINITY : await findLastImage(db, at);
  const own = findReadScope(db)?.images;
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('posting')
      .selectAll()
      .where('component', 'in', some)
      .execute();
    for (const { component, segment, images: bytes } of rows) {
      for (const place of decodePlaces(bytes)) {
        const image = segment * SEGMENT_IMAGES + place;
        if (image <= last && own?.has(image) !== false) {
          images.get(component)?.add(image);
        }
      }
    }
  }
  const pending = await listPending(db, at);
  for (const { id, components: bytes } of pending.filter((one) => one.id <= last)) {
    for (const component of decodeNumbers(bytes)) {
      images.get(component)?.add(id);
    }
  }
  return images;
}

/** Lists the components that are installed in systems. */
export async function listSystemComponents(
  db: Kysely<Tables>,
  systems: readonly number[],
): Promise<readonly number[]> {
  const rows =
    systems.length === 0
      ? []
      : await db.selectFrom('component').select('id').where('system', 'in', systems).execute();
  return rows.map(({ id }) => id);
}

/** Counts the images that contain components, as {@link findImages} finds them. */
export async function countHolders(
  db: Kysely<Tables>,
  components: ReadonlySet<number>,
  at?: number,
): Promise<ReadonlyMap<number, number>> {
  if (at !== undefined || findReadScope(db) !== undefined) {
    const found = await findImages(db, components, at);
    return new Map([...found].map(([component, images]) => [component, images.size]));
  }
  const counts = new Map<number, number>();
  const addCount = (component: number, count: number): void =>
    void counts.set(component, (counts.get(component) ?? 0) + count);
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('posting')
      .selectAll()
      .where('component', 'in', some)
      .execute();
    rows.forEach(({ component, images }) => addCount(component, countPlaces(images)));
  }
  for (const { components: bytes } of await listPending(db)) {
    new Set(decodeNumbers(bytes)).forEach((component) => {
      if (components.has(component)) {
        addCount(component, 1);
      }
    });
  }
  return counts;
}

/** Lists the images that no posting contains: pending ones, and those that were retired since. */
async function listPending(db: Kysely<Tables>, at?: number) {
  return await db
    .selectFrom('image')
    .select(['id', 'components'])
    .where(({ eb, lit, or }) =>
      at === undefined
        ? eb('sealed', '=', lit(0))
        : or([eb('sealed', '=', lit(0)), eb('retired', '>', at)]),
    )
    .execute();
}

/** The images of a revision are numbered before those of later ones. */
async function findLastImage(db: Kysely<Tables>, at: number): Promise<number> {
  const row = await db
    .selectFrom('image')
    .select('id')
    .where('revision', '<=', at)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}
