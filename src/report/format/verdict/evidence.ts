import { assessCompleteness } from '../../../foundation/core/assessment.ts';
import type { ControlResult } from '../../../foundation/core/control.ts';
import type {
  ConditionProof,
  FactProof,
  PolicyVerdict,
  RuleProof,
  SubjectProof,
} from '../../../foundation/core/policy-verdict.ts';
import type { VerdictHistory, VerdictReport } from '../../../foundation/core/verdict-format.ts';

/** A gap in the evaluation, with the controls and rules that it leaves open. */
export interface OpenPart {
  readonly reason: string;
  /** Keys of controls, or IDs of rules whose controls are not among them. */
  readonly names: readonly string[];
}

/**
 * Lists everything that could not be evaluated, grouped by reason: gaps of the coverage, controls
 * that are unknown, and unknown rules that none of these controls names.
 */
export function listOpenParts({ verdict, assessment }: VerdictReport): readonly OpenPart[] {
  const names = new Map<string, string[]>();
  const addReason = (reason: string, name: string): void => {
    names.set(reason, [...(names.get(reason) ?? []), name]);
  };
  const controls = (verdict.controls ?? []).filter(({ status }) => status === 'unknown');
  for (const { key, reasons } of controls) {
    addReason(reasons.map(removeRuleName).join('; '), key);
  }
  const named = new Set(controls.flatMap(({ rules }) => rules));
  for (const proof of verdict.rules) {
    if (proof.outcome === 'unknown' && !named.has(proof.rule)) {
      addReason(listUnknownReasons(proof).slice(0, 3).join('; '), proof.rule);
    }
  }
  const gaps = assessCompleteness(assessment).reasons.map(({ reason }) => ({ reason, names: [] }));
  return [...gaps, ...[...names].map(([reason, list]) => ({ reason, names: list }))];
}

/** Lists the controls that wait for the answer of a person. */
export function listUnanswered({ verdict }: VerdictReport): readonly ControlResult[] {
  return (verdict.controls ?? []).filter(({ status }) => status === 'unanswered');
}

/** Many rules are unknown for the same reason; the reason alone groups them. */
function removeRuleName(reason: string): string {
  return reason.replace(/^[a-z0-9-]+: /, '');
}

/** Returns why a rule could not be evaluated. */
export function listUnknownReasons({ matches, missing }: RuleProof): readonly string[] {
  const facts = matches
    .filter(({ outcome }) => outcome === 'unknown')
    .flatMap(({ conditions }) => conditions.flatMap(({ values }) => values))
    .flatMap(({ unknown }) => unknown ?? []);
  return [...new Set([...missing, ...facts])];
}

/** A date on which something becomes due or ends. */
export interface DueLine {
  /** RFC 3339. */
  readonly date: string;
  readonly text: string;
}

const DUE_MAX = 8;

/** Lists the next due dates, the earliest first; dates that have passed are included. */
export function listDueNext({ verdict }: VerdictReport): readonly DueLine[] {
  const { controls = [], exceptions, statements = [], nextChange } = verdict;
  const due = Map.groupBy(
    controls.filter(({ dueAt, status }) => dueAt !== undefined && status !== 'not-applicable'),
    ({ dueAt = '' }) => dueAt,
  );
  const lines: readonly DueLine[] = [
    ...[...due].map(([date, list]) => ({
      date,
      text: `a vulnerability is due by ${list.map(({ key }) => key).join(', ')}`,
    })),
    ...exceptions
      .filter(({ state }) => state === 'used')
      .map(({ expires, rule, about }) => ({
        date: expires,
        text: `the exception for ${rule} (${about}) ends`,
      })),
    ...statements
      .filter(({ state }) => state === 'used')
      .map(({ expires, control, by }) => ({
        date: expires,
        text: `the statement of ${by} about ${control} ends`,
      })),
    ...(nextChange?.date === undefined
      ? []
      : [
          {
            date: nextChange.date,
            text: `the verdict changes by date alone: ${nextChange.reason}`,
          },
        ]),
  ];
  return lines
    .toSorted((left, right) => Date.parse(left.date) - Date.parse(right.date))
    .slice(0, DUE_MAX);
}

/** Describes the change of a control since an earlier verdict, with its causes. */
export function describeControlChange(
  { key, status, rules }: ControlResult,
  history: VerdictHistory | undefined,
): string | undefined {
  if (history === undefined) {
    return undefined;
  }
  const before = history.controls.get(key);
  const day = history.since.slice(0, 10);
  if (before === undefined) {
    return `not evaluated on ${day}`;
  }
  const own = history.changes.filter(({ rule }) => rules.includes(rule));
  const causes = [...new Set(own.flatMap((change) => change.causes))];
  const cause = causes.length === 0 ? '' : `; cause: ${causes.join(' or ')}`;
  const subjects = own.flatMap(({ subject, before: from, after }) =>
    subject === undefined ? [] : [`${subject} was ${from}, is ${after}`],
  );
  const more = subjects.length > 3 ? ` and ${subjects.length - 3} more` : '';
  const details = subjects.length === 0 ? '' : ` (${subjects.slice(0, 3).join(', ')}${more})`;
  return before === status
    ? `${status} as on ${day}${cause}${details}`
    : `was ${before} on ${day}${cause}${details}`;
}

/** A subject with every rule that did not pass for it. */
export interface SubjectEvidence {
  readonly title: string;
  readonly failed: readonly string[];
  readonly unknown: readonly string[];
  readonly accepted: readonly string[];
  /** Values of the facts that decided, without repetitions. */
  readonly values: readonly string[];
}

/** Lists each subject once, with the rules that fired for it or could not be evaluated. */
export function listSubjectEvidence({ rules }: PolicyVerdict): readonly SubjectEvidence[] {
  const found = new Map<string, { title: string; pairs: [RuleProof, SubjectProof][] }>();
  for (const rule of rules) {
    for (const match of rule.matches) {
      const entry = found.get(match.subject) ?? { title: match.title, pairs: [] };
      entry.pairs.push([rule, match]);
      found.set(match.subject, entry);
    }
  }
  return [...found.values()].map(({ title, pairs }) => {
    const listRules = (isWanted: (match: SubjectProof) => boolean): readonly string[] =>
      pairs.filter(([, match]) => isWanted(match)).map(([{ rule }]) => rule);
    const conditions = pairs.flatMap(([, match]) => match.conditions);
    return {
      title,
      failed: listRules(({ outcome }) => outcome === 'fail' || outcome === 'warn'),
      unknown: listRules(({ outcome }) => outcome === 'unknown'),
      accepted: listRules(({ outcome }) => outcome === 'pass'),
      values: listValues(conditions),
    };
  });
}

const VALUE_CHARS_MAX = 160;

/** Formats the values of the facts: `severity high (advisory DSA-1)`. */
export function listValues(conditions: readonly ConditionProof[]): readonly string[] {
  const texts = conditions.flatMap(({ values }) => values).map(formatValue);
  return [...new Set(texts.filter((text) => text !== ''))];
}

function formatValue({ fact, value, evidence = {}, unknown }: FactProof): string {
  if (unknown !== undefined) {
    return `${fact} unknown`;
  }
  const plain = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(2) : value;
  const text = Array.isArray(plain) ? plain.join(', ') : String(plain ?? '');
  const origin = Object.entries(evidence).map(([name, one]) => `${name} ${one}`.trim());
  const all = `${fact} ${text}${origin.length === 0 ? '' : ` (${origin.join(', ')})`}`.trim();
  return all.length <= VALUE_CHARS_MAX ? all : `${all.slice(0, VALUE_CHARS_MAX)}…`;
}
