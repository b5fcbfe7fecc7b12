import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { defined } from '../../foundation/core/defined.ts';
import { HOUR_MS } from '../../foundation/core/duration.ts';
import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import { formatTime } from '../query/format-time.ts';
import { readLastId } from '../store/last-id.ts';
import { isOtherVersion, type Store, type StoreTransaction } from '../store/store.ts';
import type { JobTable, Tables } from '../store/tables.ts';
import { type JobKind, type JobRequest, type JobView, type LeasedJob, LeaseLost } from './job.ts';

export interface QueueOptions {
  /** Milliseconds after which the job of a process that does not answer is given to another. */
  readonly leaseMs: number;
  readonly attemptsMax: number;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly backOffMs: number;
}

const USUAL_OPTIONS: QueueOptions = { leaseMs: 15_000, attemptsMax: 5, backOffMs: 1_000 };

const BACK_OFF_MAX_MS = HOUR_MS;
const LEASE_BYTES = 12;
const ERROR_CHARS_MAX = 2_000;

/**
 * Jobs in the tables of a store. They are sent in the transaction that needs them. A process leases
 * a job and extends the lease while it works; the result is written in a transaction that requires
 * the lease, so each job takes effect once.
 */
export class JobQueue {
  readonly #store: Store;
  readonly #options: QueueOptions;

  constructor(store: Store, options: Partial<QueueOptions> = {}) {
    this.#store = store;
    this.#options = { ...USUAL_OPTIONS, ...options };
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  /** Adds a job, which exists if the transaction succeeds; returns its ID. */
  async send({ db, writeRows }: StoreTransaction, request: JobRequest): Promise<number> {
    const { kind, data, priority, tenant = '' } = request;
    const now = await this.#store.readTime(db);
    const id = (await readLastId(db, 'job')) + 1;
    const row: JobTable = {
      id,
      kind,
      data: JSON.stringify(data),
      priority,
      tenant,
      state: 'queued',
      attempts: 0,
      run_at: now,
      lease: '',
      leased_until: 0,
      created: now,
      ended: null,
      error: '',
      result: '',
    };
    await writeRows('job', [{ ...row }]);
    return id;
  }

  /** Leases the next job; `undefined` if there is none to run now. */
  async takeNext(kinds: readonly JobKind[]): Promise<LeasedJob | undefined> {
    return await this.#store.db.transaction().execute(async (db) => {
      // A newer program may send jobs that this one does not understand.
      await this.#store.requireUsable(db);
      const now = await this.#store.readTime(db);
      const next = await this.#findNext(db, kinds, now);
      if (next === undefined) {
        return undefined;
      }
      const { id, kind, data, attempts } = next;
      if (attempts >= this.#options.attemptsMax) {
        const error = { error: describeFailure(new Error('the process that ran it ended')) };
        const row = { state: 'dead' as const, lease: '', ended: now, ...error };
        await db.updateTable('job').set(row).where('id', '=', id).execute();
        return undefined;
      }
      const lease = randomBytes(LEASE_BYTES).toString('hex');
      const until = { leased_until: now + this.#options.leaseMs };
      await db
        .updateTable('job')
        .set({ state: 'running', lease, ...until, attempts: attempts + 1 })
        .where('id', '=', id)
        .execute();
      return { id, kind: kind as JobKind, data: JSON.parse(data), attempt: attempts + 1, lease };
    });
  }

  /** The most urgent job: by priority, then of the tenant with the fewest running ones. */
  async #findNext(db: Kysely<Tables>, kinds: readonly JobKind[], now: number) {
    const query = db
      .selectFrom('job')
      .selectAll()
      .where('kind', 'in', kinds)
      .where(({ and, eb, or }) =>
        or([
          // A time that is further away than any delay was written before the clock was set back.
          and([
            eb('state', '=', 'queued'),
            or([eb('run_at', '<=', now), eb('run_at', '>', now + 2 * BACK_OFF_MAX_MS)]),
          ]),
          and([
            eb('state', '=', 'running'),
            or([
              eb('leased_until', '<=', now),
              eb('leased_until', '>', now + 2 * this.#options.leaseMs),
            ]),
          ]),
        ]),
      )
      .orderBy('priority', 'desc')
      .orderBy(({ selectFrom }) =>
        selectFrom('job as other')
          .select(({ fn }) => fn.countAll<number>().as('running'))
          .where('other.state', '=', 'running')
          .whereRef('other.tenant', '=', 'job.tenant'),
      )
      .orderBy('run_at')
      .orderBy('id')
      .limit(1);
    // Another process may be leasing the first one: the second one is next.
    const locked = this.#store.engineName === 'postgresql' ? query.forUpdate().skipLocked() : query;
    return await locked.executeTakeFirst();
  }

