import { createHash } from 'node:crypto';
import { compareText } from '../core/compare-text.ts';
import type { EvidenceInput, EvidenceRecord } from '../core/decision.ts';

/**
 * What a derived decision rests on, in one order, with a digest over rule, version and inputs: two
 * records are the same evidence where the digests are equal.
 */
export function evidenceRecord(
  rule: { readonly id: string; readonly version: number },
  inputs: readonly EvidenceInput[],
): EvidenceRecord {
  const ordered = inputs
    .map((input) => ({ input, text: canonicalText(input) }))
    .toSorted((left, right) => compareText(left.text, right.text));
  const text = canonicalText([rule.id, rule.version, ordered.map((one) => one.input)]);
  return {
    rule: rule.id,
    ruleVersion: rule.version,
    inputs: ordered.map(({ input }) => input),
    digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
  };
}

/** JSON with the members of every object in order. RFC 8785, for texts and numbers. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member).toSorted(([left], [right]) => compareText(left, right)),
        )
      : member,
  );
}
