import type { IgnoreRule, PackagePattern, RulePattern } from '../../core/ignore-rule.ts';
import type { JsonRecord } from '../../syntax/json/member.ts';

/** A rule with only the members from a file. */
export type RuleSeed = Partial<Omit<IgnoreRule, 'package'>> & {
  readonly source: string;
  readonly package?: PackagePattern;
};

/** Creates a rule for every package and fix state, unless the seed limits it. */
export function createRule(seed: RuleSeed): IgnoreRule {
  return {
    vulnerabilities: [],
    isAliasEnough: true,
    package: {},
    fixStates: [],
    matchKinds: [],
    isUntilFixed: false,
    ...seed,
  };
}

/** Creates a glob if the text contains `*` or `?`. */
export function toGlobPattern(text: string | undefined): RulePattern | undefined {
  return text === undefined
    ? undefined
    : { kind: /[*?]/.test(text) ? 'glob' : 'text', value: text };
}

/**
 * Returns the names of a record's unknown members as the rest of a sentence; `undefined` if there
 * are none.
 */
export function formatUnknownMembers(
  record: JsonRecord,
  known: readonly string[],
): string | undefined {
  const unknown = Object.keys(record).filter((name) => !known.includes(name));
  return unknown.length === 0 ? undefined : `unknown keys: ${unknown.join(', ')}`;
}
