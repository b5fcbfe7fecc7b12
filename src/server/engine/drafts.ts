import type { Kysely } from 'kysely';
import { assert, present } from '../../foundation/core/assert.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatTime } from '../query/format-time.ts';
import type { DraftTable } from '../store/decision-tables.ts';
import { readLastId } from '../store/last-id.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { addDecisionRows, type FleetChange } from './change-fleet.ts';
import { findDecisionEffects } from './decision-effects.ts';
import { canDecide, checkDecision, type DecisionRequest } from './decisions.ts';
import { selectOwnDecisions } from './own-decisions.ts';
import { type VexSource, writeStatement } from './vex-statements.ts';

/** A person who writes or answers drafts. */
export interface DraftPerson {
  /** ID of the principal. */
  readonly id: string;
  readonly name: string;
}

/** The content of a draft, with the principal who wrote it. */
interface DraftContent {
  readonly by: string;
  readonly request: DecisionRequest;
  /** The statement that it repeats; absent if a person wrote it. */
  readonly source?: VexSource;
}

/** A decision that waits for another person, or that they have answered. */
export interface DraftView {
  readonly id: number;
  readonly request: DecisionRequest;
  /** ID of the principal who wrote it, or sent the statement. */
  readonly by: string;
  /** The statement that it repeats; absent if a person wrote it. */
  readonly source?: VexSource;
  /** RFC 3339 */
  readonly at: string;
  readonly state: DraftTable['state'];
  readonly reviewer: string;
  readonly reason: string;
  /** The decision that it became. */
  readonly decision?: number;
}

function toDraftView({ content, decision, answered: _, ...row }: DraftTable): DraftView {
  const { by, request, source } = JSON.parse(content) as DraftContent;
  const { project, ...common } = request;
  return {
    id: row.id,
    request: project === '' ? common : request,
    by,
    at: formatTime(row.at),
    state: row.state,
    reviewer: row.reviewer,
    reason: row.reason,
    ...defined({ source, decision: decision ?? undefined }),
  };
}

/** Lists the drafts that wait, the oldest first. */
export async function listOpenDrafts(db: Kysely<Tables>): Promise<readonly DraftView[]> {
  const rows = await db
    .selectFrom('draft')
    .selectAll()
    .where('state', '=', 'open')
    .orderBy('id')
    .execute();
  return await selectOwnDrafts(db, rows.map(toDraftView));
}

export async function findDraft(db: Kysely<Tables>, id: number): Promise<DraftView | undefined> {
  const row = await db.selectFrom('draft').selectAll().where('id', '=', id).executeTakeFirst();
  const drafts = row === undefined ? [] : await selectOwnDrafts(db, [toDraftView(row)]);
  return drafts[0];
}

async function selectOwnDrafts(
  db: Kysely<Tables>,
  drafts: readonly DraftView[],
): Promise<readonly DraftView[]> {
  const requests = drafts.map(({ request }) => request);
  const own = new Set(await selectOwnDecisions(db, requests));
  return drafts.filter(({ request }) => own.has(request));
}

export interface NewDraft {
  readonly request: DecisionRequest;
  readonly person: DraftPerson;
  /** The draft that it replaces. */
  readonly replaced?: number;
  /** Projects in which the person writes drafts; absent for all. */
  readonly projects?: readonly string[] | undefined;
  /** Projects in which the person edits drafts of others, too; absent for all. */
  readonly edited?: readonly string[] | undefined;
}

/**
 * Adds a draft. A person who edits the draft of another becomes its author, and can no longer
 * approve it.
 *
 * @throws UserError `E_DECISION`, `E_DECISION_UNKNOWN`, or `E_FORBIDDEN` for a draft of another
 *   person
 */
export async function addDraft(
  { store, now }: FleetChange,
  { request, person, replaced, projects, edited }: NewDraft,
): Promise<number> {
  const signed = { ...request, author: person.name };
  checkDecision(signed, now);
  assert(canDecide(signed, projects), 'a draft is in a project of its author');
  return await store.runTransaction(async (transaction) => {
    if (replaced !== undefined) {
      const draft = await requireOpenDraft(transaction, replaced, projects);
      if (!isOwnDraft(draft, person) && !canDecide(draft.request, edited)) {
        const message = `draft ${replaced} is not your own: only a triager can edit it`;
        throw new UserError('E_FORBIDDEN', message);
      }
      await transaction.db
        .updateTable('draft')
        .set({ state: 'replaced', reviewer: person.name, answered: now })
        .where('id', '=', replaced)
        .execute();
    }
    const [id] = await addDraftRows(transaction, [{ request }], person, now);
    return present(id, 'the draft that was added');
  });
}

