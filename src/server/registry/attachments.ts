import type { Kysely } from 'kysely';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RegistryTagTable } from '../store/watch-tables.ts';
import { type Attachment, listAttached, saveAttachedChecks } from './check-attached.ts';
import type { CheckSetting } from './check-setting.ts';
import { parseAttachmentTag } from './name-pattern.ts';
import type { ReadAttachment } from './read-attached.ts';
import type { RegistryWatch } from './registry-watch.ts';

/**
 * Finds the documents that are attached to the images of a repository: by their tags, and by the
 * referrers of some images. The known referrers of the others are kept.
 */
export async function checkAttachments(
  setting: CheckSetting,
  { repository, tags }: { readonly repository: string; readonly tags: readonly string[] },
): Promise<void> {
  const { store, watch } = setting;
  const tagged = tags.flatMap((name) => {
    const parsed = parseAttachmentTag(name);
    return parsed === undefined ? [] : [{ name, ...parsed }];
  });
  const lists = await listAttached(setting, repository, tagged);
  const { current, listed, referrers } = lists;
  const known = await listKnown(store.db, watch, repository);
  const kept = known.filter(
    ({ name, subject }) =>
      parseAttachmentTag(name) === undefined && current.has(subject) && !listed.has(subject),
  );
  const attachments = [...tagged, ...kept, ...referrers];
  await saveAttachments(setting, { repository, attachments });
  await saveAttachedChecks(setting, lists, repository);
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

interface FoundAttachments {
  readonly repository: string;
  readonly attachments: readonly Attachment[];
}

/** Replaces the attached documents of a repository, if they have changed. */
async function saveAttachments(
  { store, watch }: CheckSetting,
  { repository, attachments }: FoundAttachments,
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

/** Finds documents by the tags that events named, and by the known ones. */
export async function checkNamedAttachments(
  setting: CheckSetting,
  repository: string,
  named: readonly string[],
): Promise<void> {
  const known = await listKnown(setting.store.db, setting.watch, repository);
  const tags = new Set([...known.map(({ name }) => name), ...named]);
  await checkAttachments(setting, { repository, tags: [...tags] });
}

/** Replaces the results for the documents of an image. */
export async function saveAttachedDocuments(
  { db, writeRows }: StoreTransaction,
  { watch, repository, digest: subject }: Pick<RegistryTagTable, 'digest' | 'repository' | 'watch'>,
  { read, at }: { readonly read: readonly ReadAttachment[]; readonly at: number },
): Promise<void> {
  await db
    .deleteFrom('attached_document')
    .where('watch', '=', watch)
    .where('repository', '=', repository)
    .where('subject', '=', subject)
    .execute();
  const distinct = new Map(read.map((one) => [one.digest, one]));
  const rows = [...distinct.values()].map((one) => ({ watch, repository, subject, ...one, at }));
  await writeRows('attached_document', rows);
}

/** The result of reading an attached document, with its place. */
export interface AttachedDocumentView extends ReadAttachment {
  readonly registry: string;
  readonly repository: string;
}

/** Lists the results for the documents that registries have for an image, by its digests. */
export async function listAttachedDocuments(
  db: Kysely<Tables>,
  image: number,
): Promise<readonly AttachedDocumentView[]> {
  return await db
    .selectFrom('attached_document')
    .innerJoin('image_digest', 'image_digest.digest', 'attached_document.subject')
    .innerJoin('registry_watch', 'registry_watch.id', 'attached_document.watch')
    .select(['registry', 'repository', 'attached_document.digest', 'kind', 'state'])
    .select(['note', 'attached_document.document'])
    .where('image_digest.image', '=', image)
    .orderBy('repository')
    .orderBy('attached_document.digest')
    .distinct()
    .execute();
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
