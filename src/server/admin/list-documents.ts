import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** Tables whose rows name a document; an empty name stands for none. */
export const DOCUMENT_TABLES = ['image', 'vex_statement', 'attached_document'] as const;

/** Lists the SHA-256 digests of all documents that a store refers to. */
export async function listDocuments(db: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const documents = new Set<string>();
  for (const table of DOCUMENT_TABLES) {
    const rows = await db.selectFrom(table).select('document').distinct().execute();
    rows.forEach(({ document }) => documents.add(document));
  }
  documents.delete('');
  return documents;
}
