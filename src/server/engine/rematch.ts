import type { Kysely } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { UNEVALUATED_KIND } from '../store/match-kind.ts';
import { hashReadKeys } from '../store/read-key-hash.ts';
import { SCHEMA } from '../store/sql/schema.data.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { expandText } from './component-text.ts';
import type { Evaluator, StoredMatch } from './evaluator.ts';
import { addVulnerabilities } from './vulnerabilities.ts';

/** A match that a revision opened or closed. */
export interface MatchChange {
  readonly component: number;
  readonly kind: number;
  readonly vulnerability: string;
  readonly severity: number;
  readonly change: 'opened' | 'closed' | 'changed';
  /** 1 if it opens a match, -1 if it closes one. A changed match has one change of each. */
  readonly step: 1 | -1;
}

export interface Rematch {
  readonly opened: number;
  readonly closed: number;
  readonly changes: readonly MatchChange[];
}

interface RematchRequest {
  readonly components: readonly number[];
  readonly evaluator: Evaluator;
  readonly revision: number;
}

/**
 * Matches components again. The intervals of matches that are no longer the same are closed, those
 * of new ones are opened, and the read set of each component is replaced.
 */
export async function matchAgain(
  transaction: StoreTransaction,
  { components, evaluator, revision }: RematchRequest,
): Promise<Rematch> {
  const { db, writeRows } = transaction;
  const changes: MatchChange[] = [];
  let opened = 0;
  let closed = 0;
  for (const some of splitKeys(components)) {
    const before = await readMatches(db, some);
    const rows = await db
      .selectFrom('component')
      .select(['id', 'context'])
      .where('id', 'in', some)
      .orderBy('id')
      .execute();
    const keys = new Map<number, ReadonlySet<number>>();
    const ended: MatchRow[] = [];
    const news: (StoredMatch & { readonly component: number })[] = [];
    for (const { id, context } of rows) {
      const evaluation = evaluator.evaluate(expandText(context));
      const difference = compareMatches(before.get(id) ?? [], evaluation.matches);
      news.push(...difference.opened.map((match) => ({ ...match, component: id })));
      ended.push(...difference.closed);
      changes.push(...listChanges(id, difference));
      keys.set(id, hashReadKeys(evaluation.keys));
    }
    closed += ended.length;
    await writeRows(
      'match',
      ended.map((row) => ({ ...row, closed: revision })),
      SCHEMA.match.key,
    );
    await writeRows(
      'match',
      news.map((row) => ({ ...row, opened: revision, closed: null })),
    );
    opened += news.length;
    await replaceReadSets(transaction, keys);
    await addVulnerabilities(
      transaction,
      evaluator,
      news.filter(({ kind }) => kind < UNEVALUATED_KIND).map(({ vulnerability }) => vulnerability),
    );
  }
  return { opened, closed, changes };
}

/** Writes the read sets of components that differ from the stored ones; most do not. */
async function replaceReadSets(
  { db, writeRows }: StoreTransaction,
  keys: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<void> {
  const rows = await db
    .selectFrom('read_key')
    .selectAll()
    .where('component', 'in', [...keys.keys()])
    .execute();
  const known = new Map<number, number[]>();
  rows.forEach(({ hash, component }) => addToList(known, component, hash));
  const changed = [...keys].filter(([component, hashes]) => {
    const stored = known.get(component) ?? [];
    return stored.length !== hashes.size || stored.some((hash) => !hashes.has(hash));
  });
  for (const some of splitKeys(changed.map(([component]) => component))) {
    await db.deleteFrom('read_key').where('component', 'in', some).execute();
  }
  const added = changed.flatMap(([component, hashes]) =>
    [...hashes].map((hash) => ({ hash, component })),
  );
  await writeRows('read_key', added);
}

type MatchRow = StoredMatch & { readonly component: number; readonly opened: number };

async function readMatches(
  db: Kysely<Tables>,
  components: readonly number[],
): Promise<ReadonlyMap<number, readonly MatchRow[]>> {
  const rows = await db
    .selectFrom('match')
    .selectAll()
    .where('component', 'in', components)
    .where('closed', 'is', null)
    .orderBy('component')
    .orderBy('kind')
    .orderBy('vulnerability')
    .orderBy('number')
    .execute();
  const matches = new Map<number, MatchRow[]>();
  rows.forEach((row) => addToList(matches, row.component, row));
  return matches;
}

interface MatchDifference {
  readonly opened: readonly StoredMatch[];
  readonly closed: readonly MatchRow[];
}

/** Compares the open matches of a component with its new ones. */
function compareMatches(
  before: readonly MatchRow[],
  after: readonly StoredMatch[],
): MatchDifference {
  const known = new Map(before.map((match) => [toMatchKey(match), match]));
  const kept = new Set<MatchRow>();
  const opened = after.filter((match) => {
    const same = known.get(toMatchKey(match));
    const isSame = same !== undefined && formatContent(same) === formatContent(match);
    if (isSame) {
      kept.add(same);
    }
    return !isSame;
  });
  return { opened, closed: before.filter((match) => !kept.has(match)) };
}

export function toMatchKey({ kind, vulnerability, number }: StoredMatch): string {
  return `${kind} ${number} ${vulnerability}`;
}

/** Equal for equal matches. */
export function formatContent(match: StoredMatch): string {
  const { severity, fix_state: state, fix_versions: versions, reason, digest } = match;
  return JSON.stringify([severity, state, versions, reason, digest]);
}

function listChanges(
  component: number,
  { opened, closed }: MatchDifference,
): readonly MatchChange[] {
  const opening = new Set(opened.map(toMatchKey));
  const closing = new Set(closed.map(toMatchKey));
  const toChange = (match: StoredMatch, step: 1 | -1): MatchChange => {
    const isChanged = opening.has(toMatchKey(match)) && closing.has(toMatchKey(match));
    const { kind, vulnerability, severity } = match;
    const change = isChanged ? 'changed' : step === 1 ? 'opened' : 'closed';
    return { component, kind, vulnerability, severity, change, step };
  };
  return [...closed.map((one) => toChange(one, -1)), ...opened.map((one) => toChange(one, 1))];
}
