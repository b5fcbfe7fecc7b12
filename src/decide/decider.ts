import type { Decision } from '../core/decision.ts';
import type { Alert, Finding, Findings } from '../core/finding.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';

/** A finding with the package it is about. */
export interface Case {
  readonly finding: Finding;
  readonly package: InventoryPackage;
}

/** What deciders may look at. Nothing of it changes while they decide. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly findings: Findings;
  /** RFC 3339; absent where no clock is given: then nothing expires. */
  readonly now?: string;
  /** Whether the user vouches that the image is started as its configuration says. */
  readonly isUnreachableAsserted?: boolean;
  /** Whether the user left files of the target out. */
  readonly isViewPartial?: boolean;
}

/**
 * One voice that speaks on findings: the user's ignore rules, the statements of VEX documents, or
 * what the program derives itself.
 */
export interface Decider {
  /** What it says on a finding, the one that counts most first; empty: nothing. */
  decide(one: Case): readonly Decision[];
  /**
   * What a person should know after all findings were seen: rules without use, statements that
   * fitted nothing with their nearest miss, decisions that no longer hold.
   */
  alerts(): readonly Alert[];
}
