import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { listRevisions, type RevisionChange, type RevisionFilter } from './revisions.ts';

interface ChangeLimits {
  readonly lines: number;
  /** Maximum number of changes that are read: equal ones share a line. */
  readonly most: number;
}

/**
 * Reads changes until they have more lines than are shown: reading the causes of one takes time,
 * and most are not equal to the one before.
 */
export async function readChanges(
  db: Kysely<Tables>,
  filter: Omit<RevisionFilter, 'rows'>,
  { lines, most }: ChangeLimits,
): Promise<readonly RevisionChange[]> {
  const changes: RevisionChange[] = [];
  let isLast = false;
  while (!isLast && changes.length < most && groupChanges(changes).length <= lines) {
    const before = changes.at(-1)?.id ?? filter.before;
    const rows = Math.min(Math.max(lines + 1, changes.length), most - changes.length);
    const more = await listRevisions(db, { ...filter, before, rows });
    changes.push(...more);
    isLast = more.length < rows;
  }
  return changes;
}

/** Groups successive changes of one kind with the same effects. */
export function groupChanges(
  changes: readonly RevisionChange[],
): readonly (readonly RevisionChange[])[] {
  const groups: RevisionChange[][] = [];
  let last = '';
  for (const change of changes) {
    const key = toChangeKey(change);
    if (key === last) {
      groups.at(-1)?.push(change);
    } else {
      groups.push([change]);
    }
    last = key;
  }
  return groups;
}

/** Returns a text that equal changes share. Images that were added only differ in their names. */
function toChangeKey({ kind, opened, closed, causes }: RevisionChange): string {
  const effects = causes.map((cause) => cause.effects);
  return JSON.stringify(
    kind === 'image'
      ? { kind, effects }
      : { kind, opened, closed, effects, summaries: causes.map(({ summary }) => summary) },
  );
}
