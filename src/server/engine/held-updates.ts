import { UserError } from '../../foundation/core/error.ts';
import type { PinnedDatabase } from '../../vulnerability/advisory/pin-database.ts';
import { findLoss } from '../../vulnerability/advisory/pinned-loss.ts';
import { formatTime } from '../query/format-time.ts';
import type { Store } from '../store/store.ts';

/** A database that is not used until a person accepts its loss. */
export interface HeldUpdate {
  /** Digest of the database. */
  readonly generation: string;
  /** RFC 3339 */
  readonly at: string;
  readonly reason: string;
  readonly isAccepted: boolean;
}

/**
 * Returns whether a database may replace the one in use. One that lost more than half of its
 * statements is recorded and held back until a person accepts it: otherwise, a damaged feed would
 * close findings.
 */
export async function checkUpdate(
  store: Store,
  { before, after }: { readonly before: string; readonly after: PinnedDatabase },
  now: number,
): Promise<boolean> {
  const reason = findLoss(before, after.folder);
  if (reason === undefined) {
    return true;
  }
  const { digest: generation } = after;
  const known = await store.db
    .selectFrom('held_update')
    .select('accepted')
    .where('generation', '=', generation)
    .executeTakeFirst();
  if (known === undefined) {
    await store.runTransaction(async ({ writeRows }) => {
      const row = { generation, at: now, reason, accepted: null };
      await writeRows('held_update', [row], ['generation']);
    });
  }
  return known !== undefined && known.accepted !== null;
}

/** Accepts a database that was held back. @throws UserError `E_UPDATE_UNKNOWN` */
export async function acceptUpdate(store: Store, generation: string, now: number): Promise<void> {
  const { numUpdatedRows } = await store.runTransaction(
    async ({ db }) =>
      await db
        .updateTable('held_update')
        .set({ accepted: now })
        .where('generation', '=', generation)
        .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) {
    throw new UserError('E_UPDATE_UNKNOWN', `no update ${generation} is held back`, {
      hint: 'list them: GET /api/v1/held-updates',
    });
  }
}

/** Lists the databases that were held back, the last one first. */
export async function listHeldUpdates(store: Store): Promise<readonly HeldUpdate[]> {
  const rows = await store.db.selectFrom('held_update').selectAll().orderBy('at', 'desc').execute();
  return rows.map(({ generation, at, reason, accepted }) => {
    return { generation, at: formatTime(at), reason, isAccepted: accepted !== null };
  });
}
