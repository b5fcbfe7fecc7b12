import { compareText } from '../../foundation/core/compare-text.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import type { GateResult } from '../../foundation/core/verdict.ts';

/** Creates the result of a gate that cannot be evaluated. */
export function createUnknownResult(gate: string, reason: string): GateResult {
  return { gate, outcome: 'unknown', reason, failedBy: [] };
}

/** Lists findings in a fixed order: by package key, then by ID. */
export function listFailing(findings: readonly Finding[]): GateResult['failedBy'] {
  return findings
    .map(({ packageKey, id }) => ({ packageKey, id }))
    .toSorted(
      (left, right) =>
        compareText(left.packageKey, right.packageKey) || compareText(left.id, right.id),
    );
}
