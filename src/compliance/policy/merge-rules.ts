import type { Policy, Rule } from './policy.ts';

/**
 * Keeps one copy of each rule that several packs share, so that it is evaluated once and one
 * exception accepts it. The strictest action and mode of all copies count.
 */
export function mergePackRules(policies: readonly Policy[]): readonly Policy[] {
  const copies = new Map<string, readonly Rule[]>();
  for (const { pack, rules } of policies) {
    for (const rule of pack === undefined ? [] : rules) {
      const key = describeRule(rule);
      copies.set(key, [...(copies.get(key) ?? []), rule]);
    }
  }
  const kept = new Set<string>();
  return policies.map((policy) => {
    if (policy.pack === undefined) {
      return policy;
    }
    const rules = policy.rules.flatMap((rule) => {
      const key = describeRule(rule);
      if (kept.has(key)) {
        return [];
      }
      kept.add(key);
      return [mergeCopies(rule, copies.get(key) ?? [])];
    });
    return { ...policy, rules };
  });
}

function mergeCopies(rule: Rule, copies: readonly Rule[]): Rule {
  const enforced = copies.filter(({ mode }) => mode === 'enforce');
  const counted = enforced.length > 0 ? enforced : copies;
  return {
    ...rule,
    action: counted.some(({ action }) => action === 'fail') ? 'fail' : 'warn',
    mode: enforced.length > 0 ? 'enforce' : 'log',
  };
}

/** Equal for rules that fire for the same subjects. */
function describeRule({ id, subject, quantifier, conditions, from, until }: Rule): string {
  const texts = conditions.map(({ text }) => text);
  return JSON.stringify([id, subject, quantifier, texts, from, until]);
}
