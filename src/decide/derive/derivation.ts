import type {
  DecisionEffect,
  EvidenceInput,
  VexJustification,
  VexStatus,
} from '../../core/decision.ts';
import type { Case, Surroundings } from '../decider.ts';

/** What a rule concludes of one finding, with all that it rests on. */
export interface Conclusion {
  /**
   * `set-aside` only where the inputs prove it; what is a strong hint is a `suggestion` for a
   * person to confirm.
   */
  readonly effect: DecisionEffect;
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** CycloneDX's finer word for it. */
  readonly detail?: string;
  /** One sentence without the full stop. */
  readonly reason: string;
  readonly inputs: readonly EvidenceInput[];
}

/**
 * One way to justify a finding from bytes and advisories, one file a rule in `src/decide/derive/rule`.
 * A rule is general: it names no image and no package that it was made for.
 */
export interface Derivation {
  /** Same as the name of its file. */
  readonly id: string;
  /** Rises whenever the rule can answer otherwise, so that earlier decisions are looked at again. */
  readonly version: number;
  readonly title: string;
  /** Says what the evidence shows, or nothing where it does not hold. Pure. */
  conclude(one: Case, surroundings: Surroundings): Conclusion | undefined;
}
