import { present } from '../../foundation/core/assert.ts';
import type { Assessment } from '../../foundation/core/assessment.ts';
import { SEVERITIES, type SeverityWord } from '../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { evaluateRule, openSubjects } from './evaluate-rule.ts';
import type { Test } from './expression/test.ts';
import type { SubjectKind, SubjectList } from './fact.ts';
import type { Condition } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** A gate as a rule with the action `fail`. */
interface RuleGate<Subject> extends SubjectList<Subject> {
  /** Kind of its subjects. */
  readonly kind: 'finding' | 'change';
  readonly conditions: readonly Condition[];
}

/** The outcome of the rule, and each subject for which it fired. */
export interface RuleGateResult<Subject> {
  readonly outcome: Extract<PolicyOutcome, 'pass' | 'unknown' | 'fail'>;
  readonly failing: readonly Subject[];
}

/** Steps for one gate: each condition of each subject takes one. */
const STEPS = 100_000_000;

/** Evaluates a gate with the engine of policies. */
export function judgeRuleGate<Subject>(
  id: string,
  { kind, conditions, subjects, missing }: RuleGate<Subject>,
  assessment: Assessment,
): RuleGateResult<Subject> {
  const input = { assessment, now: '', areFilesListed: false };
  const base = present(
    subjectKinds.find((one) => one.id === kind),
    'the kind of subject of a gate',
  );
  // Positions are keys: two changes may have the same name.
  const positions = new Map(subjects.map((subject, index) => [subject, index]));
  const listed: SubjectKind<Subject> = {
    ...base,
    list: () => ({ subjects, missing }),
    identify: (subject) => ({ key: String(positions.get(subject)) }),
  };
  const rule = {
    id,
    source: `--${id}`,
    subject: kind,
    quantifier: 'some',
    conditions,
    action: 'fail',
    mode: 'enforce',
  } as const;
  const { outcome, matches } = evaluateRule(rule, openSubjects(listed, input), {
    input,
    exceptions: { entries: [] },
    budget: { left: STEPS },
  });
  const failed = new Set(matches.filter((one) => one.outcome === 'fail').map((one) => one.subject));
  return {
    outcome: outcome === 'warn' ? 'fail' : outcome,
    failing: subjects.filter((_, index) => failed.has(String(index))),
  };
}

/** Creates the condition that a fact has one of some values. */
export function createCondition(
  fact: string,
  ...values: readonly (string | number | boolean)[]
): Condition {
  return createTestCondition(fact, values.join(', '), { kind: 'one-of', values });
}

/** Creates the conditions for a severity; an unrated finding does not meet them. */
export function createSeverityConditions(threshold: SeverityWord): readonly Condition[] {
  if (threshold === 'unknown') {
    return [];
  }
  const [, ...words] = SEVERITIES;
  const accepted = words.slice(words.indexOf(threshold));
  return [
    createCondition('rated', true),
    createTestCondition('severity', `${threshold} or worse`, { kind: 'scale', words, accepted }),
  ];
}

/** Creates the condition that a fact has none of some values. */
export function createExclusion(fact: string, ...values: readonly string[]): Condition {
  const test: Test = { kind: 'not', test: { kind: 'one-of', values } };
  return createTestCondition(fact, `not ${values.join(', ')}`, test);
}

function createTestCondition(fact: string, form: string, test: Test): Condition {
  return { text: `${fact}: ${form}`, fact, expression: { kind: 'test', fact, test } };
}
