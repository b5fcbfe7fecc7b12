import type { ProblemNote } from '../../core/problem.ts';

/** The header blobs of an rpm database from any back end. */
export interface StoredHeaders {
  readonly blobs: readonly Uint8Array[];
  readonly problems: readonly ProblemNote[];
}
