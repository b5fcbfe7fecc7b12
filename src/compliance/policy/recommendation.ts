import type { SubjectProof } from '../../foundation/core/policy-verdict.ts';
import type { OpenSubject } from './judge-condition.ts';
import type { Rule } from './policy.ts';

const PLACEHOLDER = /\{([a-z-]{1,64})\}/g;

/** Lists the facts that a recommendation names, such as `package` in `update {package}`. */
export function listPlaceholders(recommendation: string): readonly string[] {
  return [...recommendation.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []);
}

/**
 * Returns the recommendation of a rule with the facts of its first subject that fired in the place
 * of `{package}` and others; `undefined` if there is none.
 */
export function fillRecommendation(
  { recommendation, action }: Rule,
  subjects: readonly OpenSubject[],
  matches: readonly SubjectProof[],
): string | undefined {
  const first = matches.find(({ outcome }) => outcome === action);
  if (recommendation === undefined || first === undefined) {
    return recommendation;
  }
  const subject = subjects.find(({ identity }) => identity.key === first.subject);
  return recommendation.replace(PLACEHOLDER, (text, name: string) => {
    const { value } = subject?.facts.prove(name) ?? {};
    return value === undefined ? text : String(value);
  });
}
