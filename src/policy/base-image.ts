import type { Digest } from '../core/digest.ts';

/** The image that a target was built on, as the user named it. */
export interface BaseImage {
  readonly name: string;
  /** Tags, digests and the name by which the user opened it. */
  readonly names: readonly string[];
  readonly digest: Digest;
  /** Diff IDs from the lowest layer. */
  readonly layers: readonly Digest[];
  /** `created_by` of each entry of its history. */
  readonly instructions: readonly string[];
}