  /** Extends the lease of a running job; returns whether it is still held. */
  async extendLease({ id, lease }: LeasedJob): Promise<boolean> {
    const now = await this.#store.readTime(this.#store.db);
    const { numUpdatedRows } = await this.#store.db
      .updateTable('job')
      .set({ leased_until: now + this.#options.leaseMs })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('lease', '=', lease)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /**
   * Ends a job in the transaction of its effects.
   *
   * @throws LeaseLost if it was canceled, or another process runs it: the effects are undone
   */
  async complete({ db }: StoreTransaction, job: LeasedJob, result: unknown): Promise<void> {
    const ended = await this.#store.readTime(db);
    const { numUpdatedRows } = await db
      .updateTable('job')
      .set({ state: 'done', lease: '', ended, result: JSON.stringify(result ?? null) })
      .where('id', '=', job.id)
      .where('state', '=', 'running')
      .where('lease', '=', job.lease)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw new LeaseLost(`the lease of job ${job.id} was lost`);
    }
  }

  /**
   * Records that an attempt failed. The job is retried later; after the last attempt, and after an
   * error of the user that would occur again, it is dead. After an outage of the store, it is
   * retried until the outage ends.
   */
  async fail({ id, lease, attempt }: LeasedJob, error: unknown): Promise<void> {
    const { attemptsMax, backOffMs } = this.#options;
    const isOutage =
      isOtherVersion(error) || (error instanceof UserError && OUTAGES.has(error.code));
    const isFinal =
      (attempt >= attemptsMax && !isOutage) || (error instanceof UserError && isLasting(error));
    const delay = Math.min(BACK_OFF_MAX_MS, backOffMs * 2 ** (attempt - 1));
    const { db } = this.#store;
    const now = await this.#store.readTime(db);
    await db
      .updateTable('job')
      .set({
        state: isFinal ? 'dead' : 'queued',
        lease: '',
        ...(isOutage ? { attempts: Math.min(attempt, attemptsMax - 1) } : {}),
        // Jobs that failed together do not all come back at once.
        run_at: now + Math.round(delay * (1 + Math.random() / 2)),
        ended: isFinal ? now : null,
        error: describeFailure(error),
      })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('lease', '=', lease)
      .execute();
  }

  /** Cancels a job that has not ended; returns whether it did. Its effects are undone. */
  async cancel(id: number): Promise<boolean> {
    const { db } = this.#store;
    const { numUpdatedRows } = await db
      .updateTable('job')
      .set({ state: 'canceled', lease: '', ended: await this.#store.readTime(db) })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Queues a dead or canceled job again; returns whether it was one. */
  async retry(id: number): Promise<boolean> {
    const { db } = this.#store;
    const { numUpdatedRows } = await db
      .updateTable('job')
      .set({
        state: 'queued',
        attempts: 0,
        ended: null,
        run_at: await this.#store.readTime(db),
      })
      .where('id', '=', id)
      .where('state', 'in', ['dead', 'canceled'])
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Ends all leases: for a store with one process, at its start. */
  async endLeases(): Promise<void> {
    await this.#store.db
      .updateTable('job')
      .set({ leased_until: 0 })
      .where('state', '=', 'running')
      .execute();
  }
}

/** Errors that end without a change of the job. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set(['E_STORE_FULL', 'E_STORE_UNREACHABLE']);

/** Errors that occur again with the same input. */
function isLasting({ code }: UserError): boolean {
  return code === 'E_DOCUMENT_INVALID' || code === 'E_USAGE' || code === 'E_IMAGE_UNKNOWN';
}

function describeFailure(error: unknown): string {
  const code = error instanceof UserError ? error.code : 'E_INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  return JSON.stringify({ code, message: message.slice(0, ERROR_CHARS_MAX) });
}

/** Returns a job; `undefined` if there is none with this ID. */
export async function readJob(db: Kysely<Tables>, id: number): Promise<JobView | undefined> {
  const row = await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toJobView(row);
}

export function toJobView(row: JobTable): JobView {
  const { id, kind, state, attempts, created, ended, error, result } = row;
  return {
    id,
    kind,
    state,
    attempts,
    created: formatTime(created),
    ...defined({ ended: ended === null ? undefined : formatTime(ended) }),
    ...(error === '' ? {} : { error: JSON.parse(error) as NonNullable<JobView['error']> }),
    ...(result === '' ? {} : { result: JSON.parse(result) as unknown }),
  };
}
