import { compareText } from '../../core/compare-text.ts';
import { readLastId } from '../store/last-id.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import { digestKey, toStoredText } from '../store/stored-text.ts';
import { addDecisionRows, type FleetChange } from './change-fleet.ts';
import type { DecisionRequest } from './decisions.ts';
import type { DraftContent, DraftPerson } from './drafts.ts';
import { isOpenThen } from './open-then.ts';
import {
  type PlannedStatement,
  type StatementPlan,
  type VexSource,
  writeStatement,
} from './vex-statements.ts';

/** What became of the statements of VEX documents. */
export interface VexResult {
  /** Statements in the documents. */
  readonly statements: number;
  /** New drafts, which an approver must answer. */
  readonly drafts: number;
  /** New decisions. */
  readonly decisions: number;
  /** Statements about a package that were sent before. */
  readonly known: number;
  /** Statements about the whole image that has no such finding. */
  readonly unmatched: number;
}

export interface AddedStatements {
  readonly plan: Pick<StatementPlan, 'planned' | 'statements'>;
  /** The image that they came with. */
  readonly image: number;
  /** Who sent them. */
  readonly person: DraftPerson;
  /** Whether they decide at once, instead of waiting for an approver. */
  readonly isDecided: boolean;
  /** Project that they are limited to; empty or absent for none. */
  readonly project?: string;
}

/** Other IDs of a vulnerability by which a statement is looked up. */
const ALIASES_MAX = 50;

interface KeyedStatement {
  readonly key: string;
  readonly request: Omit<DecisionRequest, 'author'>;
  readonly source: VexSource;
}

/** Adds the statements about an image that are new, in the transaction of the image. */
export async function addVexStatements(
  transaction: StoreTransaction,
  change: FleetChange,
  { plan, image, person, isDecided, project = '' }: AddedStatements,
): Promise<VexResult> {
  const { statements } = plan;
  const { keyed, unmatched } = await resolveStatements(transaction, {
    plan,
    image,
    isDecided,
    project,
  });
  const known = await findKnown(transaction, keyed.keys());
  const fresh = [...keyed.values()].filter(({ key }) => !known.has(key));
  const ids = isDecided
    ? (await addDecisionRows(transaction, change, toDecisions(fresh, person))).map(({ id }) => id)
    : await addDraftRows(transaction, fresh, { person, now: change.now });
  await transaction.writeRows(
    'vex_statement',
    fresh.map(({ key, source: { document } }, index) => {
      const id = ids[index] ?? null;
      return { key, document, draft: isDecided ? null : id, decision: isDecided ? id : null };
    }),
  );
  return {
    statements,
    drafts: isDecided ? 0 : fresh.length,
    decisions: isDecided ? fresh.length : 0,
    known: keyed.size - fresh.length,
    unmatched,
  };
}

/** Names the packages of statements about the whole image: those with the vulnerability. */
async function resolveStatements(
  transaction: StoreTransaction,
  { plan, image, isDecided, project = '' }: Omit<AddedStatements, 'person'>,
): Promise<{ readonly keyed: ReadonlyMap<string, KeyedStatement>; readonly unmatched: number }> {
  const keyed = new Map<string, KeyedStatement>();
  const components = plan.planned.some(({ request }) => request.package === '')
    ? await readComponents(transaction, image)
    : new Set<number>();
  let unmatched = 0;
  for (const planned of plan.planned) {
    const packages =
      planned.request.package === ''
        ? await findVulnerable(transaction, planned, components)
        : [planned.request.package];
    unmatched += packages.length === 0 ? 1 : 0;
    for (const name of packages) {
      const limit = project === '' ? {} : { project };
      const request = { ...planned.request, package: name, ...limit };
      const key = createKey(request, planned, isDecided);
      keyed.set(key, { key, request, source: planned.source });
    }
  }
  return { keyed, unmatched };
}

function toDecisions(
  fresh: readonly KeyedStatement[],
  { name: author }: DraftPerson,
): readonly DecisionRequest[] {
  return fresh.map(({ request, source }) => {
    return { ...request, author, statement: writeStatement(request, source) };
  });
}

/** The document is not part of the key: each build may send the same statements in a new one. */
function createKey(
  {
    images,
    project,
    vulnerability,
    package: name,
    versions,
    status,
    justification,
    statement,
  }: KeyedStatement['request'],
  { source: { author } }: PlannedStatement,
  isDecided: boolean,
): string {
  const about = [images, vulnerability, name, versions ?? '', status, justification ?? ''];
  // Statements without a project keep the key of earlier versions.
  const limit = project === undefined ? [] : [project];
  return digestKey(JSON.stringify([...about, statement, author, isDecided, ...limit]));
}

async function readComponents(
  { db }: StoreTransaction,
  image: number,
): Promise<ReadonlySet<number>> {
  const row = await db
    .selectFrom('image')
    .select('components')
    .where('id', '=', image)
    .executeTakeFirstOrThrow();
  return new Set(decodeNumbers(row.components));
}

async function findVulnerable(
  { db }: StoreTransaction,
  { request, aliases }: PlannedStatement,
  components: ReadonlySet<number>,
): Promise<readonly string[]> {
  const ids = [request.vulnerability, ...aliases.slice(0, ALIASES_MAX).map(toStoredText)];
  const rows = await db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .select(['component.id', 'component.purl'])
    .where('match.vulnerability', 'in', ids)
    .where('match.kind', '=', FINDING_KIND)
    .where('match.number', '=', 0)
    .where(isOpenThen(undefined))
    .execute();
  const purls = rows.flatMap(({ id, purl }) => (components.has(id) && purl !== '' ? [purl] : []));
  return [...new Set(purls)].sort(compareText);
}

async function findKnown(
  { db }: StoreTransaction,
  keys: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const some of splitKeys(keys)) {
    const rows = await db
      .selectFrom('vex_statement')
      .select('key')
      .where('key', 'in', some)
      .execute();
    rows.forEach(({ key }) => known.add(key));
  }
  return known;
}

async function addDraftRows(
  { db, writeRows }: StoreTransaction,
  fresh: readonly KeyedStatement[],
  { person, now }: { readonly person: DraftPerson; readonly now: number },
): Promise<readonly number[]> {
  const last = await readLastId(db, 'draft');
  const open = { state: 'open', reviewer: '', reason: '', answered: null, decision: null };
  const rows = fresh.map(({ request, source }, index) => {
    const signed = { ...request, author: person.name };
    const content = { by: person.id, request: signed, source } satisfies DraftContent;
    const id = last + index + 1;
    return { id, author: person.name, at: now, content: JSON.stringify(content), ...open };
  });
  await writeRows('draft', rows);
  return rows.map(({ id }) => id);
}

/** SHA-256 digests of the documents beside inventories, which a backup must have. */
export async function listKeptDocuments({
  db,
}: Pick<StoreTransaction, 'db'>): Promise<readonly string[]> {
  const sent = await db.selectFrom('vex_statement').select('document').distinct().execute();
  const attached = await db
    .selectFrom('attached_document')
    .select('document')
    .distinct()
    .where('document', '!=', '')
    .execute();
  return [...new Set([...sent, ...attached].map(({ document }) => document))];
}
