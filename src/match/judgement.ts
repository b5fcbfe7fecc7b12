import type { Advisory } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';

/** Result of comparing a version with a statement's ranges, with its comparisons. */
export interface Judgement {
  readonly advisory: Advisory;
  /** `undefined`: could not be evaluated. */
  readonly isInRange: boolean | undefined;
  /** The range that contains the version, or else all ranges, as text with the scheme. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  readonly parseFailure?: { readonly operand: 'version' | 'range'; readonly detail: string };
}
