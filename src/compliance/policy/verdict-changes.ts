import type { PolicyVerdict, VerdictInputs } from '../../foundation/core/policy-verdict.ts';
import type { VerdictHistory } from '../../foundation/core/verdict-format.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import type { EarlierVerdict } from './replay.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** Causes of different outcomes. `program`: none that the verdicts record. */
export const CAUSES = [
  'policy',
  'image',
  'data',
  'decision',
  'facts',
  'ledger',
  'dockerfile',
  'results',
  'package-lists',
  'lifecycles',
  'attestations',
  'baseline',
  'statements',
  'time',
  'program',
] as const;

export type ChangeCause = (typeof CAUSES)[number];

/** An input that differs between two verdicts. */
export interface ChangedInput {
  readonly cause: ChangeCause;
  readonly before: string;
  readonly after: string;
}

/** A rule or a subject whose outcome differs. */
export interface OutcomeChange {
  readonly rule: string;
  /** Absent for the rule as a whole. */
  readonly subject?: string;
  readonly before: string;
  readonly after: string;
  /** One if the evidence shows it; several if each of them may be the cause. */
  readonly causes: readonly ChangeCause[];
}

/** The difference between two verdicts. */
export interface VerdictChanges {
  readonly before: string;
  readonly after: string;
  readonly inputs: readonly ChangedInput[];
  readonly changes: readonly OutcomeChange[];
}

/** Findings follow from the other inputs. */
const INPUTS: Readonly<Record<Exclude<keyof VerdictInputs, 'findings'>, ChangeCause>> = {
  inventory: 'image',
  database: 'data',
  decisions: 'decision',
  justifications: 'decision',
  facts: 'facts',
  ledger: 'ledger',
  dockerfile: 'dockerfile',
  results: 'results',
  packageLists: 'package-lists',
  lifecycles: 'lifecycles',
  attestations: 'attestations',
  baseline: 'baseline',
  statements: 'statements',
};

/** Outcome of a rule or subject that a verdict does not list. */
const ABSENT = 'absent';

/** Compares two verdicts of `check -o json`, and names the cause of each difference. */
export function compareVerdicts(older: EarlierVerdict, newer: EarlierVerdict): VerdictChanges {
  const inputs = listChangedInputs(older, newer);
  const [before, after] = [older, newer].map(({ document }) => toRuleMap(document));
  const rules = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return {
    before: getText(older.document, 'outcome'),
    after: getText(newer.document, 'outcome'),
    inputs,
    changes: [...rules].flatMap((rule) =>
      compareRule(rule, [before?.get(rule), after?.get(rule)], inputs),
    ),
  };
}

/** Describes the changes of a verdict since an earlier one, for reports. */
export function describeHistory(older: EarlierVerdict, verdict: PolicyVerdict): VerdictHistory {
  const document = parseJson(JSON.stringify(verdict));
  const newer = {
    evaluatedAt: verdict.evaluatedAt,
    document: isRecord(document) ? document : {},
  };
  const { before, inputs, changes } = compareVerdicts(older, newer);
  const controls = getRecords(older.document, 'controls').map((control): [string, string] => [
    getText(control, 'key'),
    getText(control, 'status'),
  ]);
  return { since: older.evaluatedAt, before, inputs, changes, controls: new Map(controls) };
}

function toRuleMap(document: JsonRecord): ReadonlyMap<string, JsonRecord> {
  return new Map(getRecords(document, 'rules').map((rule) => [getText(rule, 'rule'), rule]));
}

function listChangedInputs(older: EarlierVerdict, newer: EarlierVerdict): readonly ChangedInput[] {
  const [left, right] = [older, newer].map(({ document }) => getRecord(document, 'inputs') ?? {});
  const rows: readonly ChangedInput[] = [
    {
      cause: 'policy',
      before: formatPolicies(older.document),
      after: formatPolicies(newer.document),
    },
    ...Object.entries(INPUTS).map(([member, cause]) => {
      const [before, after] = [getText(left ?? {}, member), getText(right ?? {}, member)];
      return { cause, before: before || ABSENT, after: after || ABSENT };
    }),
    { cause: 'time', before: older.evaluatedAt, after: newer.evaluatedAt },
  ];
  return rows.filter(({ before, after }) => before !== after);
}

function formatPolicies(document: JsonRecord): string {
  return getRecords(document, 'policies')
    .map((one) => `${getText(one, 'name')} ${getText(one, 'version')} ${getText(one, 'digest')}`)
    .join(', ');
}

type Sides = readonly [before: JsonRecord | undefined, after: JsonRecord | undefined];

