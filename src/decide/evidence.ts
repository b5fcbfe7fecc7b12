import { createHash } from 'node:crypto';
import { compareText } from '../core/compare-text.ts';
import type { EvidenceInput, EvidenceRecord } from '../core/decision.ts';
import { canonicalizeJson } from '../syntax/json/canonical-json.ts';

/**
 * Creates the sorted evidence of a derived decision, with a digest over rule, version and inputs:
 * records with equal digests are the same evidence.
 */
export function createEvidenceRecord(
  rule: { readonly id: string; readonly version: number },
  inputs: readonly EvidenceInput[],
): EvidenceRecord {
  const ordered = inputs
    .map((input) => ({ input, text: canonicalizeJson(input) }))
    .toSorted((left, right) => compareText(left.text, right.text));
  const text = canonicalizeJson([rule.id, rule.version, ordered.map((one) => one.input)]);
  return {
    rule: rule.id,
    ruleVersion: rule.version,
    inputs: ordered.map(({ input }) => input),
    digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
  };
}
