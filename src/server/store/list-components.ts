import type { Kysely } from 'kysely';
import { decodeNumbers } from './number-list.ts';
import { splitKeys } from './store.ts';
import type { Tables } from './tables.ts';

/** Lists the components of images, each once. */
export async function listComponents(
  db: Kysely<Tables>,
  images: Iterable<number>,
): Promise<ReadonlySet<number>> {
  const components = new Set<number>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('image')
      .select('components')
      .where('id', 'in', some)
      .execute();
    rows.forEach((row) => decodeNumbers(row.components).forEach((one) => components.add(one)));
  }
  return components;
}
