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

/** Names of the rules by suppressed ID. */
export type SuppressedIds = ReadonlyMap<string, string>;

/** Indexes suppressions with the same effect by ID; the first rule for an ID counts. */
export function indexSuppressions(
  suppressions: readonly Suppression[],
  context: MatchContext,
): SuppressedIds {
  const rules = new Map<string, string>();
  for (const { rule, statements } of suppressions) {
    for (const id of statements.flatMap((one) => listAdvisoryIds(one, context))) {
      rules.set(id, rules.get(id) ?? rule);
    }
  }
  return rules;
}

/** Returns the name of the first rule in the indexes that suppresses a candidate, if any. */
export function findSuppressingRule(
  candidate: Candidate,
  indexes: readonly SuppressedIds[],
  context: MatchContext,
): string | undefined {
  const used = indexes.filter(({ size }) => size > 0);
  if (used.length === 0) {
    return undefined;
  }
  for (const id of listAdvisoryIds(candidate.advisory, context)) {
    const index = used.find((one) => one.has(id));
    if (index !== undefined) {
      return index.get(id);
    }
  }
  return undefined;
}
