import type { Advisory } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';

/** Whether a version lies in one of a statement's ranges, and how that was found. */
export interface Judgement {
  readonly advisory: Advisory;
  /** `undefined`: could not be found out. */
  readonly isInRange: boolean | undefined;
  /** The range that holds, or all that do not, as text with the scheme. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  readonly fault?: { readonly operand: 'version' | 'range'; readonly detail: string };
}