/** Adds drafts of a person in a transaction, and returns their IDs. */
export async function addDraftRows(
  { db, writeRows }: StoreTransaction,
  drafts: readonly {
    readonly request: Omit<DecisionRequest, 'author'>;
    readonly source?: VexSource;
  }[],
  { id: by, name: author }: DraftPerson,
  now: number,
): Promise<readonly number[]> {
  const last = await readLastId(db, 'draft');
  const open = { state: 'open', reviewer: '', reason: '', answered: null, decision: null };
  const rows = drafts.map(({ request, source }, index) => {
    const signed = { ...request, author };
    const content: DraftContent = { by, request: signed, ...defined({ source }) };
    return { id: last + index + 1, author, at: now, content: JSON.stringify(content), ...open };
  });
  await writeRows('draft', rows);
  return rows.map(({ id }) => id);
}

export interface DraftAnswer {
  /** Each with the number of findings that the person saw it decide. */
  readonly drafts: readonly { readonly id: number; readonly findings: number }[];
  readonly isApproved: boolean;
  readonly reason: string;
  readonly person: DraftPerson;
  /** Projects in which the person approves; absent for all. Others are reported as unknown. */
  readonly projects?: readonly string[] | undefined;
}

/**
 * Approves or rejects drafts with one reason: all of them, or none. A person cannot approve a draft
 * of their own. The findings of each approved draft are counted again, and must be as many as the
 * person has seen.
 *
 * @throws UserError `E_DECISION`, `E_DECISION_UNKNOWN`, or `E_FORBIDDEN` for a draft of the same
 *   person
 */
export async function answerDrafts(
  change: FleetChange,
  { drafts, isApproved, reason, person, projects }: DraftAnswer,
): Promise<readonly number[]> {
  if (drafts.length === 0) {
    throw new UserError('E_DECISION', 'no draft was selected');
  }
  if (reason.trim() === '') {
    throw new UserError('E_DECISION', 'a reason is required');
  }
  return await change.store.runTransaction(async (transaction) => {
    const distinct = [...new Map(drafts.map((one) => [one.id, one])).values()];
    const requests: DecisionRequest[] = [];
    for (const { id, findings } of distinct) {
      const draft = await requireOpenDraft(transaction, id, projects);
      if (isApproved) {
        await requireApprovable(transaction, draft, { person, findings });
        const { request, source } = draft;
        const text = source && writeStatement(request, source);
        requests.push({ ...request, ...defined({ statement: text }) });
      }
    }
    const made = await addDecisionRows(transaction, change, requests);
    const state = isApproved ? ('approved' as const) : ('rejected' as const);
    const answer = { state, reviewer: person.name, reason, answered: change.now };
    for (const [index, { id }] of distinct.entries()) {
      await transaction.db
        .updateTable('draft')
        .set({ ...answer, decision: made[index]?.id ?? null })
        .where('id', '=', id)
        .execute();
    }
    return made.map(({ id }) => id);
  });
}

async function requireOpenDraft(
  { db }: StoreTransaction,
  id: number,
  projects: readonly string[] | undefined,
): Promise<DraftView> {
  const found = await findDraft(db, id);
  const draft = found !== undefined && canDecide(found.request, projects) ? found : undefined;
  if (draft === undefined) {
    throw new UserError('E_DECISION_UNKNOWN', `draft ${id} does not exist`);
  }
  if (draft.state !== 'open') {
    throw new UserError('E_DECISION', `draft ${id} was ${draft.state}`);
  }
  return draft;
}

async function requireApprovable(
  { db }: StoreTransaction,
  { id, by, request }: DraftView,
  { person, findings }: { readonly person: DraftPerson; readonly findings: number },
): Promise<void> {
  if (isOwnDraft({ by, request }, person)) {
    throw new UserError('E_FORBIDDEN', `draft ${id} is your own: another person must approve it`);
  }
  const { findings: now } = await findDecisionEffects({ db }, request);
  if (now !== findings) {
    throw new UserError(
      'E_DECISION',
      `draft ${id} decides ${now} findings now, not ${findings} as you saw`,
      { hint: 'look at its preview again' },
    );
  }
}

/** Whether a person wrote a draft: by the principal, or by the name that it was signed with. */
export function isOwnDraft(
  { by, request }: Pick<DraftView, 'by' | 'request'>,
  { id, name }: DraftPerson,
): boolean {
  return by === id || request.author === name;
}
