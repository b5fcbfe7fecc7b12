import { present } from '../../core/assert.ts';
import type { VexDocument } from '../../core/decision.ts';
import type { Findings } from '../../core/finding.ts';
import type { Inventory } from '../../core/inventory.ts';
import { createVexDecider, type StatementOutcome } from './vex-decider.ts';

/**
 * Returns the outcomes of every statement for all findings, regardless of other decisions: open
 * ones, and those suppressed by a decision or ignored by matching.
 */
export function listStatementOutcomes(
  documents: readonly VexDocument[],
  inventory: Inventory,
  { findings, dispositioned = [], ignored }: Findings,
): readonly StatementOutcome[] {
  const decider = createVexDecider(documents, inventory);
  const packages = new Map(inventory.packages.map((one) => [one.key, one]));
  const all = [
    ...findings,
    ...dispositioned.map(({ finding }) => finding),
    ...ignored.map(({ finding }) => finding),
  ];
  for (const finding of all) {
    const item = present(packages.get(finding.packageKey), 'the package of a finding');
    decider.decide({ finding, package: item });
  }
  return decider.listOutcomes();
}
