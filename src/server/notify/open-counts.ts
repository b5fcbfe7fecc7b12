import { type Kysely, sql } from 'kysely';
import { ImageOrigins, listOpenComponents } from '../query/effect-images.ts';
import { selectByReach } from '../query/reach-states.ts';
import { findImages } from '../store/find-images.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { ImageScope } from './count-effects.ts';

/** The topic of an issue about all failing verdicts. */
export const VERDICTS = 'verdicts';

/** Counts the images in a scope that have a vulnerability, or whose verdict is to fail, now. */
export async function countOpenImages(
  store: Store,
  topic: string,
  { project, owner, reachable = false }: ImageScope,
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
      const holders = await findImages(db, await listOpenComponents(db, topic));
      const isLimited = reachable && !(await isExploited(db, topic));
      const own = isLimited ? await selectByReach(db, holders, 'reachable') : holders;
      for (const some of own.values()) {
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

/** Known exploitation counts everywhere, see `isLimitedByReach`. */
async function isExploited(db: Kysely<Tables>, vulnerability: string): Promise<boolean> {
  const row = await db
    .selectFrom('vulnerability')
    .select('exploited')
    .where('id', '=', vulnerability)
    .executeTakeFirst();
  return row?.exploited === 1;
}
