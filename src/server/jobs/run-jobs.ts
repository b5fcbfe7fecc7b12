import type { JobKind, LeasedJob } from './job.ts';
import { LeaseLost } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import { WakeablePause } from './wakeable-pause.ts';

/**
 * Runs a job. It ends by `JobQueue.complete`, in the transaction of its effects.
 *
 * @param signal aborted if the lease was lost: the rest of the work would be undone
 */
export type JobHandler = (job: LeasedJob, signal: AbortSignal) => Promise<void>;

export interface RunOptions {
  readonly handlers: Readonly<Partial<Record<JobKind, JobHandler>>>;
  /** Aborted to end after the current job. */
  readonly signal: AbortSignal;
  /** Milliseconds between searches for jobs of other processes. */
  readonly pauseMs: number;
  /** Receives errors that are not the job's. */
  readonly onProblem: (error: unknown) => void;
}

/** Runs jobs one after the other until the signal is aborted. */
export class JobRunner {
  readonly #queue: JobQueue;
  readonly #options: RunOptions;
  readonly #pause = new WakeablePause();

  constructor(queue: JobQueue, options: RunOptions) {
    this.#queue = queue;
    this.#options = options;
    options.signal.addEventListener('abort', () => this.wake());
  }

  /** Searches for jobs at once: one was sent. */
  wake(): void {
    this.#pause.wake();
  }

  async run(): Promise<void> {
    const { signal, onProblem, pauseMs } = this.#options;
    while (!signal.aborted) {
      let isIdle = true;
      try {
        isIdle = !(await this.runNext());
      } catch (error) {
        onProblem(error);
      }
      if (isIdle && !signal.aborted) {
        await this.#pause.wait(pauseMs);
      }
    }
  }

  /** Runs the next job; returns whether there was one. */
  async runNext(): Promise<boolean> {
    const { handlers } = this.#options;
    const job = await this.#queue.takeNext(Object.keys(handlers) as JobKind[]);
    if (job === undefined) {
      return false;
    }
    const lost = new AbortController();
    const timer = this.#keepLease(job, lost);
    try {
      await handlers[job.kind]?.(job, lost.signal);
    } catch (error) {
      if (!(error instanceof LeaseLost)) {
        await this.#queue.fail(job, error);
      }
    } finally {
      clearInterval(timer);
    }
    return true;
  }

  /** Extends the lease three times before it would end. */
  #keepLease(job: LeasedJob, lost: AbortController): NodeJS.Timeout {
    const extend = async (): Promise<void> => {
      try {
        if (!(await this.#queue.extendLease(job))) {
          lost.abort();
        }
      } catch (error) {
        this.#options.onProblem(error);
      }
    };
    const timer = setInterval(() => void extend(), this.#queue.leaseMs / 3);
    timer.unref();
    return timer;
  }
}
