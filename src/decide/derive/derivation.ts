import type { Advisory } from '../../core/advisory.ts';
import type { Comparison } from '../../core/comparison.ts';
import type {
  DecisionEffect,
  EvidenceInput,
  VexJustification,
  VexStatus,
} from '../../core/decision.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import type { Case, Surroundings } from '../decider.ts';

/** What a rule concludes, with all that it rests on. */
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
  /** RFC 3339; absent: it holds as long as its inputs do. */
  readonly expiresAt?: string;
}

interface DerivationFacts {
  /** Same as the name of its file. */
  readonly id: string;
  /** Rises whenever the rule can answer otherwise: earlier decisions are then looked at again. */
  readonly version: number;
  readonly title: string;
  /**
   * `files`: on which files the target holds, so that it says nothing where the user left some out;
   * `record`: on what is recorded of the package and of the vulnerability.
   */
  readonly restsOn: 'files' | 'record';
}

/** Justifies a finding. */
export interface FindingDerivation extends DerivationFacts {
  readonly about: 'finding';
  /** Says what the evidence shows, or nothing where it does not hold. Pure. */
  conclude(one: Case, surroundings: Surroundings): Conclusion | undefined;
}

/**
 * A statement about a package that was held against its version and made no finding: it says that
 * the package is not affected, or the version lies outside of its range.
 */
export interface Answer {
  readonly package: InventoryPackage;
  readonly advisory: Advisory;
  /** Whether the version lies in the range of the statement. */
  readonly isInRange: boolean;
  /** As text, with the scheme. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
}

/** Puts into words what a source has answered already. */
export interface AnswerDerivation extends DerivationFacts {
  readonly about: 'answer';
  /** Says what the statement comes to, or nothing where it is of another kind. Pure. */
  conclude(answer: Answer): Conclusion | undefined;
}

/**
 * One way to justify a vulnerability from bytes and advisories, one file a rule in
 * `src/decide/derive/rule`. A rule is general: it names no image and no package that it was made
 * for.
 */
export type Derivation = FindingDerivation | AnswerDerivation;
