import type { Kysely } from 'kysely';
import { compareText } from '../../core/compare-text.ts';
import type { RepositoryListing } from '../../core/target.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RegistryAttachmentTable } from '../store/watch-tables.ts';
import { parseAttachmentTag } from './name-pattern.ts';
import type { RegistryWatch } from './registry-watch.ts';
import { runForEach } from './run-for-each.ts';

type Attachment = Pick<RegistryAttachmentTable, 'kind' | 'name' | 'subject'>;

interface AttachmentSetting {
  readonly store: Store;
  readonly watch: RegistryWatch;
  readonly listing: RepositoryListing;
}

/**
 * Lists the documents that are attached to the images of a repository: by their tags, which cost no
 * request, and by the referrers of images that were not read yet. Those of the others are known.
 */
export async function listAttachments(
  { store, watch, listing }: AttachmentSetting,
  { repository, tags }: { readonly repository: string; readonly tags: readonly string[] },
): Promise<readonly Attachment[]> {
  const tagged = tags.flatMap((name) => {
    const parsed = parseAttachmentTag(name);
    return parsed === undefined ? [] : [{ name, ...parsed }];
  });
  const rows = await store.db
    .selectFrom('registry_tag')
    .select(['digest', 'attempts'])
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .execute();
  const fresh = new Set(rows.flatMap(({ digest, attempts }) => (attempts > 0 ? [] : [digest])));
  const current = new Set(rows.map(({ digest }) => digest));
  const known = await listKnown(store.db, watch, repository);
  const kept = known.filter(
    ({ name, subject }) =>
      parseAttachmentTag(name) === undefined && current.has(subject) && !fresh.has(subject),
  );
  const referrers: Attachment[] = [];
  await runForEach(fresh, async (subject) => {
    const found = await listing.listReferrers(repository, subject);
    referrers.push(
      ...found.map(({ digest, artifactType }) => ({
        subject,
        name: digest,
        kind: artifactType === '' ? 'artifact' : artifactType,
      })),
    );
  });
  return [...tagged, ...kept, ...referrers];
}

async function listKnown(
  db: Kysely<Tables>,
  watch: RegistryWatch,
  repository: string,
): Promise<readonly Attachment[]> {
  return await db
    .selectFrom('registry_attachment')
    .select(['subject', 'name', 'kind'])
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .execute();
}

/** Replaces the attached documents of a repository, if they have changed. */
export async function saveAttachments(
  { store, watch }: AttachmentSetting,
  {
    repository,
    attachments,
  }: { readonly repository: string; readonly attachments: readonly Attachment[] },
): Promise<void> {
  const known = await listKnown(store.db, watch, repository);
  if (createKey(known) === createKey(attachments)) {
    return;
  }
  await store.runTransaction(async ({ db, writeRows }) => {
    await db
      .deleteFrom('registry_attachment')
      .where('watch', '=', watch.id)
      .where('repository', '=', repository)
      .execute();
    const rows = attachments.map((one) => ({ watch: watch.id, repository, ...one }));
    await writeRows('registry_attachment', rows, ['watch', 'repository', 'subject', 'name']);
  });
}

function createKey(attachments: readonly Attachment[]): string {
  const keys = attachments.map(({ subject, name, kind }) => JSON.stringify([subject, name, kind]));
  return keys.toSorted(compareText).join('\n');
}

/** A document that is attached to an image. */
export interface AttachmentView {
  readonly registry: string;
  readonly repository: string;
  readonly name: string;
  readonly kind: string;
}

/** Lists the documents that registries have for an image, by its digests. */
export async function listImageAttachments(
  db: Kysely<Tables>,
  image: number,
): Promise<readonly AttachmentView[]> {
  return await db
    .selectFrom('registry_attachment')
    .innerJoin('image_digest', 'image_digest.digest', 'registry_attachment.subject')
    .innerJoin('registry_watch', 'registry_watch.id', 'registry_attachment.watch')
    .select(['registry', 'repository', 'registry_attachment.name', 'kind'])
    .where('image_digest.image', '=', image)
    .orderBy('repository')
    .orderBy('registry_attachment.name')
    .distinct()
    .execute();
}
