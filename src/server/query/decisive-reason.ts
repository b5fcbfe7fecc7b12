import type { GateResult } from '../../foundation/core/verdict.ts';

/**
 * Returns the part of the reason of a gate that decides. A gate without an answer first states that
 * nothing fails it, and then which data is missing.
 */
export function pickDecisiveReason({ outcome, reason }: GateResult): string {
  const [first = '', ...others] = reason.split('; ');
  return outcome === 'unknown' && others.length > 0 ? others.join('; ') : first;
}
