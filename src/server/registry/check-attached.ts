import { createHash } from 'node:crypto';
import { compareText } from '../../core/compare-text.ts';
import { DAY_MS } from '../../core/duration.ts';
import { splitKeys } from '../store/store.ts';
import type { AttachedCheckTable } from '../store/watch-tables.ts';
import type { CheckSetting } from './check-setting.ts';
import { describeFailure } from './describe-failure.ts';
import { parseAttachmentTag } from './name-pattern.ts';
import { runForEach } from './run-for-each.ts';

/** A document that may be attached to an image: by a tag, or by the referrers of the image. */
export interface Attachment {
  readonly subject: string;
  readonly name: string;
  readonly kind: string;
}

/** Images of a repository that are asked again in one check; new ones are always asked. */
const ASKED_MAX = 200;
/** An image is asked again after a day, or sooner if an event names its documents. */
const PAUSE_MS = DAY_MS;

/** Answers of a registry about the documents of some images. */
export interface AttachedAnswers {
  /** The images that were asked. */
  readonly asked: ReadonlySet<string>;
  /** Their referrers. */
  readonly referrers: readonly Attachment[];
  readonly checks: readonly AttachedCheckTable[];
  /** Images whose documents are others than before. */
  readonly changed: readonly string[];
  /** Images that no tag names any more. */
  readonly gone: readonly string[];
  /** Why some of them could not be asked. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * Asks for the documents of new images, and of some that were not asked for a day: one request
 * each, and one for each tag of a document.
 */
export async function askForAttached(
  setting: CheckSetting,
  repository: string,
  tagged: readonly Attachment[],
): Promise<AttachedAnswers> {
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
  const due = [...new Set(tags.map(({ digest }) => digest))]
    .filter((subject) => !fresh.has(subject) && (known.get(subject)?.due ?? 0) <= now)
    .sort((left, right) => (known.get(left)?.due ?? 0) - (known.get(right)?.due ?? 0))
    .slice(0, ASKED_MAX);
  const asked = new Set([...fresh, ...due]);
  const referrers: Attachment[] = [];
  const checks: AttachedCheckTable[] = [];
  const failures = new Map<string, string>();
  const none = digestNames([]);
  await runForEach(asked, async (subject) => {
    const next = { watch: watch.id, repository, subject, due: now + PAUSE_MS };
    try {
      const own = await listReferrers(setting, repository, subject);
      const names = own.map(({ name }) => name);
      for (const { name } of tagged.filter((one) => one.subject === subject)) {
        names.push(`${name} ${(await listing.findDigest(repository, name)) ?? ''}`);
      }
      referrers.push(...own);
      checks.push({ ...next, key: digestNames(names) });
    } catch (error) {
      failures.set(subject, describeFailure(error));
      checks.push({ ...next, key: known.get(subject)?.key ?? none });
    }
  });
  const changed = checks.filter(
    ({ subject, key }) => !fresh.has(subject) && key !== (known.get(subject)?.key ?? none),
  );
  const current = new Set(tags.map(({ digest }) => digest));
  const gone = [...known.keys()].filter((subject) => !current.has(subject));
  const subjects = changed.map(({ subject }) => subject);
  return { asked, referrers, checks, changed: subjects, gone, failures };
}

async function listReferrers(
  { listing }: CheckSetting,
  repository: string,
  subject: string,
): Promise<readonly Attachment[]> {
  const found = await listing.listReferrers(repository, subject);
  return found.map(({ digest, artifactType }) => {
    return { subject, name: digest, kind: artifactType === '' ? 'artifact' : artifactType };
  });
}

function digestNames(names: readonly string[]): string {
  return createHash('sha256').update(names.toSorted(compareText).join('\n')).digest('hex');
}

/** Reads the images again whose documents have changed; their layers are known. */
export async function saveAttachedChecks(
  { store, watch, now }: CheckSetting,
  { checks, changed, gone, failures }: AttachedAnswers,
  repository: string,
): Promise<void> {
  if (checks.length + gone.length === 0) {
    return;
  }
  await store.runTransaction(
    async ({ db, writeRows }) => {
      const rows = checks.map((row) => ({ ...row }));
      await writeRows('attached_check', rows, ['watch', 'repository', 'subject']);
      const failed = toFailedRows({ watch, now }, repository, failures);
      const keys = ['watch', 'repository', 'subject', 'digest'];
      await writeRows('attached_document', failed, keys);
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
    { isVisible: changed.length + gone.length + failures.size > 0 },
  );
}

/** A list of documents that could not be read is one of the documents of its image. */
function toFailedRows(
  { watch, now }: Pick<CheckSetting, 'now' | 'watch'>,
  repository: string,
  failures: AttachedAnswers['failures'],
) {
  const nothing = { digest: 'referrers', kind: 'document', state: 'unchecked', document: '' };
  return [...failures].map(([subject, reason]) => {
    return {
      watch: watch.id,
      repository,
      subject,
      ...nothing,
      note: `not read: ${reason}`,
      at: now,
    };
  });
}

/** Asks soon about the images whose documents an event named; about all for an unnamed tag. */
export async function requestAttached(
  { store, watch }: CheckSetting,
  repository: string,
  tags: readonly string[],
): Promise<void> {
  const subjects = tags.flatMap((tag) => parseAttachmentTag(tag)?.subject ?? []);
  const isAll = tags.includes('');
  if (subjects.length === 0 && !isAll) {
    return;
  }
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