function compareRule(
  rule: string,
  sides: Sides,
  inputs: readonly ChangedInput[],
): readonly OutcomeChange[] {
  const [before, after] = sides.map((side) => getOutcome(side));
  const possible = listPossibleCauses(sides, inputs);
  const whole = { rule, before: before ?? ABSENT, after: after ?? ABSENT };
  if (sides.includes(undefined)) {
    return [{ ...whole, causes: possible }];
  }
  const subjects = compareSubjects(rule, sides, possible);
  const own = subjects.map(({ causes }) => causes);
  const causes = own.length === 0 ? possible : CAUSES.filter((one) => own.flat().includes(one));
  return before === after ? subjects : [{ ...whole, causes }, ...subjects];
}

function getOutcome(side: JsonRecord | undefined): string {
  return side === undefined ? ABSENT : getText(side, 'outcome');
}

/** The inputs that differ, and that the rule depends on. */
function listPossibleCauses(sides: Sides, inputs: readonly ChangedInput[]): readonly ChangeCause[] {
  const changed = inputs.map(({ cause }) => cause);
  const [before, after] = sides;
  if (before === undefined || after === undefined) {
    // A rule begins and ends with the policy, its dates, or the images that it is for.
    return addProgram(pickFirst(['policy', 'time', 'image'], changed));
  }
  if (formatDefinition(before) !== formatDefinition(after)) {
    return ['policy'];
  }
  const isTimed = [before, after].some(isTimeDependent);
  return addProgram(changed.filter((cause) => cause !== 'policy' && (cause !== 'time' || isTimed)));
}

function pickFirst(
  order: readonly ChangeCause[],
  changed: readonly ChangeCause[],
): readonly ChangeCause[] {
  const first = order.find((cause) => changed.includes(cause));
  return first === undefined ? [] : [first];
}

function addProgram(causes: readonly ChangeCause[]): readonly ChangeCause[] {
  return causes.length === 0 ? ['program'] : causes;
}

function formatDefinition(rule: JsonRecord): string {
  const parts = ['subject', 'quantifier', 'conditions', 'action', 'mode'];
  return canonicalizeJson(parts.map((name) => rule[name] ?? ''));
}

/** Returns whether a condition reads an age, or an exception was considered. */
function isTimeDependent(rule: JsonRecord): boolean {
  const kind = subjectKinds.find(({ id }) => id === getText(rule, 'subject'));
  const timed = (kind?.facts ?? []).filter(
    ({ type, changesAt }) =>
      (type.kind === 'amount' && type.unit === 'days') || changesAt !== undefined,
  );
  const reads = getRecords(rule, 'conditions').some((condition) => {
    const [fact, text] = [getText(condition, 'fact'), getText(condition, 'text')];
    return timed.some(({ name }) =>
      fact === '' ? text.includes(name.replaceAll('-', '_')) : fact === name,
    );
  });
  return (
    reads || getRecords(rule, 'matches').some((one) => getRecords(one, 'exceptions').length > 0)
  );
}

function compareSubjects(
  rule: string,
  sides: Sides,
  possible: readonly ChangeCause[],
): readonly OutcomeChange[] {
  const [before, after] = sides.map((side) =>
    side === undefined
      ? new Map<string, JsonRecord>()
      : new Map(getRecords(side, 'matches').map((one) => [getText(one, 'subject'), one])),
  );
  const keys = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...keys].flatMap((key): OutcomeChange[] => {
    const pair: Sides = [before?.get(key), after?.get(key)];
    const [left, right] = [describeSubject(pair[0]), describeSubject(pair[1])];
    const subject = getText(pair[1] ?? pair[0] ?? {}, 'title');
    return left === right
      ? []
      : [{ rule, subject, before: left, after: right, causes: explainSubject(pair, possible) }];
  });
}

/** A subject that a rule does not list passed, or does not exist. */
function describeSubject(side: JsonRecord | undefined): string {
  return side === undefined ? 'pass' : getText(side, 'outcome');
}

/** Uses the evidence of both sides to name one cause, if it can. */
function explainSubject(
  [before, after]: Sides,
  possible: readonly ChangeCause[],
): readonly ChangeCause[] {
  if (before === undefined || after === undefined) {
    return possible;
  }
  const [left, right] = [before, after].map((side) => getRecords(side, 'exceptions'));
  const sources = [left, right].map((list = []) => list.map((one) => getText(one, 'source')));
  if (sources[0]?.join('\n') !== sources[1]?.join('\n')) {
    return ['policy'];
  }
  const isExpired = (right ?? []).some((one, index) => {
    const was = left?.[index]?.['applies'];
    return was !== one['applies'] && getText(one, 'reason').startsWith('expired');
  });
  return isExpired ? ['time'] : possible;
}
