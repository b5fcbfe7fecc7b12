import { SEVERITIES } from '../../foundation/core/finding.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { hashText } from '../store/read-key-hash.ts';
import type { StoreView } from '../store/store-view.ts';
import { toStoredText } from '../store/stored-text.ts';

/** A revision in which a finding was opened, changed or closed. */
export interface MatchChange {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A phrase, such as `opened as high`. */
  readonly change: string;
  /** A sentence without the full stop; empty if it is not known. */
  readonly cause: string;
}

export interface FindingPlace {
  readonly image: number;
  readonly vulnerability: string;
  readonly name: string;
  readonly version: string;
}

/** Lists the changes of a finding of a package in an image, the first one first. */
export async function listMatchChanges(
  view: StoreView,
  place: FindingPlace,
): Promise<readonly MatchChange[]> {
  const component = await findComponent(view, place);
  if (component === undefined) {
    return [];
  }
  const matches = await view.db
    .selectFrom('match')
    .select(['opened', 'closed', 'severity', 'fix_versions'])
    .where('component', '=', component)
    .where('vulnerability', '=', place.vulnerability)
    .where('kind', '=', FINDING_KIND)
    .where('number', '=', 0)
    .orderBy('opened')
    .execute();
  const phrases = new Map<number, string>();
  const since = findReadScope(view.db)?.since.get(component) ?? 0;
  for (const { opened: first, closed, severity, fix_versions: fixes } of matches) {
    const opened = Math.max(first, since);
    if (closed !== null && closed <= opened) {
      continue;
    }
    const fix = fixes === '' ? 'without a fix' : `fixed in ${fixes.split(' ')[0]}`;
    const word = phrases.size === 0 ? 'opened' : phrases.has(opened) ? 'changed' : 'opened again';
    phrases.set(opened, `${word}: ${SEVERITIES[severity] ?? 'unknown'}, ${fix}`);
    if (closed !== null) {
      phrases.set(closed, 'closed');
    }
  }
  return await describeRevisions(view, phrases, place.vulnerability);
}

/** The store has one component for each package in its context. */
async function findComponent(
  { db }: StoreView,
  { image, name, version }: FindingPlace,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('image')
    .select('components')
    .where('id', '=', image)
    .executeTakeFirst();
  const held = new Set(row === undefined ? [] : decodeNumbers(row.components));
  const stored = toStoredText(name);
  const rows = await db
    .selectFrom('component')
    .select('id')
    .where('name_hash', '=', hashText(stored))
    .where('name', '=', stored)
    .where('version', '=', toStoredText(version))
    .execute();
  return rows.find(({ id }) => held.has(id))?.id;
}

async function describeRevisions(
  { db, at }: StoreView,
  phrases: ReadonlyMap<number, string>,
  vulnerability: string,
): Promise<readonly MatchChange[]> {
  const changes: MatchChange[] = [];
  for (const [revision, change] of [...phrases].sort(([left], [right]) => left - right)) {
    const row = await db
      .selectFrom('revision')
      .select('at')
      .where('id', '=', revision)
      .executeTakeFirst();
    if (row !== undefined && (at === undefined || revision <= at)) {
      // An update of advisories has one cause for each vulnerability.
      const cause = await db
        .selectFrom('cause')
        .select('summary')
        .where('revision', '=', revision)
        .where(({ eb, or }) => or([eb('kind', '<>', 'data'), eb('subject', '=', vulnerability)]))
        .orderBy('id')
        .executeTakeFirst();
      changes.push({ revision, at: row.at, change, cause: cause?.summary ?? '' });
    }
  }
  return changes;
}
