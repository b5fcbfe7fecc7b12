import type { Finding } from '../core/finding.ts';
import type { DeclaredFact } from './declared-fact.ts';

/** The input of a clock: one finding and the facts around it. */
export interface ClockInput {
  readonly finding: Finding;
  /** RFC 3339: when the finding was first seen in this image; absent without a ledger. */
  readonly firstSeen?: string;
  readonly declaredFacts: readonly DeclaredFact[];
  /** Whether the database has the catalog of exploited vulnerabilities. */
  readonly hasCatalog: boolean;
  readonly now: string;
}

/** When a finding must be remediated. If facts are missing, the earliest date counts. */
export type DueDate =
  | {
      readonly kind: 'due';
      /** RFC 3339. */
      readonly earliest: string;
      /** The latest date that remains possible; absent if there may be none. */
      readonly latest?: string;
      /** From which event the days count, and how many. */
      readonly basis: string;
      /** Names of facts that are missing. */
      readonly missing: readonly string[];
    }
  /** It is remediated with the next scheduled upgrade. */
  | { readonly kind: 'next-upgrade'; readonly basis: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Computes due dates by one directive or standard: one file in `src/policy/clock`. */
export interface Clock {
  /** Same as the name of its file. */
  readonly id: string;
  readonly title: string;
  /** The document with its version, and how it was read. */
  readonly source: string;
  readonly compute: (input: ClockInput) => DueDate;
}
