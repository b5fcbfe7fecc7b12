import type { IgnoreRule, PackagePattern, RulePattern } from '../../core/ignore-rule.ts';
import type { JsonRecord } from '../../syntax/json/member.ts';

/** A rule of which only what a file says is given. */
export type RuleSeed = Partial<Omit<IgnoreRule, 'package'>> & {
  readonly source: string;
  readonly package?: PackagePattern;
};

/** A rule that means every package, whatever the state of its fix, unless the seed says more. */
export function ruleOf(seed: RuleSeed): IgnoreRule {
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

/** `*` and `?` make a glob of a text. */
export function globPattern(text: string | undefined): RulePattern | undefined {
  return text === undefined
    ? undefined
    : { kind: /[*?]/.test(text) ? 'glob' : 'text', value: text };
}

/** Names of members that a record has and nobody reads, as a sentence's rest; none: `undefined`. */
export function unknownMembers(record: JsonRecord, known: readonly string[]): string | undefined {
  const unknown = Object.keys(record).filter((name) => !known.includes(name));
  return unknown.length === 0 ? undefined : `unknown keys: ${unknown.join(', ')}`;
}
