import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { writeFleetRevision } from '../engine/change-fleet.ts';
import { readLastId } from '../store/last-id.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import type { PlacementTable } from '../store/watch-tables.ts';
import { countImagesInUse, listUnknownImages, readPlacements } from './list-placements.ts';
import type { Placement, PlacementReport, ReportedPlacements } from './placement.ts';

const UNKNOWN_MAX = 100;

export interface PlacementChange {
  readonly store: Store;
  /** Digest of the advisory database, for a store without any revision. */
  readonly generation: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Replaces the placements of a source: those that it does not report any more have stopped. Only a
 * difference is a revision.
 */
export async function reportPlacements(
  change: PlacementChange,
  { source, sender, placements }: PlacementReport,
): Promise<ReportedPlacements> {
  return await change.store.runTransaction(async (transaction) => {
    const { db, writeRows } = transaction;
    const reported = joinEqual(placements);
    const counts = await replacePlacements(transaction, change, { source, reported });
    const row = { source, sender, at: change.now, placements: reported.size };
    await writeRows('placement_report', [row], ['source']);
    const own = await readPlacements({ db }, source);
    return {
      source,
      ...counts,
      placements: reported.size,
      images: countImagesInUse(own),
      unknown: listUnknownImages(own).slice(0, UNKNOWN_MAX),
    };
  });
}

/** Ends a source: nothing is in use there any more. @throws UserError `E_USAGE` */
export async function removePlacementSource(
  change: PlacementChange,
  source: string,
): Promise<void> {
  await change.store.runTransaction(async (transaction) => {
    const { numDeletedRows } = await transaction.db
      .deleteFrom('placement_report')
      .where('source', '=', toStoredText(source))
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) {
      throw new UserError('E_USAGE', `no placements were reported by "${source}"`, {
        hint: 'GET /api/v1/placement-reports lists the sources',
      });
    }
    await replacePlacements(transaction, change, { source, reported: new Map() });
  });
}

interface Replacement {
  readonly source: string;
  readonly reported: ReadonlyMap<string, Placement>;
}

async function replacePlacements(
  transaction: StoreTransaction,
  change: PlacementChange,
  { source, reported }: Replacement,
): Promise<Pick<ReportedPlacements, 'started' | 'stopped' | 'revision'>> {
  const { db, writeRows } = transaction;
  const open = await listOpen(db, source);
  const known = new Map(open.map((row) => [createKey(row), row]));
  const started = [...reported].filter(([key]) => !known.has(key)).map(([, one]) => one);
  const stopped = open.filter((row) => !reported.has(createKey(row))).map(({ id }) => id);
  const scaled = open.flatMap((row) => {
    const instances = reported.get(createKey(row))?.instances ?? row.instances;
    return instances === row.instances ? [] : [{ ...row, instances }];
  });
  await writeRows('placement', scaled, ['id']);
  const counts = { started: started.length, stopped: stopped.length };
  if (started.length + stopped.length === 0) {
    return counts;
  }
  const summary = `source ${source} reports ${formatCount(reported.size, 'placement')}: ${counts.started} started, ${counts.stopped} stopped`;
  const parts = [{ subject: source, summary }];
  const revision = await writeFleetRevision(transaction, change, { kind: 'placement', parts });
  for (const some of splitKeys(stopped)) {
    await db.updateTable('placement').set({ closed: revision }).where('id', 'in', some).execute();
  }
  const last = await readLastId(db, 'placement');
  await writeRows(
    'placement',
    started.map((one, index) => {
      const opened = { id: last + index + 1, source, opened: revision, closed: null };
      return { ...opened, ...one, since: change.now };
    }),
  );
  return { ...counts, ...defined({ revision }) };
}

async function listOpen(db: Kysely<Tables>, source: string): Promise<readonly PlacementTable[]> {
  return await db
    .selectFrom('placement')
    .selectAll()
    .where('source', '=', toStoredText(source))
    .where('closed', 'is', null)
    .execute();
}

/** Adds up the instances of equal placements. */
function joinEqual(placements: readonly Placement[]): ReadonlyMap<string, Placement> {
  const joined = new Map<string, Placement>();
  for (const placement of placements) {
    const key = createKey(placement);
    const before = joined.get(key)?.instances ?? 0;
    joined.set(key, { ...placement, instances: before + placement.instances });
  }
  return joined;
}

function createKey(placement: Omit<Placement, 'exposure' | 'instances'> & { exposure: string }) {
  const { environment, namespace, workload, reference, digest, exposure } = placement;
  const parts = [environment, namespace, workload, reference, digest, exposure];
  return JSON.stringify(parts.map(toStoredText));
}
