import { isRepository, isTag } from '../../foundation/identity/image-reference.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import type { Store } from '../store/store.ts';
import { createNameTest } from './name-pattern.ts';
import { readWatch } from './watch-store.ts';

/** A tag that an event names; an empty one stands for all tags of the repository. */
export interface RegistryHint {
  readonly repository: string;
  readonly tag: string;
}

/** Further hints become a check of all repositories, which finds everything. */
const HINTS_MAX = 1_000;

/** Actions that change no tag. */
const READING_ACTIONS: ReadonlySet<string> = new Set(['pull', 'mount']);
const HARBOR_CHANGES: ReadonlySet<string> = new Set([
  'PUSH_ARTIFACT',
  'DELETE_ARTIFACT',
  'TAG_RETENTION',
  'REPLICATION',
  'harbor.artifact.pushed',
  'harbor.artifact.deleted',
  'harbor.tag_retention.finished',
  'harbor.replication.status.changed',
]);

/**
 * Reads the events of CNCF distribution ("envelope") and of Harbor, also as CloudEvents. Nothing in
 * them is believed: the registry is asked about the tags that they name.
 */
export function readRegistryHints(body: unknown): readonly RegistryHint[] {
  const document = isRecord(body) ? body : {};
  const hints = [...listDistributionHints(document), ...listHarborHints(document)];
  return hints.filter(
    ({ repository, tag }) => isRepository(repository) && (tag === '' || isTag(tag)),
  );
}

function listDistributionHints(document: JsonRecord): readonly RegistryHint[] {
  return getRecords(document, 'events')
    .filter((event) => !READING_ACTIONS.has(getText(event, 'action')))
    .map((event) => {
      const target = getRecord(event, 'target') ?? {};
      return { repository: getText(target, 'repository'), tag: getText(target, 'tag') };
    });
}

function listHarborHints(document: JsonRecord): readonly RegistryHint[] {
  const data = getRecord(document, 'event_data') ?? getRecord(document, 'data');
  if (data === undefined || !HARBOR_CHANGES.has(getText(document, 'type'))) {
    return [];
  }
  const repository = getText(getRecord(data, 'repository') ?? {}, 'repo_full_name');
  const resources = getRecords(data, 'resources');
  return resources.length === 0
    ? [{ repository, tag: '' }]
    : resources.map((resource) => ({ repository, tag: getText(resource, 'tag') }));
}

/**
 * Stores hints about the repositories of a watch; returns how many. Equal ones are stored once.
 *
 * @throws UserError `E_USAGE` for an unknown watch
 */
export async function addRegistryHints(
  store: Store,
  { name, hints }: { readonly name: string; readonly hints: readonly RegistryHint[] },
  now: number,
): Promise<number> {
  return await store.runTransaction(
    async ({ db, writeRows }) => {
      const watch = await readWatch(db, name);
      const isWatched = createNameTest(watch.repositories);
      const own = hints.filter(({ repository }) => isWatched(repository));
      const distinct = new Map(own.map((hint) => [`${hint.repository}:${hint.tag}`, hint]));
      const { count } = await db
        .selectFrom('registry_hint')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('watch', '=', watch.id)
        .executeTakeFirstOrThrow();
      if (count + distinct.size > HINTS_MAX) {
        await db.updateTable('registry_watch').set({ due: 0 }).where('id', '=', watch.id).execute();
        return distinct.size;
      }
      const rows = [...distinct.values()].map((hint) => ({ watch: watch.id, ...hint, at: now }));
      await writeRows('registry_hint', rows, ['watch', 'repository', 'tag']);
      return distinct.size;
    },
    { isVisible: false },
  );
}
