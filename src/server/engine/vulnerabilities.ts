import type { Kysely } from 'kysely';
import { foldCase } from '../../foundation/core/fold-case.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Evaluator } from './evaluator.ts';

const MILLIONTHS = 1_000_000;

/** Stores the facts about vulnerabilities that are not known yet. */
export async function addVulnerabilities(
  transaction: StoreTransaction,
  evaluator: Evaluator,
  ids: Iterable<string>,
): Promise<void> {
  const missing = new Set(ids);
  for (const some of splitKeys(missing)) {
    const rows = await transaction.db
      .selectFrom('vulnerability')
      .select('id')
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ id }) => missing.delete(id));
  }
  await writeFacts(transaction, evaluator, [...missing]);
}

/** Vulnerabilities with other facts than before. */
export interface ChangedFacts {
  readonly ids: readonly string[];
  /** Those that are known to be exploited now, and were not before. */
  readonly exploited: readonly string[];
}

/** Reads the facts about vulnerabilities again that the new database has others about. */
export async function updateVulnerabilities(
  transaction: StoreTransaction,
  evaluator: Evaluator,
  changed: ReadonlySet<string>,
): Promise<ChangedFacts> {
  if (changed.size === 0) {
    return { ids: [], exploited: [] };
  }
  const all = await transaction.db
    .selectFrom('vulnerability')
    .select(['id', 'exploited'])
    .execute();
  const rows = all.filter(({ id }) => changed.has(foldCase(id)));
  const ids = rows.map(({ id }) => id);
  await writeFacts(transaction, evaluator, ids);
  const isExploited = (id: string): boolean => evaluator.database.readExploited(id).length > 0;
  const exploited = rows.filter((row) => row.exploited === 0 && isExploited(row.id));
  return { ids, exploited: exploited.map(({ id }) => id) };
}

/** Returns which vulnerabilities are known to be exploited. */
export async function listExploited(
  db: Kysely<Tables>,
  ids: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of splitKeys(ids)) {
    const rows = await db
      .selectFrom('vulnerability')
      .select('id')
      .where('id', 'in', some)
      .where('exploited', '=', 1)
      .execute();
    rows.forEach(({ id }) => found.add(id));
  }
  return found;
}

async function writeFacts(
  { writeRows }: StoreTransaction,
  { database }: Evaluator,
  ids: readonly string[],
): Promise<void> {
  database.readFacts(ids);
  const rows = ids.map((id) => {
    const epss = database.readEpss(id)?.epss;
    return {
      id,
      epss: epss === undefined ? -1 : Math.round(epss * MILLIONTHS),
      exploited: database.readExploited(id).length > 0 ? 1 : 0,
    };
  });
  await writeRows('vulnerability', rows, ['id']);
}
