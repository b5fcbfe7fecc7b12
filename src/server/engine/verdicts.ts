import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { PRIORITIES } from '../jobs/job.ts';
import { type JobQueue } from '../jobs/job-queue.ts';
import { toSegment } from '../store/counts.ts';
import { readLastId } from '../store/last-id.ts';
import { encodeNumbers } from '../store/number-list.ts';
import { type Store, type StoreTransaction, splitKeys } from '../store/store.ts';
import type { RevisionKind, Tables } from '../store/tables.ts';
import { addEffects, type Effect } from './causes.ts';
import type { StoredDueDate, VerdictProof } from './judge-image.ts';

/** A verdict to be stored. */
export interface NewVerdict {
  readonly image: number;
  readonly outcome: PolicyOutcome;
  /** SHA-256 of everything that it was computed from. */
  readonly inputs: string;
  readonly validUntil: number | undefined;
  readonly proof: VerdictProof;
  /** Number of findings that fail its gate; `null` if rules decide. */
  readonly failing: number | null;
}

export interface VerdictChange {
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly now: number;
}

/**
 * Stores verdicts. Those that differ from the last ones of their images become effects of the
 * revision; equal ones only get a new validity. Returns how many changed.
 */
export async function writeVerdicts(
  transaction: StoreTransaction,
  verdicts: readonly NewVerdict[],
  { revision, kind, now }: VerdictChange,
): Promise<number> {
  const { db, writeRows } = transaction;
  const known = await readVerdicts(
    db,
    verdicts.map(({ image }) => image),
  );
  const effects = listVerdictEffects(verdicts, known, now);
  const stored = verdicts.map((verdict) => {
    const before = known.get(verdict.image);
    const isSame = before?.outcome === verdict.outcome && before.inputs === verdict.inputs;
    // A verdict that is confirmed keeps its revision.
    return { verdict, row: isSame ? before : { revision, at: now } };
  });
  const renewed = new Set(stored.map(({ verdict, row }) => `${verdict.image} ${row.revision}`));
  const replaced = [...known.values()].filter(
    (row) => !renewed.has(`${row.image} ${row.revision}`),
  );
  await writeRows(
    'verdict',
    replaced.map((row) => ({ ...row, current: 0 })),
    ['image', 'revision'],
  );
  await writeRows(
    'verdict',
    stored.map(({ verdict: { image, outcome, inputs, validUntil, proof, failing }, row }) => ({
      image,
      revision: row.revision,
      outcome,
      inputs,
      valid_until: validUntil ?? null,
      at: row.at,
      proof: deflateRawSync(JSON.stringify({ ...proof, judgedAt: now })),
      current: 1,
      failing,
    })),
    ['image', 'revision'],
  );
  if (effects.length > 0) {
    const summary = effects.some((one) => one.kind !== OVERDUE) ? 'verdicts changed' : LATE;
    await addEffects(transaction, { revision, kind, subject: '', summary, effects }, now);
  }
  return effects.filter((one) => one.kind !== OVERDUE).reduce((sum, { count }) => sum + count, 0);
}

/** The effect that an image has findings that were not remediated until their due dates. */
const OVERDUE = 'overdue';
const LATE = 'findings are overdue';

/** Counts changed outcomes, and findings that were not overdue when the image was judged before. */
function listVerdictEffects(
  verdicts: readonly NewVerdict[],
  known: ReadonlyMap<number, Tables['verdict']>,
  now: number,
): readonly Effect[] {
  const images = new Map<string, number[]>();
  for (const { image, outcome, proof } of verdicts) {
    const before = known.get(image);
    if (before === undefined) {
      continue;
    }
    if (before.outcome !== outcome) {
      addToList(images, `${before.outcome}-${outcome}`, image);
    }
    if (isNewlyOverdue(before, proof, now)) {
      addToList(images, OVERDUE, image);
    }
  }
  return [...images].map(([kind, ids]) => {
    return { kind, count: ids.length, images: ids.length, ids };
  });
}

function isNewlyOverdue(
  before: Tables['verdict'],
  { due = [] }: VerdictProof,
  now: number,
): boolean {
  const overdue = due.filter(({ at }) => at <= now);
  if (overdue.length === 0) {
    return false;
  }
  const { due: earlier = [], judgedAt = before.at } = readProof(before.proof);
  const toDueKey = ({ vulnerability, title }: StoredDueDate): string =>
    `${title}\0${vulnerability}`;
  const known = new Set(earlier.filter(({ at }) => at <= judgedAt).map(toDueKey));
  return overdue.some((one) => !known.has(toDueKey(one)));
}

