/** Kinds of work that a server or a worker does beside requests. */
export const JOB_KINDS = ['inventory', 'verdicts', 'vex'] as const;

export type JobKind = (typeof JOB_KINDS)[number];

/**
 * `queued` jobs wait for their time, `running` ones are leased by a process, and `dead` ones failed
 * as often as allowed: they are kept until someone retries them.
 */
export const JOB_STATES = ['queued', 'running', 'done', 'dead', 'canceled'] as const;

/** Jobs that a person waits for come before bulk work. */
export const PRIORITIES = { bulk: 0, upload: 10 } as const;

export interface JobRequest {
  readonly kind: JobKind;
  /** Plain data, at most a few kilobytes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly priority: number;
  /** Jobs of equal priority are divided evenly among tenants. */
  readonly tenant?: string;
}

/** A job that this process runs. */
export interface LeasedJob {
  readonly id: number;
  readonly kind: JobKind;
  readonly data: Readonly<Record<string, unknown>>;
  /** 1 for the first one. */
  readonly attempt: number;
  /** Identifies the lease. */
  readonly lease: string;
}

export interface JobView {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  /** RFC 3339 */
  readonly created: string;
  /** RFC 3339; absent if it has not ended. */
  readonly ended?: string;
  /** Of its last attempt. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Of a job that is done. */
  readonly result?: unknown;
}

/** The job was canceled, or its lease ended and another process runs it. */
export class LeaseLost extends Error {}
