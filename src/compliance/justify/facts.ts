import { hash } from 'node:crypto';
import type {
  CoveredItem,
  Justification,
  JustifiedFacts,
} from '../../foundation/core/justification.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';

/** Creates facts; those without a value are left out. */
export function createFacts(
  members: Readonly<Record<string, string | number | undefined>>,
): JustifiedFacts {
  return new Map(
    Object.entries(members).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)] as const],
    ),
  );
}

/**
 * Returns the digest of the evidence of a justification: whoever edits the evidence after it was
 * written must edit the digest, too.
 */
export function digestEvidence({
  id,
  change,
  evidence,
  covers,
}: Pick<Justification, 'id' | 'change' | 'evidence' | 'covers'>): string {
  const text = canonicalizeJson({
    id,
    change,
    evidence: toPairs(evidence),
    covers: covers.map((one: CoveredItem) => [one.id, toPairs(one.evidence)]),
  });
  return `sha256:${hash('sha256', text)}`;
}

function toPairs(facts: JustifiedFacts): readonly (readonly [string, string])[] {
  return [...facts];
}

/**
 * Describes each recorded fact that differs now. A fact that was recorded and is not known now has
 * changed; one that was not recorded decides nothing.
 */
export function listFactChanges(
  recorded: JustifiedFacts,
  current: JustifiedFacts,
): readonly string[] {
  return [...recorded].flatMap(([name, before]) => {
    const after = current.get(name);
    if (after === before) {
      return [];
    }
    return [
      after === undefined
        ? `${name}: was ${shorten(before)}, is not known now`
        : `${name}: ${shorten(before)} → ${shorten(after)}`,
    ];
  });
}

const SHOWN_CHARS = 60;
const DIGEST_CHARS = 19;

/** Digests are recognized by their first digits. */
function shorten(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) {
    return text.slice(0, DIGEST_CHARS);
  }
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
