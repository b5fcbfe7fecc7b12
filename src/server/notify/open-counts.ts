import { sql } from 'kysely';
import { ImageOrigins, listOpenComponents } from '../engine/effect-images.ts';
import { findImages } from '../engine/find-images.ts';
import type { Store } from '../store/store.ts';
import type { ImageScope } from './count-effects.ts';

/** The topic of an issue about all failing verdicts. */
export const VERDICTS = 'verdicts';

/** Counts the images in a scope that have a vulnerability, or whose verdict is to fail, now. */
export async function countOpenImages(
  store: Store,
  topic: string,
  { project, owner }: ImageScope,
): Promise<number> {
  return await store.readState(async (db) => {
    const images = new Set<number>();
    if (topic === VERDICTS) {
      const rows = await db
        .selectFrom('verdict')
        .select('image')
        .where('outcome', '=', 'fail')
        .where('current', '=', sql.lit(1))
        .execute();
      rows.forEach(({ image }) => images.add(image));
    } else {
      for (const some of (await findImages(db, await listOpenComponents(db, topic))).values()) {
        some.forEach((image) => images.add(image));
      }
    }
    if (project === undefined && owner === undefined) {
      return images.size;
    }
    const origins = await new ImageOrigins().readOrigins(db, images);
    return [...images].filter((image) => {
      const origin = origins.get(image);
      return (
        (project === undefined || origin?.project === project) &&
        (owner === undefined || origin?.owner === owner)
      );
    }).length;
  });
}
