import type { ProblemNote } from '../../core/problem.ts';

/** The header blobs of an rpm database, whichever back end wrote it. */
export interface StoredHeaders {
  readonly blobs: readonly Uint8Array[];
  readonly problems: readonly ProblemNote[];
}
