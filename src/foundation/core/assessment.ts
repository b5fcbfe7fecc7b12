import type { DatabaseDescription } from './advisory.ts';
import type { FindingChange } from './change.ts';
import { type Coverage, type CoverageReason, measureCoverage } from './coverage.ts';
import { defined } from './defined.ts';
import { type Findings, weakensAbsence } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { NewerBase } from './origin.ts';
import type { TargetDescription } from './target.ts';
import type { Verdict } from './verdict.ts';

/**
 * Everything that one run knows about one target. Reports, documents, comparisons, explanations,
 * policies, the library and the server exchange this value.
 */
export interface Assessment {
  readonly target: TargetDescription;
  readonly inventory: Inventory;
  /** Decided findings; absent if only the inventory was requested. */
  readonly findings?: Findings;
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  /** A newer build of the base image, if the base store has one. */
  readonly newerBase?: NewerBase;
  /** The changes since the baseline; absent without one. */
  readonly changes?: readonly FindingChange[];
  /** The advisory database in use; absent if nothing was evaluated. */
  readonly database?: DatabaseDescription;
  readonly coverage: Coverage;
}

/** The parts of an assessment from which the rest is derived. */
export type AssessmentParts = Pick<Assessment, 'inventory' | 'findings' | 'verdict' | 'changes'>;

/** Derives target, database and coverage from the inventory and the findings. */
export function createAssessment(parts: AssessmentParts): Assessment {
  const { inventory, findings } = parts;
  const database = findings?.database;
  return {
    ...parts,
    target: inventory.target,
    ...defined({ database }),
    coverage: measureCoverage(inventory, findings),
  };
}

/** Whether the absence of a package or a finding means that there is none. */
export interface Completeness {
  readonly isComplete: boolean;
  /** One entry for everything that was skipped, claimed without proof, or not covered. */
  readonly reasons: readonly CoverageReason[];
}

/**
 * Judges whether an assessment is complete. This is the only definition of "complete": commands,
 * gates, the library and the server all use it.
 */
export function assessCompleteness({
  coverage,
  findings,
}: Pick<Assessment, 'coverage' | 'findings'>): Completeness {
  const alerts = (findings?.alerts ?? []).filter(weakensAbsence);
  const known = new Set(coverage.reasons.map(({ reason }) => reason));
  const reasons = [
    ...coverage.reasons,
    ...alerts
      .filter(({ message }) => !known.has(message))
      .map(({ message }): CoverageReason => {
        return { about: 'findings', verdict: 'partial', reason: message };
      }),
  ];
  return { isComplete: reasons.length === 0, reasons };
}
