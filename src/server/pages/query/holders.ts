import type { Kysely } from 'kysely';
import { SEGMENT_IMAGES } from '../../store/counts.ts';
import { decodeNumbers } from '../../store/number-list.ts';
import { splitKeys } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';

/** Finds the images that contain components: those in postings, and pending ones. */
export async function findHolders(
  db: Kysely<Tables>,
  components: Iterable<number>,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const holders = new Map<number, Set<number>>();
  for (const component of components) {
    holders.set(component, new Set());
  }
  for (const some of splitKeys(holders.keys())) {
    const rows = await db
      .selectFrom('posting')
      .select(['component', 'segment', 'images'])
      .where('component', 'in', some)
      .execute();
    for (const { component, segment, images } of rows) {
      for (const place of decodeNumbers(images)) {
        holders.get(component)?.add(segment * SEGMENT_IMAGES + place);
      }
    }
  }
  const pending = await db
    .selectFrom('image')
    .select(['id', 'components'])
    .where('sealed', '=', 0)
    .execute();
  for (const { id, components: bytes } of pending) {
    for (const component of decodeNumbers(bytes)) {
      holders.get(component)?.add(id);
    }
  }
  return holders;
}

/** Returns the images that contain any of the components. */
export function joinHolders(
  holders: ReadonlyMap<number, ReadonlySet<number>>,
): ReadonlySet<number> {
  return new Set([...holders.values()].flatMap((images) => [...images]));
}