/** Reads the last verdicts of images. */
export async function readVerdicts(db: Kysely<Tables>, images: Iterable<number>) {
  const found = new Map<number, Tables['verdict']>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('verdict')
      .selectAll()
      .where('image', 'in', some)
      .where('current', '=', sql.lit(1))
      .execute();
    rows.forEach((row) => found.set(row.image, row));
  }
  return found;
}

/** Reads the outcomes of the last verdicts of images. */
export async function readOutcomes(
  db: Kysely<Tables>,
  images: Iterable<number>,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('verdict')
      .select(['image', 'outcome'])
      .where('image', 'in', some)
      .where('current', '=', sql.lit(1))
      .execute();
    rows.forEach(({ image, outcome }) => found.set(image, outcome));
  }
  return found;
}

export function readProof(bytes: Uint8Array): VerdictProof {
  return JSON.parse(inflateRawSync(bytes).toString()) as VerdictProof;
}

/** Images that one job judges. It leaves the rest of its list to a new job, so others wait less. */
export const JUDGED_EACH = 16;

/** The data of a job that judges images again. */
export interface VerdictJob {
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly segment: number;
  /** Bytes of a list of images, in Base64. */
  readonly images: string;
}

/** Sends jobs that judge images again: one for each segment. */
export async function sendVerdictJobs(
  transaction: StoreTransaction,
  queue: JobQueue,
  { revision, kind }: Pick<VerdictChange, 'revision' | 'kind'>,
  images: Iterable<number>,
): Promise<void> {
  const sorted = [...new Set(images)].sort((left, right) => left - right);
  for (const [segment, some] of Map.groupBy(sorted, toSegment)) {
    const data: VerdictJob & Readonly<Record<string, unknown>> = {
      revision,
      kind,
      segment,
      images: Buffer.from(encodeNumbers(some)).toString('base64'),
    };
    await queue.send(transaction, { kind: 'verdicts', data, priority: PRIORITIES.bulk });
  }
}

/** Lists the revisions with jobs that judge images again and have not ended. */
export async function listOpenRevisions(db: Kysely<Tables>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('job')
    .select('data')
    .where('kind', '=', 'verdicts')
    .where('state', 'in', ['queued', 'running'])
    .execute();
  return [...new Set(rows.map(({ data }) => (JSON.parse(data) as VerdictJob).revision))];
}

/** Verdicts that one revision re-evaluates because of the time. */
const DUE_MAX = 1_000;

/**
 * Sends jobs for the verdicts whose validity has ended, as a revision of its own. Returns the time
 * at which the next one ends; `undefined` if there is none.
 */
export async function sendDueVerdicts(
  store: Store,
  queue: JobQueue,
  now: number,
): Promise<number | undefined> {
  const isDue = (await readNextDue(store.db)) ?? Number.POSITIVE_INFINITY;
  if (isDue > now) {
    return Number.isFinite(isDue) ? isDue : undefined;
  }
  await store.runTransaction(async (transaction) => {
    const { db, writeRows } = transaction;
    const rows = await db
      .selectFrom('verdict')
      .select(['image', 'revision'])
      .where('current', '=', sql.lit(1))
      .where('valid_until', '<=', now)
      .orderBy('valid_until')
      .limit(DUE_MAX)
      .execute();
    const last = await db
      .selectFrom('revision')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (rows.length === 0 || last === undefined) {
      return;
    }
    const revision = (await readLastId(db, 'revision')) + 1;
    const counts = { matched: 0, opened: 0, closed: 0 };
    await writeRows('revision', [
      { id: revision, kind: 'time', at: now, generation: last.generation, ...counts },
    ]);
    for (const some of splitKeys(rows.map(({ image }) => image))) {
      await db
        .updateTable('verdict')
        .set({ valid_until: null })
        .where('image', 'in', some)
        .where('current', '=', sql.lit(1))
        .execute();
    }
    const images = rows.map(({ image }) => image);
    await sendVerdictJobs(transaction, queue, { revision, kind: 'time' }, images);
  });
  return await readNextDue(store.db);
}

async function readNextDue(db: Kysely<Tables>): Promise<number | undefined> {
  const row = await db
    .selectFrom('verdict')
    .select('valid_until')
    .where('current', '=', sql.lit(1))
    .where('valid_until', 'is not', null)
    .orderBy('valid_until')
    .limit(1)
    .executeTakeFirst();
  return row?.valid_until ?? undefined;
}
