import type { DocumentStore } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { listDocuments } from './list-documents.ts';

/**
 * Checks the rest of the store, besides matches: every image has its document, every cause is in a
 * revision, and jobs and verdicts add up. Returns one sentence for each difference.
 */
export async function verifyLedger(
  store: Store,
  documents: DocumentStore,
): Promise<readonly string[]> {
  const differences: string[] = [];
  await store.readState(async (db) => {
    const images = await db.selectFrom('image').select(['id', 'document']).orderBy('id').execute();
    for (const { id, document } of images) {
      differences.push(...(await checkDocument(documents, document, `image ${id}`)));
    }
    const inventories = new Set(images.map(({ document }) => document));
    const others = [...(await listDocuments(db))].filter((digest) => !inventories.has(digest));
    for (const digest of others) {
      differences.push(...(await checkDocument(documents, digest, `document ${digest}`)));
    }
    const revisions = await db.selectFrom('revision').select('id').orderBy('id').execute();
    revisions.forEach(({ id }, index) => {
      if (id !== index + 1) {
        differences.push(`revision ${index + 1} is missing`);
      }
    });
    const lost = await db
      .selectFrom('effect')
      .leftJoin('cause', 'cause.id', 'effect.cause')
      .select('effect.cause')
      .where('cause.id', 'is', null)
      .execute();
    lost.forEach(({ cause }) => differences.push(`the cause ${cause} of effects is missing`));
    const doubled = await db
      .selectFrom('verdict')
      .select('image')
      .where('current', '=', 1)
      .groupBy('image')
      .having(({ fn }) => fn.countAll(), '>', 1)
      .execute();
    doubled.forEach(({ image }) => differences.push(`image ${image} has two current verdicts`));
  });
  return differences;
}

async function checkDocument(
  documents: DocumentStore,
  digest: string,
  title: string,
): Promise<readonly string[]> {
  try {
    await documents.get(digest);
    return [];
  } catch (error) {
    return [`${title}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
