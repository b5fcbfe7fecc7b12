import type { Kysely } from 'kysely';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { RepositoryListing } from '../../foundation/core/target.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { RegistryTagTable } from '../store/watch-tables.ts';
import { checkAttachments, checkNamedAttachments } from './attachments.ts';
import { requestAttached } from './check-attached.ts';
import type { CheckSetting } from './check-setting.ts';
import { describeFailure } from './describe-failure.ts';
import type { RegistryHint } from './hints.ts';
import { createNameTest, parseAttachmentTag } from './name-pattern.ts';
import type { RegistryWatch } from './registry-watch.ts';
import { runForEach } from './run-for-each.ts';

const FAILURES_SHOWN_MAX = 3;

export interface CheckResult {
  /** Tags that are new, gone, or have another digest. */
  readonly changes: number;
  /** Why some of the repositories could not be checked; empty if all were. */
  readonly error: string;
}

/**
 * Makes the known tags equal to those of the registry. Repositories that could not be read keep
 * theirs: a registry that does not answer has not removed anything.
 */
export async function checkRegistry(setting: CheckSetting): Promise<CheckResult> {
  const { watch, listing, store } = setting;
  try {
    const repositories = await listRepositories(watch, listing);
    const known = await store.db
      .selectFrom('registry_tag')
      .select('repository')
      .distinct()
      .where('watch', '=', watch.id)
      .execute();
    // A known repository that is no longer listed is checked, too: it has no tags.
    const all = new Set([...repositories, ...known.map(({ repository }) => repository)]);
    return await checkEach([...all], async (repository) => await checkTags(setting, repository));
  } catch (error) {
    return { changes: 0, error: describeFailure(error) };
  }
}

/** Compares the tags that events named. */
export async function checkHints(
  setting: CheckSetting,
  hints: readonly RegistryHint[],
): Promise<CheckResult> {
  const byRepository = Map.groupBy(hints, ({ repository }) => repository);
  return await checkEach([...byRepository.keys()], async (repository) => {
    const tags = (byRepository.get(repository) ?? []).map(({ tag }) => tag);
    await requestAttached(setting, repository, tags);
    return await checkTags(setting, repository, tags.includes('') ? undefined : tags);
  });
}

/** Only registries that list their repositories can be watched by a pattern. */
async function listRepositories(
  { repositories: pattern }: RegistryWatch,
  listing: RepositoryListing,
): Promise<readonly string[]> {
  return pattern.includes('*')
    ? (await listing.listRepositories()).filter(createNameTest(pattern))
    : [pattern];
}

async function checkEach(
  repositories: readonly string[],
  check: (repository: string) => Promise<number>,
): Promise<CheckResult> {
  const failures: string[] = [];
  let changes = 0;
  for (const repository of repositories) {
    try {
      changes += await check(repository);
    } catch (error) {
      failures.push(`${repository}: ${describeFailure(error)}`);
    }
  }
  const more = failures.length - FAILURES_SHOWN_MAX;
  const rest = more > 0 ? [`and ${formatCount(more, 'more repository', 'more repositories')}`] : [];
  return { changes, error: [...failures.slice(0, FAILURES_SHOWN_MAX), ...rest].join('; ') };
}

/** Compares tags of a repository, or all of them; returns the number of differences. */
async function checkTags(
  setting: CheckSetting,
  repository: string,
  named?: readonly string[],
): Promise<number> {
  const { watch, listing } = setting;
  const isWatched = createNameTest(watch.tags);
  const listed = named ?? (await listing.listTags(repository)) ?? [];
  const documents = listed.filter((tag) => parseAttachmentTag(tag) !== undefined);
  const tags = listed.filter((tag) => isWatched(tag) && parseAttachmentTag(tag) === undefined);
  const digests = await findDigests(listing, repository, tags);
  const found = { repository, digests, ...(named === undefined ? {} : { named }) };
  const changes = await saveTags(setting, found);
  if (named === undefined) {
    await checkAttachments(setting, { repository, tags: documents });
  } else if (documents.length > 0) {
    await checkNamedAttachments(setting, repository, documents);
  }
  return changes;
}

/** An unchanged tag costs one request without content. */
async function findDigests(
  listing: RepositoryListing,
  repository: string,
  tags: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  await runForEach(tags, async (tag) => {
    const digest = await listing.findDigest(repository, tag);
    if (digest !== undefined) {
      digests.set(tag, digest);
    }
  });
  return digests;
}

interface FoundTags {
  readonly repository: string;
  readonly digests: ReadonlyMap<string, string>;
  /** The tags that were looked up; all if it is absent. */
  readonly named?: readonly string[];
}

async function saveTags({ store, watch, now }: CheckSetting, found: FoundTags): Promise<number> {
  const { repository } = found;
  const { fresh, gone } = await compareTags(store.db, watch, found);
  if (fresh.length + gone.length === 0) {
    return 0;
  }
  await store.runTransaction(async ({ db, writeRows }) => {
    const rows = fresh.map(([tag, digest, taken]) => {
      const state = { taken, found: now, attempts: 0, due: now, error: '' };
      return { watch: watch.id, repository, tag, digest, ...state };
    });
    await writeRows('registry_tag', rows, ['watch', 'repository', 'tag']);
    for (const some of splitKeys(gone)) {
      await db
        .deleteFrom('registry_tag')
        .where('watch', '=', watch.id)
        .where('repository', '=', repository)
        .where('tag', 'in', some)
        .execute();
    }
  });
  return fresh.length + gone.length;
}

async function compareTags(
  db: Kysely<Tables>,
  watch: RegistryWatch,
  { repository, digests, named }: FoundTags,
) {
  const rows: readonly RegistryTagTable[] = await db
    .selectFrom('registry_tag')
    .selectAll()
    .where('watch', '=', watch.id)
    .where('repository', '=', repository)
    .execute();
  const known = new Map(rows.map((row) => [row.tag, row]));
  const asked = named === undefined ? undefined : new Set(named);
  return {
    fresh: [...digests]
      .filter(([tag, digest]) => known.get(tag)?.digest !== digest)
      .map(([tag, digest]) => [tag, digest, known.get(tag)?.taken ?? ''] as const),
    gone: rows
      .filter(({ tag }) => !digests.has(tag) && asked?.has(tag) !== false)
      .map(({ tag }) => tag),
  };
}
