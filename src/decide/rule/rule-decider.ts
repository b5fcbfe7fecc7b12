import type { Decision } from '../../core/decision.ts';
import { defined } from '../../core/defined.ts';
import type { Alert } from '../../core/finding.ts';
import type { IgnoreFile, IgnoreRule } from '../../core/ignore-rule.ts';
import type { Case, Decider } from '../decider.ts';
import { isRuleMatch } from './rule-match.ts';

/** The reason why a rule is no longer in effect. */
type Ended = { readonly message: string } | undefined;

/**
 * Creates the decider for the user's ignore rules. A rule has no effect if it expired or if a fix
 * is available: the finding comes back with an alert. Rules without a match are reported, too.
 */
export function createRuleDecider(files: readonly IgnoreFile[], now: string | undefined): Decider {
  const rules = files.flatMap((file) => file.rules);
  const used = new Set<IgnoreRule>();
  const ended = new Map<IgnoreRule, string>();
  return {
    decide: (one) =>
      rules
        .filter((rule) => isRuleMatch(rule, one))
        .flatMap((rule) => {
          used.add(rule);
          const end = findEnd(rule, one, now);
          if (end !== undefined) {
            ended.set(rule, end.message);
          }
          return [toDecision(rule, end)];
        }),
    listAlerts: () => [
      ...files.flatMap(({ problems }) =>
        problems.map(
          (message): Alert => ({ kind: 'statement-not-understood', message, packageKeys: [] }),
        ),
      ),
      ...rules.flatMap((rule) => createAlerts(rule, used, ended)),
    ],
  };
}

/** Returns whether a rule is no longer in effect, whatever it matches. */
export function hasExpired(
  { expiresAt }: Pick<IgnoreRule, 'expiresAt'>,
  now: string | undefined,
): boolean {
  return expiresAt !== undefined && now !== undefined && Date.parse(now) >= Date.parse(expiresAt);
}

function findEnd(
  { expiresAt, isUntilFixed, source }: IgnoreRule,
  { finding }: Case,
  now: string | undefined,
): Ended {
  if (expiresAt !== undefined && hasExpired({ expiresAt }, now)) {
    return { message: `${source} expired on ${expiresAt.slice(0, 10)}` };
  }
  return isUntilFixed && finding.fixState === 'fixed'
    ? { message: `${source} expired: a fix is available` }
    : undefined;
}

function toDecision(rule: IgnoreRule, end: Ended): Decision {
  const { reason, owner, ticket, expiresAt, source } = rule;
  const explanation = reason ?? 'the rule has no reason';
  return {
    kind: 'rule',
    effect: end === undefined ? 'set-aside' : 'suggestion',
    status: end === undefined ? 'affected' : 'under_investigation',
    reason: end === undefined ? explanation : `${explanation} (${end.message})`,
    author: owner ?? 'not named',
    source,
    ...defined({ ticket, expiresAt }),
    trace: ['every condition of the rule matches'],
  };
}

function createAlerts(
  rule: IgnoreRule,
  used: ReadonlySet<IgnoreRule>,
  ended: ReadonlyMap<IgnoreRule, string>,
): readonly Alert[] {
  const message = ended.get(rule);
  if (message !== undefined) {
    return [{ kind: 'rule-expired', message, packageKeys: [] }];
  }
  const about = rule.vulnerabilities.join(', ');
  return used.has(rule)
    ? []
    : [
        {
          kind: 'rule-unused',
          message: `${rule.source}${about === '' ? '' : ` (${about})`} matches no finding`,
          packageKeys: [],
        },
      ];
}
