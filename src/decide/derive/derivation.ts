import type { Advisory } from '../../core/advisory.ts';
import type { Comparison } from '../../core/comparison.ts';
import type {
  DecisionEffect,
  EvidenceInput,
  VexJustification,
  VexStatus,
} from '../../core/decision.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import type { Case, DecisionContext } from '../decider.ts';

/** Conclusion of a rule, with all of its evidence. */
export interface Conclusion {
  /**
   * `set-aside` only if the inputs prove it; strong evidence short of a proof is a `suggestion` for
   * a person to confirm.
   */
  readonly effect: DecisionEffect;
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** CycloneDX's more specific justification. */
  readonly detail?: string;
  /** One sentence without the full stop. */
  readonly reason: string;
  readonly inputs: readonly EvidenceInput[];
  /** RFC 3339; if absent, it is valid as long as its inputs are. */
  readonly expiresAt?: string;
}

interface DerivationFacts {
  /** Same as the name of its file. */
  readonly id: string;
  /**
   * Must be raised if the rule can come to another conclusion: earlier decisions are reviewed then.
   */
  readonly version: number;
  readonly title: string;
  /**
   * `files`: on the files in the target, so that it does not apply if the user excluded some;
   * `own-files`: only on the files that the package installed, which a document may list with it;
   * `record`: on recorded data about the package and the vulnerability.
   */
  readonly restsOn: 'files' | 'own-files' | 'record';
}

/** Justifies a finding. */
export interface FindingDerivation extends DerivationFacts {
  readonly about: 'finding';
  /** Returns the conclusion, or `undefined` if the rule does not apply. Pure. */
  derive(one: Case, surroundings: DecisionContext): Conclusion | undefined;
}

/**
 * A statement about a package that produced no finding: it states that the package is not affected,
 * or its range does not contain the version.
 */
export interface Answer {
  readonly package: InventoryPackage;
  readonly advisory: Advisory;
  /** Whether the range of the statement contains the version. */
  readonly isInRange: boolean;
  /** As text, with the scheme. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
}

/** Formulates a source's own statement as a conclusion. */
export interface AnswerDerivation extends DerivationFacts {
  readonly about: 'answer';
  /**
   * Returns the conclusion of a statement, or `undefined` if the statement is of another kind.
   * Pure.
   */
  derive(answer: Answer): Conclusion | undefined;
}

/**
 * A rule that justifies a vulnerability by bytes and advisories. Each is one file in
 * `src/decide/derive/rule`. A rule is general: it names neither an image nor a package that it was
 * made for.
 */
export type Derivation = FindingDerivation | AnswerDerivation;
