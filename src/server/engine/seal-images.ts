import { type Kysely, sql } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { SEGMENT_IMAGES, toSegment } from '../store/counts.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { decodePlaces, encodePlaces } from '../store/posting-list.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/**
 * Adds the pending images to the postings, so that an update finds them by component. An image is
 * listed once for each package with the component.
 */
export async function sealImages({ db, writeRows }: StoreTransaction): Promise<void> {
  const pending = await db
    .selectFrom('image')
    .select(['id', 'components'])
    .where('sealed', '=', sql.lit(0))
    .orderBy('id')
    .execute();
  const bySegment = Map.groupBy(pending, ({ id }) => toSegment(id));
  for (const [segment, images] of bySegment) {
    const added = new Map<number, number[]>();
    for (const { id, components } of images) {
      for (const component of decodeNumbers(components)) {
        addToList(added, component, id % SEGMENT_IMAGES);
      }
    }
    const known = await readSegment(db, segment, [...added.keys()]);
    const rows = [...added].map(([component, more]) => {
      const all = [...(known.get(component) ?? []), ...more];
      return { component, segment, images: encodePlaces(all), held: all.length };
    });
    await writeRows('posting', rows, ['component', 'segment']);
  }
  if (pending.length > 0) {
    await db.updateTable('image').set({ sealed: 1 }).where('sealed', '=', sql.lit(0)).execute();
  }
}

async function readSegment(
  db: Kysely<Tables>,
  segment: number,
  components: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, readonly number[]>();
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('posting')
      .select(['component', 'images'])
      .where('segment', '=', segment)
      .where('component', 'in', some)
      .execute();
    rows.forEach(({ component, images }) => found.set(component, decodePlaces(images)));
  }
  return found;
}
