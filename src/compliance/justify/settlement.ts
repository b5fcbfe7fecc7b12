import { isOpenChange } from '../../hardening/compare/decide-differences.ts';
import type { DifferenceDecision } from '../../hardening/compare/difference.ts';
import type { JustificationItem } from './item.ts';

/** Returns the source of a decision in force that settles a change, such as a rule of `--accept`. */
export function readSettlement(
  decision: DifferenceDecision | undefined,
): Pick<JustificationItem, 'settledBy'> {
  return decision === undefined || isOpenChange({ decision })
    ? {}
    : { settledBy: { author: decision.author, source: decision.source } };
}
