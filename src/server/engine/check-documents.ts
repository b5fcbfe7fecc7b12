import { UserError } from '../../foundation/core/error.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { Store } from '../store/store.ts';

/** One lost document is reported by the audit; all of the newest ones mean another place. */
const CHECKED = 3;

/**
 * Checks, before a server or a worker begins, that a remote place of documents can be written and
 * read, and that the documents of the store are there.
 *
 * @throws UserError `E_STORE_UNREACHABLE`, or `E_STORE_DAMAGED` if they are elsewhere
 */
export async function checkDocuments(
  store: Store,
  documents: DocumentStore,
  isRemote: boolean,
): Promise<void> {
  if (isRemote) {
    await documents.get(await documents.put(new Uint8Array()));
  }
  const newest = await store.db
    .selectFrom('image')
    .select('document')
    .orderBy('id', 'desc')
    .limit(CHECKED)
    .execute();
  for (const { document } of newest) {
    if (await hasDocument(documents, document)) {
      return;
    }
  }
  if (newest.length > 0) {
    throw new UserError('E_STORE_DAMAGED', 'the documents of the store are not in this place', {
      hint: 'use the same --documents and --server-dir as before, or copy the documents',
    });
  }
}

async function hasDocument(documents: DocumentStore, digest: string): Promise<boolean> {
  try {
    await documents.get(digest);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_STORE_DAMAGED') {
      return false;
    }
    throw error;
  }
}
