import type { Assessment } from '../../foundation/core/assessment.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { GateResult } from '../../foundation/core/verdict.ts';
import type { BareDifference } from '../../hardening/compare/difference.ts';

/** Input of a gate. */
export interface GateInput {
  readonly assessment: Assessment;
  /** Present if the assessment was compared with that of another target. */
  readonly difference?: BareDifference;
}

/** The enabled gates and their thresholds. */
export interface GateSettings {
  /** Fail on open findings of at least this severity. */
  readonly severity?: SeverityWord;
  /** Fail on open findings of at least this severity that are new since the baseline. */
  readonly newSeverity?: SeverityWord;
  /** IDs of the enabled gates over differences. */
  readonly differences?: readonly string[];
  /** `true`: findings that are only supported by generated CPEs count, as in Grype. */
  readonly countsGuesses?: boolean;
  /** `true`: findings of the base image are only counted beside those of the application. */
  readonly isApplicationOnly?: boolean;
}

/** One condition that a target must meet: one file in `src/compliance/policy/gate`. */
export interface Gate {
  /** Same as the name of its file. */
  readonly id: string;
  /** Returns whether the settings enable it. */
  isEnabled(settings: GateSettings): boolean;
  /** Returns `unknown` if the condition cannot be evaluated, which is never a pass. */
  judge(input: GateInput, settings: GateSettings): GateResult;
}
