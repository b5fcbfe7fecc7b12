import { present } from '../../foundation/core/assert.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { DecisionTable } from '../store/decision-tables.ts';
import { readLastId } from '../store/last-id.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { RevisionKind } from '../store/tables.ts';
import { writeCauses } from './causes.ts';
import {
  canApply,
  canDecide,
  checkDecision,
  type DecisionRequest,
  type DecisionView,
  type Revocation,
  toDecisionRow,
  toDecisionView,
} from './decisions.ts';
import {
  digestPolicy,
  type FleetPolicy,
  isEmptyPolicy,
  loadFleetPolicy,
  writePolicy,
} from './fleet-policy.ts';
import { sendVerdictJobs } from './verdicts.ts';

/** Changes of decisions and policies: each is a revision, and images are judged again by jobs. */

export interface FleetChange {
  readonly store: Store;
  readonly queue: JobQueue;
  /** Digest of the advisory database, for a store without any revision. */
  readonly generation: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The parts of a revision, which are of one kind: each becomes a cause. */
interface FleetRevision<Part> {
  readonly kind: RevisionKind;
  readonly parts: readonly Part[];
}

interface RevisionPart {
  readonly subject: string;
  readonly summary: string;
}

interface JudgedPart extends RevisionPart {
  /** Names of the images to judge again, as a pattern; empty for all. */
  readonly images: string;
  /** Project of the images to judge again; empty or absent for all. */
  readonly project?: string;
}

/**
 * Sets the policy of all images; returns whether it is another one.
 *
 * @param expected digest of the policy that is replaced; if it is absent, any is
 * @throws UserError `E_POLICY`, or `E_POLICY_DIGEST` if another one would be replaced
 */
export async function setFleetPolicy(
  change: FleetChange,
  policy: FleetPolicy,
  expected?: string,
): Promise<boolean> {
  loadFleetPolicy(policy);
  const digest = digestPolicy(policy);
  return await change.store.runTransaction(async (transaction) => {
    const last = await transaction.db
      .selectFrom('policy')
      .select('digest')
      .orderBy('revision', 'desc')
      .limit(1)
      .executeTakeFirst();
    const current = last?.digest ?? digestPolicy({ policies: [] });
    if (expected !== undefined && expected !== current) {
      const message = `the digest of the conditions is "${current}", not "${expected}"`;
      throw new UserError('E_POLICY_DIGEST', message, {
        hint: 'read them again, and repeat the change',
      });
    }
    if (last === undefined ? isEmptyPolicy(policy) : last.digest === digest) {
      return false;
    }
    const summary = isEmptyPolicy(policy)
      ? 'no policy is set any more'
      : 'the policy of the server was set';
    const parts = [{ subject: digest, summary, images: '' }];
    const revision = await publishRevision(transaction, change, { kind: 'policy', parts });
    await transaction.writeRows('policy', [{ revision, digest, content: writePolicy(policy) }]);
    if (isEmptyPolicy(policy)) {
      await transaction.db.updateTable('verdict').set({ current: 0 }).execute();
    }
    return true;
  });
}

/** Adds a decision. @throws UserError `E_DECISION` */
export async function addDecision(
  change: FleetChange,
  request: DecisionRequest,
): Promise<DecisionView> {
  return await change.store.runTransaction(async (transaction) => {
    const [decision] = await addDecisionRows(transaction, change, [request]);
    return present(decision, 'the decision that was added');
  });
}

/** Adds decisions in a transaction, as one revision. @throws UserError `E_DECISION` */
export async function addDecisionRows(
  transaction: StoreTransaction,
  change: FleetChange,
  requests: readonly DecisionRequest[],
): Promise<readonly DecisionView[]> {
  if (requests.length === 0) {
    return [];
  }
  requests.forEach((request) => checkDecision(request, change.now));
  const first = (await readLastId(transaction.db, 'decision')) + 1;
  const parts = requests.map(({ images = '', project = '', ...request }, index) => {
    const { author, vulnerability, package: name, status } = request;
    const place = project === '' ? '' : ` in the project ${project}`;
    const summary = `${author} decided that ${name} is ${status} by ${vulnerability}${place}`;
    return { subject: `${first + index}`, summary, images, project };
  });
  const revision = await publishRevision(transaction, change, { kind: 'decision', parts });
  const rows = requests.map((request, index) =>
    toDecisionRow(request, { id: first + index, revision, now: change.now }),
  );
  await transaction.writeRows(
    'decision',
    rows.map((row) => ({ ...row })),
  );
  return rows.map(toDecisionView);
}

/** Withdraws a decision, which stays in the past. @throws UserError `E_DECISION_UNKNOWN` */
export async function revokeDecision(
  change: FleetChange,
  { id, author, projects }: Revocation,
): Promise<DecisionView> {
  return await change.store.runTransaction(async (transaction) => {
    const row = await findDecision(transaction, id, projects);
    const { vulnerability, images, project } = row;
    const summary = `${author} withdrew decision ${id} about ${vulnerability}`;
    const parts = [{ subject: `${id}`, summary, images, project }];
    const withdrawn = await publishRevision(transaction, change, { kind: 'decision', parts });
    await transaction.db.updateTable('decision').set({ withdrawn }).where('id', '=', id).execute();
    return toDecisionView({ ...row, withdrawn });
  });
}

async function findDecision(
  { db }: StoreTransaction,
  id: number,
  projects: readonly string[] | undefined,
): Promise<DecisionTable> {
  const row = await db.selectFrom('decision').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined || row.withdrawn !== null || !canDecide(row, projects)) {
    throw new UserError('E_DECISION_UNKNOWN', `decision ${id} does not exist, or was withdrawn`);
  }
  return row;
}

/** Publishes a revision without changes of matches, and sends the jobs that it causes. */
export async function publishRevision(
  transaction: StoreTransaction,
  change: FleetChange,
  { kind, parts }: FleetRevision<JudgedPart>,
): Promise<number> {
  const { db } = transaction;
  const revision = await writeFleetRevision(transaction, change, { kind, parts });
  const rows = await db
    .selectFrom('image')
    .select(['id', 'name', 'project'])
    .where('retired', 'is', null)
    .execute();
  const distinct = new Map(
    parts.map(({ images, project }) => [JSON.stringify([images, project]), { images, project }]),
  );
  const affected = rows
    .filter((row) => distinct.values().some((one) => canApply(one, row)))
    .map(({ id }) => id);
  await sendVerdictJobs(transaction, change.queue, { revision, kind }, affected);
  return revision;
}

/** Writes a revision without changes of matches, with a cause for each of its parts. */
export async function writeFleetRevision(
  transaction: StoreTransaction,
  { generation, now }: Pick<FleetChange, 'generation' | 'now'>,
  { kind, parts }: FleetRevision<RevisionPart>,
): Promise<number> {
  const { db, writeRows } = transaction;
  const last = await db
    .selectFrom('revision')
    .select(['id', 'generation'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const revision = (last?.id ?? 0) + 1;
  const counts = { matched: 0, opened: 0, closed: 0 };
  await writeRows('revision', [
    { id: revision, kind, at: now, generation: last?.generation ?? generation, ...counts },
  ]);
  const causes = parts.map(({ subject, summary }) => {
    return { revision, kind, subject, summary, effects: [] };
  });
  await writeCauses(transaction, causes, now);
  return revision;
}
