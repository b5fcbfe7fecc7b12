import { idsOf } from './identity.ts';
import type { Candidate, IgnoreRule, MatchContext, Silence, Subject } from './matcher.ts';

/** The rules of the matcher whose conditions on a package hold for this one. */
export function builtInRulesFor(
  { package: item, matcher }: Pick<Subject, 'package' | 'matcher'>,
  context: MatchContext,
): readonly IgnoreRule[] {
  return matcher.ignoreRules.filter(
    (rule) =>
      context.strategy.verdicts.usesRule(rule) &&
      (rule.packageName === undefined || rule.packageName.test(item.name)) &&
      (rule.isFor === undefined || rule.isFor(item)) &&
      (rule.isOfContainers !== true || context.isContainer) &&
      (rule.sourceName === undefined ||
        item.upstreams.some((upstream) => rule.sourceName?.test(upstream.name))),
  );
}

/** The first of these rules that says a candidate is known to be wrong. */
export function ruleAgainst(
  candidate: Candidate,
  rules: readonly IgnoreRule[],
  context: MatchContext,
): IgnoreRule | undefined {
  const { toRuleIds } = context.strategy.verdicts;
  const isOf = (id: string): boolean => toRuleIds(idsOf(candidate.advisory, context)).includes(id);
  return rules.find(
    (rule) =>
      (rule.vulnerabilities === undefined || rule.vulnerabilities.some(isOf)) &&
      (rule.kind === undefined || candidate.reasons.some((reason) => reason.kind === rule.kind)),
  );
}

/** What silences which id, for whom. */
export interface SilenceIndex {
  /** The name of the rule that sets a candidate aside, if one does. */
  ruleFor(candidate: Candidate, samePackage: string, owners: readonly string[]): string | undefined;
}

/**
 * Silences by the id that they name and whom they reach. `sameKeyOf` gives packages of one name,
 * version and type the same key.
 */
export function indexSilences(
  silences: readonly Silence[],
  context: MatchContext,
  sameKeyOf: (packageKey: string) => string,
): SilenceIndex {
  const rules = new Map<string, string>();
  for (const silence of silences) {
    const reach = silence.reach === 'owned' ? silence.packageKey : sameKeyOf(silence.packageKey);
    for (const id of silence.statements.flatMap((one) => idsOf(one, context))) {
      const key = `${silence.reach} ${id} ${reach}`;
      if (!rules.has(key)) {
        rules.set(key, silence.rule);
      }
    }
  }
  return {
    ruleFor(candidate, samePackage, owners) {
      for (const id of idsOf(candidate.advisory, context)) {
        const keys = [
          `same ${id} ${samePackage}`,
          ...owners.map((owner) => `owned ${id} ${owner}`),
        ];
        const key = keys.find((one) => rules.has(one));
        if (key !== undefined) {
          return rules.get(key);
        }
      }
      return undefined;
    },
  };
}
