import type { BareDifference } from '../compare/difference.ts';
import type { Assessment } from '../core/assessment.ts';
import type { SeverityWord } from '../core/finding.ts';
import type { GateResult } from '../core/verdict.ts';

/** The values under judgment. */
export interface GateInput {
  readonly assessment: Assessment;
  /** Present if the assessment was compared with that of another target. */
  readonly difference?: BareDifference;
}

/** Which gates apply, and how strict they are. */
export interface GateSettings {
  /** Fail on open findings of at least this severity. */
  readonly severity?: SeverityWord;
  /** Fail on open findings of at least this severity that are new since the baseline. */
  readonly newSeverity?: SeverityWord;
  /** Ids of the gates over differences that apply. */
  readonly differences?: readonly string[];
  /** Whether findings that rest on generated CPEs count, as they do for Grype. */
  readonly countsGuesses?: boolean;
}

/** One condition that a target must meet: one file in `src/policy/gate`. */
export interface Gate {
  /** Same as the name of its file. */
  readonly id: string;
  /** Whether the settings enable it. */
  isEnabled(settings: GateSettings): boolean;
  /** `unknown` if the condition cannot be evaluated: that is never a pass. */
  judge(input: GateInput, settings: GateSettings): GateResult;
}
