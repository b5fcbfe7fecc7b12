import type { VexDocument } from '../foundation/core/decision.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { IgnoreFile } from '../foundation/core/ignore-rule.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { decideFindings } from '../vulnerability/decide/decide-findings.ts';
import type { Decider, DecisionContext } from '../vulnerability/decide/decider.ts';
import { createOwnDecider } from '../vulnerability/decide/derive/own-decider.ts';
import { createFilterDecider, type FilterOptions } from '../vulnerability/decide/filter-decider.ts';
import { createRuleDecider } from '../vulnerability/decide/rule/rule-decider.ts';
import { createVexDecider } from '../vulnerability/decide/vex/vex-decider.ts';
import { withReach } from './with-reach.ts';

export interface DecideOptions {
  readonly filters: FilterOptions;
  readonly ignoreFiles: readonly IgnoreFile[];
  /** Creates the decider for signed justifications; absent if there are none. */
  createJustifier?(context: DecisionContext): Decider;
  readonly vexDocuments: readonly VexDocument[];
  /** VEX documents in or beside the target: they apply if none of the above makes a statement. */
  readonly targetVexDocuments?: readonly VexDocument[];
  /** Whether the program may justify findings itself, from bytes and advisories. */
  readonly isDerived: boolean;
  /** Whether unreachable packages may be ignored, too. */
  readonly isUnreachableAsserted?: boolean;
  /** Whether the user excluded files of the target: then files prove nothing. */
  readonly isViewPartial?: boolean;
  /** RFC 3339; decisions expire by it. */
  readonly now?: string;
}

/** Decides which findings still need a person, and why the others do not. */
export function decide(found: Findings, inventory: Inventory, options: DecideOptions): Findings {
  const { filters, ignoreFiles, vexDocuments, isDerived, now } = options;
  const { isUnreachableAsserted, isViewPartial, targetVexDocuments = [] } = options;
  const findings = withReach(found, inventory);
  const surroundings: DecisionContext = {
    inventory,
    findings,
    ...defined({ now, isUnreachableAsserted, isViewPartial }),
  };
  const deciders: Decider[] = [
    createFilterDecider(filters),
    createRuleDecider(ignoreFiles, now),
    ...(options.createJustifier === undefined ? [] : [options.createJustifier(surroundings)]),
    ...[vexDocuments, targetVexDocuments]
      .filter((documents) => documents.length > 0)
      .map((documents) => createVexDecider(documents, inventory)),
    ...(isDerived && findings.findings.length > 0 ? [createOwnDecider(surroundings)] : []),
  ];
  return decideFindings(findings, inventory, deciders);
}
