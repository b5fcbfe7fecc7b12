import type { Decision } from '../core/decision.ts';
import type { Alert, Finding, Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';

/** A finding with its package. */
export interface Case {
  readonly finding: Finding;
  readonly package: InventoryPackage;
}

/** Input of deciders, which does not change while they decide. */
export interface DecisionContext {
  readonly inventory: Inventory;
  readonly findings: Findings;
  /** RFC 3339; absent without a clock: nothing expires then. */
  readonly now?: string;
  /** Whether the user asserts that the image is started as its configuration states. */
  readonly isUnreachableAsserted?: boolean;
  /** Whether the user excluded files of the target. */
  readonly isViewPartial?: boolean;
}

/**
 * A source of decisions on findings: the user's ignore rules, the statements of VEX documents, or
 * derivations of our own.
 */
export interface Decider {
  /** Returns its decisions on a finding in order of precedence; may be empty. */
  decide(one: Case): readonly Decision[];
  /**
   * Returns alerts after all findings were decided: unused rules, unmatched statements with their
   * nearest miss, decisions that no longer apply.
   */
  listAlerts(): readonly Alert[];
}
