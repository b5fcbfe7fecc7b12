import type { Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { listJobDigests } from '../engine/plan-push.ts';
import type { Tables } from '../store/tables.ts';

/** Tables whose rows name a document; an empty name stands for none. */
const DOCUMENT_TABLES = ['image', 'vex_statement', 'attached_document'] as const;

/** Lists the SHA-256 digests of the documents of a store, except those that only jobs need. */
export async function listDocuments(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const documents = new Set<string>();
  for (const table of DOCUMENT_TABLES) {
    const rows = await db.selectFrom(table).select('document').distinct().execute();
    rows.forEach(({ document }) => documents.add(document));
  }
  documents.delete('');
  return documents;
}

/** Lists the documents of jobs that can still run, each with the IDs of its jobs. */
export async function listJobDocuments(
  db: Kysely<Tables>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const jobs = await db
    .selectFrom('job')
    .select(['id', 'kind', 'data'])
    // A dead or canceled one can be retried.
    .where('state', '!=', 'done')
    .execute();
  const documents = new Map<string, number[]>();
  for (const { id, kind, data } of jobs) {
    for (const digest of listJobDigests(kind, JSON.parse(data) as object)) {
      addToList(documents, digest, id);
    }
  }
  return documents;
}
