import type { ProductLifecycle } from '../../foundation/core/advisory.ts';

/** A product with the end of life of its release lines, and its source. */
export interface Lifecycle extends ProductLifecycle {
  /** The file of the user, or the advisory database. */
  readonly file: string;
}
