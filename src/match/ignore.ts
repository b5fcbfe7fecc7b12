import { listAdvisoryIds } from './identity.ts';
import type { Candidate, IgnoreRule, MatchContext, Subject, Suppression } from './matcher.ts';

/** Returns the matcher's rules whose conditions apply to a package. */
export function selectBuiltInRules(
  { package: item, matcher }: Pick<Subject, 'package' | 'matcher'>,
  context: MatchContext,
): readonly IgnoreRule[] {
  return matcher.ignoreRules.filter(
    (rule) =>
      context.strategy.verdicts.shouldUseRule(rule) &&
      (rule.packageName === undefined || rule.packageName.test(item.name)) &&
      (rule.isPackageMatch === undefined || rule.isPackageMatch(item)) &&
      (rule.isForContainers !== true || context.isContainer) &&
      (rule.sourceName === undefined ||
        item.upstreams.some((upstream) => rule.sourceName?.test(upstream.name))),
  );
}

/** Returns the first rule that ignores a candidate. */
export function findIgnoreRule(
  candidate: Candidate,
  rules: readonly IgnoreRule[],
  context: MatchContext,
): IgnoreRule | undefined {
  const { toRuleIds } = context.strategy.verdicts;
  const isCandidateId = (id: string): boolean =>
    toRuleIds(listAdvisoryIds(candidate.advisory, context)).includes(id);
  return rules.find(
    (rule) =>
      (rule.vulnerabilities === undefined || rule.vulnerabilities.some(isCandidateId)) &&
      (rule.kind === undefined || candidate.reasons.some((reason) => reason.kind === rule.kind)),
  );
}

/** Suppressions by ID and package. */
export interface SuppressionIndex {
  /** Returns the name of the rule that suppresses a candidate, if any. */
  findSuppressingRule(
    candidate: Candidate,
    samePackage: string,
    owners: readonly string[],
  ): string | undefined;
}

/**
 * Indexes suppressions by ID and affected package. `toSameKey` returns the same key for packages
 * with the same name, version and type.
 */
export function indexSuppressions(
  suppressions: readonly Suppression[],
  context: MatchContext,
  toSameKey: (packageKey: string) => string,
): SuppressionIndex {
  const rules = new Map<string, string>();
  for (const suppression of suppressions) {
    const reach =
      suppression.reach === 'owned' ? suppression.packageKey : toSameKey(suppression.packageKey);
    for (const id of suppression.statements.flatMap((one) => listAdvisoryIds(one, context))) {
      const key = `${suppression.reach} ${id} ${reach}`;
      if (!rules.has(key)) {
        rules.set(key, suppression.rule);
      }
    }
  }
  return {
    findSuppressingRule(candidate, samePackage, owners) {
      for (const id of listAdvisoryIds(candidate.advisory, context)) {
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
