import type { Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { SegmentCounts, toCountPlace } from '../store/counts.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** The part of a match that is counted. */
export interface CountedMatch {
  readonly component: number;
  readonly kind: number;
  readonly severity: number;
}

type MatchesByComponent = ReadonlyMap<number, readonly CountedMatch[]>;

/** Reads the open matches of components. */
export async function readOpenMatches(
  db: Kysely<Tables>,
  components: Iterable<number>,
): Promise<MatchesByComponent> {
  const matches = new Map<number, CountedMatch[]>();
  for (const some of splitKeys(new Set(components))) {
    const rows = await db
      .selectFrom('match')
      .select(['component', 'kind', 'severity'])
      .where('component', 'in', some)
      .where('closed', 'is', null)
      .execute();
    rows.forEach((row) => addToList(matches, row.component, row));
  }
  return matches;
}

export interface CountedImage {
  readonly image: number;
  /** Once for each package. */
  readonly components: readonly number[];
  readonly matches: MatchesByComponent;
}

/** Adds the matches of an image to the counts of its segment, and findings to the totals. */
export function addMatchCounts(
  { image, components, matches }: CountedImage,
  counts: SegmentCounts,
  totals: Map<number, number>,
): void {
  for (const component of components) {
    for (const match of matches.get(component) ?? []) {
      counts.addCount(image, toCountPlace(match), 1);
      if (match.kind === FINDING_KIND) {
        totals.set(match.severity, (totals.get(match.severity) ?? 0) + 1);
      }
    }
  }
}

/** Reads the counts of a segment. */
export async function readCounts(db: Kysely<Tables>, segment: number): Promise<SegmentCounts> {
  const row = await db
    .selectFrom('rollup')
    .select('counts')
    .where('segment', '=', segment)
    .executeTakeFirst();
  return new SegmentCounts(row?.counts);
}

/** Adds numbers of findings by severity to the totals. */
export async function writeTotals(
  { db, writeRows }: StoreTransaction,
  added: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = await db.selectFrom('total').selectAll().execute();
  const known = new Map(rows.map(({ severity, findings }) => [severity, findings]));
  await writeRows(
    'total',
    [...added].map(([severity, count]) => {
      return { severity, findings: (known.get(severity) ?? 0) + count };
    }),
    ['severity'],
  );
}
