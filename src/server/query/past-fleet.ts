import type { Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import type { CountedMatch } from '../engine/count-matches.ts';
import { addMatchCounts } from '../engine/count-matches.ts';
import { COUNTS_EACH, SEGMENT_IMAGES, SegmentCounts, toSegment } from '../store/counts.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { isOpenThen } from '../store/store-view.ts';
import type { Tables } from '../store/tables.ts';

/** Counts of all images of a segment: growing them one by one would copy them each time. */
const SEGMENT_BYTES = SEGMENT_IMAGES * COUNTS_EACH * Int32Array.BYTES_PER_ELEMENT;
/** Images that are read in one query: their components are large. */
const IMAGES_EACH = SEGMENT_IMAGES;

/** A row of an image with its owner. */
export type ImageRow = Pick<
  Tables['image'],
  'id' | 'name' | 'digest' | 'packages' | 'problems' | 'first_seen'
> & { readonly owner: string | null; readonly base: number | null };

/** Lists the images that a store had at a revision. */
export async function listPastImages(db: Kysely<Tables>, at: number): Promise<readonly ImageRow[]> {
  return await db
    .selectFrom('image')
    .leftJoin('image_origin', 'image_origin.image', 'image.id')
    .leftJoin('image_base', 'image_base.image', 'image.id')
    .select(['id', 'name', 'digest', 'packages', 'problems', 'first_seen', 'owner', 'base'])
    .where('revision', '<=', at)
    .where(({ eb, or }) => or([eb('retired', 'is', null), eb('retired', '>', at)]))
    .orderBy('id')
    .execute();
}

/**
 * Counts the matches of each image at a past revision by segment, from the intervals of matches:
 * the store only keeps the counts of the present.
 */
export async function readPastCounts(
  db: Kysely<Tables>,
  at: number,
): Promise<ReadonlyMap<number, SegmentCounts>> {
  const matches = new Map<number, CountedMatch[]>();
  const open = await db
    .selectFrom('match')
    .select(['component', 'kind', 'severity'])
    .where(isOpenThen(at))
    .execute();
  open.forEach((row) => addToList(matches, row.component, row));
  const segments = new Map<number, SegmentCounts>();
  const images = await listPastImages(db, at);
  const last = images.at(-1)?.id ?? 0;
  for (let first = 0; first <= last; first += IMAGES_EACH) {
    const rows = await db
      .selectFrom('image')
      .select(['id', 'components'])
      .where('id', '>=', first)
      .where('id', '<', first + IMAGES_EACH)
      .where('revision', '<=', at)
      .execute();
    for (const { id, components: bytes } of rows) {
      const counts =
        segments.get(toSegment(id)) ?? new SegmentCounts(new Uint8Array(SEGMENT_BYTES));
      segments.set(toSegment(id), counts);
      const components = decodeNumbers(bytes);
      addMatchCounts({ image: id, components, matches }, counts, new Map());
    }
  }
  return segments;
}
