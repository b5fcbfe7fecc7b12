import type { Kysely } from 'kysely';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** A limit for each digest: an inventory that a client sends may list any number. */
const SIBLINGS_MAX = 20;

/**
 * Finds the other manifests of the images that were read from each digest: the platforms of an
 * index, and the index of a platform. Documents may be attached to either.
 */
export async function findSiblingDigests(
  db: Kysely<Tables>,
  digests: Iterable<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const some of splitKeys(new Set(digests))) {
    const rows = await db
      .selectFrom('image_digest as own')
      .innerJoin('image_digest as other', 'other.image', 'own.image')
      .innerJoin('image', 'image.id', 'own.image')
      .select(['own.digest', 'other.digest as sibling'])
      .distinct()
      .where('own.digest', 'in', some)
      .whereRef('other.digest', '!=', 'own.digest')
      // The configuration has no documents.
      .whereRef('other.digest', '!=', 'image.digest')
      .orderBy('other.digest')
      .execute();
    for (const [digest, own] of Map.groupBy(rows, (row) => row.digest)) {
      found.set(
        digest,
        own.slice(0, SIBLINGS_MAX).map(({ sibling }) => sibling),
      );
    }
  }
  return found;
}
