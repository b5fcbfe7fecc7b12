import type { Kysely } from 'kysely';
import { foldCase } from '../../core/fold-case.ts';
import { type Store, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Evaluator } from './evaluator.ts';

const MILLIONTHS = 1_000_000;

/** Stores the facts about vulnerabilities that are not known yet. */
export async function addVulnerabilities(
  store: Store,
  db: Kysely<Tables>,
  evaluator: Evaluator,
  ids: Iterable<string>,
): Promise<void> {
  const missing = new Set(ids);
  for (const some of splitKeys(missing)) {
    const rows = await db
      .selectFrom('vulnerability')
      .select('id')
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ id }) => missing.delete(id));
  }
  writeFacts(store, evaluator, [...missing]);
}

/** Reads the facts about vulnerabilities again that the new database has others about. */
export async function updateVulnerabilities(
  store: Store,
  db: Kysely<Tables>,
  evaluator: Evaluator,
  changed: ReadonlySet<string>,
): Promise<number> {
  if (changed.size === 0) {
    return 0;
  }
  const rows = await db.selectFrom('vulnerability').select('id').execute();
  const ids = rows.map(({ id }) => id).filter((id) => changed.has(foldCase(id)));
  writeFacts(store, evaluator, ids);
  return ids.length;
}

function writeFacts(store: Store, { database }: Evaluator, ids: readonly string[]): void {
  database.readFacts(ids);
  const rows = ids.map((id) => {
    const epss = database.readEpss(id)?.epss;
    return {
      id,
      epss: epss === undefined ? -1 : Math.round(epss * MILLIONTHS),
      exploited: database.readExploited(id).length > 0 ? 1 : 0,
    };
  });
  store.writeRows('vulnerability', rows, ['id']);
}
