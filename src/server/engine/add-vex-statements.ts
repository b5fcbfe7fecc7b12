import { compareText } from '../../foundation/core/compare-text.ts';
import { listComponents } from '../store/list-components.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { type StoreTransaction, splitKeys } from '../store/store.ts';
import { isOpenThen } from '../store/store-view.ts';
import { digestKey, toStoredText } from '../store/stored-text.ts';
import { addDecisionRows, type FleetChange } from './change-fleet.ts';
import type { DecisionRequest } from './decisions.ts';
import { addDraftRows, type DraftPerson } from './drafts.ts';
import {
  type PlannedStatement,
  type StatementPlan,
  type VexSource,
  writeStatement,
} from './vex-statements.ts';

/** Numbers of the statements of VEX documents, by their outcome. */
export interface VexResult {
  /** Statements in the documents. */
  readonly statements: number;
  /** New drafts, which an approver must answer. */
  readonly drafts: number;
  /** New decisions. */
  readonly decisions: number;
  /** Statements about a package that were sent before. */
  readonly known: number;
  /** Statements about the whole image, if it has no finding of their vulnerability. */
  readonly unmatched: number;
}

export interface AddedStatements {
  readonly plan: Pick<StatementPlan, 'planned' | 'statements'>;
  /** The image that they came with. */
  readonly image: number;
  /** The sender. */
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
    : await addDraftRows(transaction, fresh, person, change.now);
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

/** Statements about the whole image become one for each of its vulnerable packages. */
async function resolveStatements(
  transaction: StoreTransaction,
  { plan, image, isDecided, project = '' }: Omit<AddedStatements, 'person'>,
): Promise<{ readonly keyed: ReadonlyMap<string, KeyedStatement>; readonly unmatched: number }> {
  const keyed = new Map<string, KeyedStatement>();
  const components = plan.planned.some(({ request }) => request.package === '')
    ? await listComponents(transaction.db, [image])
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
