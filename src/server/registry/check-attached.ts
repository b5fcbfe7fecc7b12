import { createHash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { splitKeys } from '../store/store.ts';
import type { AttachedCheckTable } from '../store/watch-tables.ts';
import type { CheckSetting } from './check-setting.ts';
import { describeFailure } from './describe-failure.ts';
import { parseAttachmentTag } from './name-pattern.ts';
import { createUnread } from './read-attached.ts';
import { runForEach } from './run-for-each.ts';
import { findSiblingDigests } from './sibling-digests.ts';

/** A document that may be attached to an image: by a tag, or by the referrers of the image. */
export interface Attachment {
  readonly subject: string;
  readonly name: string;
  readonly kind: string;
}

/** Most images of a repository that one check lists again. New images do not count. */
const RELISTED_MAX = 200;
/** Documents are listed again after a day, or sooner if an event names one. */
const PAUSE_MS = DAY_MS;
/** The pause after an error. */
const RETRY_MS = 1_800_000;
/** Takes the place of a digest in the row for a list that could not be read. */
const LIST = 'referrers';

/** The documents of some images, as a registry lists them. */
export interface AttachedLists {
  /** All images that have tags now. */
  readonly current: ReadonlySet<string>;
  /** Images whose documents the registry listed. */
  readonly listed: ReadonlySet<string>;
  /** Their referrers. */
  readonly referrers: readonly Attachment[];
  readonly checks: readonly AttachedCheckTable[];
  /** Images whose documents have changed. */
  readonly changed: readonly string[];
  /** Images that no longer have tags. */
  readonly gone: readonly string[];
  /** Errors by image, if its documents could not be listed. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * Lists the documents of new images, and of some that were not listed for a day: one request for
 * each image and each platform that was read, and one for each tag of a document.
 */
export async function listAttached(
  setting: CheckSetting,
  repository: string,
  tagged: readonly Attachment[],
): Promise<AttachedLists> {
  const { store, watch, listing, now } = setting;
  const tags = await store.db
    .selectFrom('registry_tag')
    .select(['digest', 'attempts'])
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .execute();
  const rows = await store.db
    .selectFrom('attached_check')
    .selectAll()
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .execute();
  const known = new Map(rows.map((row) => [row.subject, row]));
  const fresh = new Set(tags.flatMap(({ digest, attempts }) => (attempts > 0 ? [] : [digest])));
  const current = new Set(tags.map(({ digest }) => digest));
  const due = [...current]
    .filter((subject) => !fresh.has(subject) && (known.get(subject)?.due ?? 0) <= now)
    .sort((left, right) => (known.get(left)?.due ?? 0) - (known.get(right)?.due ?? 0))
    .slice(0, RELISTED_MAX);
  const listed = new Set<string>();
  const referrers: Attachment[] = [];
  const checks: AttachedCheckTable[] = [];
  const failures = new Map<string, string>();
  const none = digestNames([]);
  const requested = new Set([...fresh, ...due]);
  const siblings = await findSiblingDigests(store.db, requested);
  await runForEach(requested, async (subject) => {
    const next = { watch: watch.id, repository, subject, due: now + PAUSE_MS };
    const manifests = [subject, ...(siblings.get(subject) ?? [])];
    try {
      const own = await listReferrers(setting, { repository, subject, manifests });
      const names = own.map(({ name }) => name);
      for (const { name } of tagged.filter((one) => manifests.includes(one.subject))) {
        names.push(`${name} ${(await listing.findDigest(repository, name)) ?? ''}`);
      }
      listed.add(subject);
      referrers.push(...own);
      checks.push({ ...next, key: digestNames(names) });
    } catch (error) {
      failures.set(subject, describeFailure(error));
      const key = known.get(subject)?.key ?? none;
      checks.push({ ...next, key, due: now + RETRY_MS });
    }
  });
  const changed = checks.filter(
    ({ subject, key }) => !fresh.has(subject) && key !== (known.get(subject)?.key ?? none),
  );
  const gone = [...known.keys()].filter((subject) => !current.has(subject));
  const subjects = changed.map(({ subject }) => subject);
  return { current, listed, referrers, checks, changed: subjects, gone, failures };
}

/** Lists the documents of an image. Those attached to a platform belong to the index, too. */
async function listReferrers(
  { listing }: CheckSetting,
  {
    repository,
    subject,
    manifests,
  }: {
    readonly repository: string;
    readonly subject: string;
    readonly manifests: readonly string[];
  },
): Promise<readonly Attachment[]> {
  const found = new Map<string, Attachment>();
  for (const manifest of manifests) {
    for (const { digest: name, artifactType } of await listing.listReferrers(
      repository,
      manifest,
    )) {
      found.set(name, { subject, name, kind: artifactType === '' ? 'artifact' : artifactType });
    }
  }
  return [...found.values()];
}

function digestNames(names: readonly string[]): string {
  return createHash('sha256').update(names.toSorted(compareText).join('\n')).digest('hex');
}

/** Reads the images again whose documents have changed; their layers are known. */
export async function saveAttachedChecks(
  { store, watch, now }: CheckSetting,
  { listed, checks, changed, gone, failures }: AttachedLists,
  repository: string,
): Promise<void> {
  if (checks.length + gone.length === 0) {
    return;
  }
  const failed = await store.db
    .selectFrom('attached_document')
    .select('subject')
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .where('digest', '=', LIST)
    .execute();
  const recovered = failed.map(({ subject }) => subject).filter((one) => listed.has(one));
  await store.runTransaction(
    async ({ db, writeRows }) => {
      const rows = checks.map((row) => ({ ...row }));
      await writeRows('attached_check', rows, ['watch', 'repository', 'subject']);
      const unread = [...failures].map(([subject, reason]) => {
        return { watch: watch.id, repository, subject, ...createUnread(LIST, reason), at: now };
      });
      const keys = ['watch', 'repository', 'subject', 'digest'];
      await writeRows('attached_document', unread, keys);
      for (const some of splitKeys(recovered)) {
        await db
          .deleteFrom('attached_document')
          .where('watch', '=', watch.id)
          .where('repository', '=', repository)
          .where('subject', 'in', some)
          .where('digest', '=', LIST)
          .execute();
      }
      for (const some of splitKeys(gone)) {
        for (const table of ['attached_check', 'attached_document'] as const) {
          await db
            .deleteFrom(table)
            .where('watch', '=', watch.id)
            .where('repository', '=', repository)
            .where('subject', 'in', some)
            .execute();
        }
      }
      for (const some of splitKeys(changed)) {
        await db
          .updateTable('registry_tag')
          .set({ taken: '', attempts: 0, due: now })
          .where('watch', '=', watch.id)
          .where('repository', '=', repository)
          .where('digest', 'in', some)
          .execute();
      }
    },
    { isVisible: changed.length + gone.length + failures.size + recovered.length > 0 },
  );
}

/** Schedules new lists for images whose documents an event named; for all if a tag is empty. */
export async function requestAttached(
  { store, watch }: CheckSetting,
  repository: string,
  tags: readonly string[],
): Promise<void> {
  const named = tags.flatMap((tag) => parseAttachmentTag(tag)?.subject ?? []);
  const isAll = tags.includes('');
  if (named.length === 0 && !isAll) {
    return;
  }
  const siblings = await findSiblingDigests(store.db, named);
  const subjects = [...named, ...[...siblings.values()].flat()];
  await store.runTransaction(
    async ({ db }) => {
      const rows = db
        .updateTable('attached_check')
        .set({ due: 0 })
        .where('watch', '=', watch.id)
        .where('repository', '=', repository);
      await (isAll ? rows : rows.where('subject', 'in', subjects)).execute();
    },
    { isVisible: false },
  );
}
