import type { Kysely } from 'kysely';
import { JUDGED_EACH, type VerdictJob } from '../engine/verdicts.ts';
import { readLastId } from '../store/last-id.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** The policy and the jobs of a state: they decide which verdicts may differ in a later one. */
export interface JudgedState {
  /** Revision that set the policy; 0 without one. */
  readonly policy: number;
  readonly lastJob: number;
  /** Jobs that may still judge images. */
  readonly unfinished: readonly number[];
}

/** After more jobs, reading all verdicts is faster. */
const JOBS_MAX = 500;

export async function readJudgedState(db: Kysely<Tables>): Promise<JudgedState> {
  const policy = await db
    .selectFrom('policy')
    .select(({ fn }) => fn.max('revision').as('revision'))
    .executeTakeFirst();
  const unfinished = await db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', 'verdicts')
    .where('state', 'in', ['queued', 'running', 'dead', 'canceled'])
    .execute();
  return {
    policy: policy?.revision ?? 0,
    lastJob: await readLastId(db, 'job'),
    unfinished: unfinished.map(({ id }) => id),
  };
}

/**
 * Lists the images that jobs have judged since a state: only jobs judge an image again. Returns
 * `undefined` if any verdict may differ.
 */
export async function listJudgedImages(
  db: Kysely<Tables>,
  before: JudgedState,
  { policy }: JudgedState,
): Promise<ReadonlySet<number> | undefined> {
  if (policy !== before.policy || before.unfinished.length > JOBS_MAX) {
    return undefined;
  }
  const done = db
    .selectFrom('job')
    .select('data')
    .where('kind', '=', 'verdicts')
    .where('state', '=', 'done');
  const jobs = await done
    .where('id', '>', before.lastJob)
    .limit(JOBS_MAX + 1)
    .execute();
  for (const some of splitKeys(before.unfinished)) {
    jobs.push(...(await done.where('id', 'in', some).execute()));
  }
  if (jobs.length > JOBS_MAX) {
    return undefined;
  }
  const images = new Set<number>();
  for (const { data } of jobs) {
    const { images: bytes } = JSON.parse(data) as VerdictJob;
    const all = decodeNumbers(Buffer.from(bytes, 'base64'));
    all.slice(0, JUDGED_EACH).forEach((image) => images.add(image));
  }
  return images;
}
