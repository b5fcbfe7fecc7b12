import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { formatTime } from '../query/format-time.ts';
import type { Store } from '../store/store.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { AuditTable, Tables } from '../store/tables.ts';

export type AuditEntry = Omit<AuditTable, 'hash' | 'id'>;

export interface AuditView extends Omit<AuditTable, 'at'> {
  /** RFC 3339 */
  readonly at: string;
}

/** The state of the audit log: entries that were removed at its end change both. */
export interface AuditState {
  readonly entries: number;
  /** Digest of all entries; empty without any. */
  readonly head: string;
  /** One sentence for each difference. */
  readonly differences: readonly string[];
}

const TARGET_CHARS_MAX = 500;
const ROWS_EACH = 2_000;

/** Adds an entry, whose digest includes that of the entry before. */
export async function appendAudit(store: Store, entry: AuditEntry): Promise<void> {
  await store.runTransaction(
    async ({ db, writeRows }) => {
      const last = await db
        .selectFrom('audit')
        .select(['id', 'hash'])
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      const row = {
        id: (last?.id ?? 0) + 1,
        at: entry.at,
        actor: toStoredText(entry.actor),
        action: toStoredText(entry.action),
        target: toStoredText(entry.target.slice(0, TARGET_CHARS_MAX)),
        outcome: toStoredText(entry.outcome),
      };
      await writeRows('audit', [{ ...row, hash: digestEntry(row, last?.hash ?? '') }]);
    },
    { isVisible: false },
  );
}

function digestEntry(
  { id, at, actor, action, target, outcome }: Omit<AuditTable, 'hash'>,
  previous: string,
): string {
  const text = JSON.stringify([previous, id, at, actor, action, target, outcome]);
  return createHash('sha256').update(text).digest('hex');
}

/** Computes the digests of all entries anew. */
export async function verifyAudit(db: Kysely<Tables>): Promise<AuditState> {
  const differences: string[] = [];
  let id = 0;
  let head = '';
  for (let isLast = false; !isLast; ) {
    const rows = await readEntries(db, id, ROWS_EACH);
    for (const row of rows) {
      if (row.id !== id + 1) {
        differences.push(`entry ${id + 1} of the audit log is missing`);
      } else if (row.hash !== digestEntry(row, head)) {
        differences.push(`entry ${row.id} of the audit log was changed`);
      }
      id = row.id;
      head = row.hash;
    }
    isLast = rows.length < ROWS_EACH;
  }
  return { entries: id, head, differences };
}

/** Lists entries after an ID. */
export async function listAudit(
  db: Kysely<Tables>,
  after: number,
  limit: number,
): Promise<readonly AuditView[]> {
  return (await readEntries(db, after, limit)).map((row) => ({ ...row, at: formatTime(row.at) }));
}

async function readEntries(
  db: Kysely<Tables>,
  after: number,
  limit: number,
): Promise<readonly AuditTable[]> {
  return await db
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}
