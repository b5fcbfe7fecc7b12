import { evaluate as evaluateBy } from '../../assess/evaluate.ts';
import type { AdvisoryDatabase } from '../../foundation/core/advisory.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Progress } from '../../foundation/core/progress.ts';
import { createGrypeStrategy } from '../compat/grype/parity/grype-strategy.ts';

export interface EvaluateOptions {
  /** Return Grype's result if ours differs on purpose. */
  readonly isParity?: boolean;
  /** Use the CVEs of findings as their IDs, with the CVEs' records. */
  readonly isByCve?: boolean;
  /** RFC 3339; the time at which end of life is judged. */
  readonly now?: string;
  readonly progress?: Progress;
}

/** Matches an inventory against an open database. */
export function evaluate(
  inventory: Inventory,
  database: AdvisoryDatabase,
  options: EvaluateOptions = {},
): Findings {
  const { isParity = false, ...rest } = options;
  const strategy = isParity ? { strategy: createGrypeStrategy() } : {};
  return evaluateBy(inventory, database, { ...rest, ...strategy });
}
