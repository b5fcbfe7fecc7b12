import type { Finding } from '../../foundation/core/finding.ts';
import type { DeclaredFact, DeclaredName } from './declared-fact.ts';
import type { DeclaredScope } from './declared-facts.ts';
import type { FindingTimes } from './ledger.ts';

/** The input of a clock: one finding and the facts around it. */
export interface ClockInput {
  readonly finding: Finding;
  /** Times by the ledger, such as when it was first seen in this image; empty without one. */
  readonly times: FindingTimes;
  readonly declaredFacts: readonly DeclaredFact[];
  /** By which statements about single findings name it. */
  readonly scope: DeclaredScope;
  /** `true` if the database has the catalog of exploited vulnerabilities. */
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
  /** It has no date, for the reason `basis`. */
  | { readonly kind: 'no-date'; readonly basis: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Computes due dates by one directive or standard: one file in `src/compliance/policy/clock`. */
export interface Clock {
  /** Same as the name of its file. */
  readonly id: string;
  readonly title: string;
  /** The document with its version, and how it was read. */
  readonly source: string;
  /** Facts that only people know, and that it reads. */
  readonly reads: readonly DeclaredName[];
  readonly compute: (input: ClockInput) => DueDate;
}
