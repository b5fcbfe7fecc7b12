import type { Kysely } from 'kysely';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { SEGMENT_IMAGES, toSegment } from '../store/counts.ts';
import { readLastId } from '../store/last-id.ts';
import { listComponents } from '../store/list-components.ts';
import { decodePlaces, encodePlaces } from '../store/posting-list.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { writeCauses } from './causes.ts';
import { readCounts, writeTotals } from './count-matches.ts';
import { readGeneration } from './current-generation.ts';
import { sealImages } from './seal-images.ts';
import { findVetoes, type Veto } from './vetoes.ts';

/** The images that are kept; both conditions must be met for an image to be retired. */
export interface RetirementRule {
  /** Images that were pushed before: milliseconds since 1970. */
  readonly before: number;
  /** Number of images of each name that are kept, the last ones. */
  readonly keepEach: number;
}

export interface RetiredImage {
  readonly id: number;
  readonly name: string;
  readonly firstSeen: number;
}

export interface KeptImage extends RetiredImage {
  readonly vetoes: readonly Veto[];
}

/** The images that a rule concerns. */
export interface Retirement {
  readonly retired: readonly RetiredImage[];
  /** Images that only vetoes keep. */
  readonly kept: readonly KeptImage[];
}

/** Divides the images that a rule retires by whether a veto keeps them. */
export async function planRetirement(
  db: Kysely<Tables>,
  rule: RetirementRule,
  now: number,
): Promise<Retirement> {
  const images = await listRetirable(db, rule);
  const vetoes = await findVetoes(db, images, now);
  const all = images.map(({ project: _, ...image }) => {
    return { ...image, vetoes: vetoes.get(image.id) ?? [] };
  });
  return {
    retired: all
      .filter((image) => image.vetoes.length === 0)
      .map(({ vetoes: _, ...image }) => image),
    kept: all.filter((image) => image.vetoes.length > 0),
  };
}

async function listRetirable(
  db: Kysely<Tables>,
  { before, keepEach }: RetirementRule,
): Promise<readonly (RetiredImage & { readonly project: string })[]> {
  const rows = await db
    .selectFrom('image')
    .select(['id', 'name', 'project', 'first_seen'])
    .where('retired', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  const kept = new Map<string, number>();
  return rows.flatMap(({ id, name, project, first_seen: firstSeen }) => {
    const count = kept.get(name) ?? 0;
    kept.set(name, count + 1);
    return count >= keepEach && firstSeen < before ? { id, name, project, firstSeen } : [];
  });
}

/**
 * Retires images as a revision: they have no findings and no verdict any more, but stay in the
 * past, with their documents and intervals.
 */
export async function removeImages(
  store: Store,
  rule: RetirementRule,
  now: number,
): Promise<readonly RetiredImage[]> {
  return await store.runTransaction(async (transaction) => {
    const { db, writeRows } = transaction;
    const { retired } = await planRetirement(db, rule, now);
    if (retired.length === 0) {
      return retired;
    }
    await sealImages(transaction);
    const revision = (await readLastId(db, 'revision')) + 1;
    const generation = (await readGeneration(db)) ?? '';
    const counts = { matched: 0, opened: 0, closed: 0 };
    await writeRows('revision', [
      { id: revision, kind: 'retirement', at: now, generation, ...counts },
    ]);
    const ids = retired.map(({ id }) => id);
    for (const [segment, images] of Map.groupBy(ids, toSegment)) {
      await removeFromSegment(transaction, segment, new Set(images));
    }
    for (const some of splitKeys(ids)) {
      await db.updateTable('image').set({ retired: revision }).where('id', 'in', some).execute();
      await db.updateTable('verdict').set({ current: 0 }).where('image', 'in', some).execute();
    }
    const effects = [{ kind: 'retired', count: ids.length, images: ids.length, ids }];
    const summary = 'images were retired';
    const cause = { revision, kind: 'retirement', subject: '', summary, effects } as const;
    await writeCauses(transaction, [cause], now);
    return retired;
  });
}

/** Removes images from the postings and the counts of their segment, and from the totals. */
async function removeFromSegment(
  transaction: StoreTransaction,
  segment: number,
  images: ReadonlySet<number>,
): Promise<void> {
  const { db, writeRows } = transaction;
  const components = await listComponents(db, images);
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('posting')
      .selectAll()
      .where('segment', '=', segment)
      .where('component', 'in', some)
      .execute();
    const changed = rows.map(({ component, images: bytes }) => {
      const kept = decodePlaces(bytes).filter(
        (place) => !images.has(segment * SEGMENT_IMAGES + place),
      );
      return { component, segment, images: encodePlaces(kept), held: kept.length };
    });
    const filled = changed.filter(({ held }) => held > 0);
    await writeRows('posting', filled, ['component', 'segment']);
    const empty = changed.filter(({ held }) => held === 0).map(({ component }) => component);
    if (empty.length > 0) {
      await db
        .deleteFrom('posting')
        .where('segment', '=', segment)
        .where('component', 'in', empty)
        .execute();
    }
  }
  await removeCounts(transaction, segment, images);
}

async function removeCounts(
  transaction: StoreTransaction,
  segment: number,
  images: ReadonlySet<number>,
): Promise<void> {
  const { db, writeRows } = transaction;
  const counts = await readCounts(db, segment);
  const totals = new Map<number, number>();
  for (const image of images) {
    counts.get(image).forEach((count, place) => {
      counts.addCount(image, place, -count);
      // The first places are the severities of findings.
      if (place < SEVERITIES.length && count > 0) {
        totals.set(place, (totals.get(place) ?? 0) - count);
      }
    });
  }
  await writeRows('rollup', [{ segment, counts: counts.bytes }], ['segment']);
  await writeTotals(transaction, totals);
}
