import { compareText } from '../../foundation/core/compare-text.ts';
import {
  type ControlEvidence,
  type ControlResult,
  type ControlStatus,
  isVerifiedMark,
  OPEN_PART,
  type StatementProof,
} from '../../foundation/core/control.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { FactProof, RuleProof, SubjectProof } from '../../foundation/core/policy-verdict.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { countDays } from './dates.ts';
import { type Examined, getExaminedKind } from './examined.ts';
import { listFacts } from './expression/collect-facts.ts';
import { Unknown } from './expression/expression.ts';
import { judgeCondition, type OpenSubject } from './judge-condition.ts';
import type { Control, Pack, Policy, Rule } from './policy.ts';
import type { Statement } from './statement.ts';

/** Sources of answers besides rules. */
export interface ControlSources {
  /** Statements of people. */
  readonly statements: readonly Statement[];
  /** Measures the content that was searched for subjects of a kind. */
  readonly measureExamined: (kind: string) => Examined;
  /** Lists the results of other tools about a control of a pack. */
  readonly listEvidence: (control: Control, pack: string) => readonly ControlEvidence[];
}

/** The parts of a check from which controls are answered. */
export interface ControlContext extends Omit<ControlSources, 'statements'> {
  /** RFC 3339. */
  readonly now: string;
  /** Proof of each rule in force, by its ID. */
  readonly proofs: ReadonlyMap<string, RuleProof>;
  readonly rules: ReadonlyMap<string, Rule>;
  /** The target itself; absent if no control has a condition about it. */
  readonly image?: OpenSubject;
  /** Statements of people by the key of their control. */
  readonly statements: ReadonlyMap<string, Statement>;
  /** Returns the earliest due date by the clocks that a rule reads. */
  readonly findDueDate: (rule: Rule) => string | undefined;
}

/** Answers every control of the packs, in the order of the packs. */
export function judgeControls(
  policies: readonly Policy[],
  context: ControlContext,
): readonly ControlResult[] {
  return policies.flatMap(({ pack }) =>
    pack === undefined ? [] : pack.controls.map((control) => judgeControl(control, pack, context)),
  );
}

/** Lists the statements of people, with those that do not count. */
export function listStatements(
  controls: readonly ControlResult[],
  statements: readonly Statement[],
  now: string,
): readonly StatementProof[] {
  const byKey = new Map(controls.map((control) => [control.key, control]));
  return statements.map((statement) => {
    const control = byKey.get(statement.control);
    if (control?.statement !== undefined) {
      return control.statement;
    }
    if (isExpired(statement, now)) {
      return { ...statement, state: 'expired', note: `expired on ${statement.expires}` };
    }
    const note =
      control === undefined
        ? 'no pack in use has this control'
        : 'the rules of the control decide; accept a violation with an exception';
    return { ...statement, state: 'unused', note };
  });
}

function isExpired({ expires }: Pick<Statement, 'expires'>, now: string): boolean {
  return countDays(now, expires) <= 0;
}

interface Answer {
  readonly status: ControlStatus;
  readonly reasons: readonly string[];
  readonly statement?: StatementProof;
}

function judgeControl(control: Control, pack: Pack, context: ControlContext): ControlResult {
  const { id, title, requirement, force, kind, source, cannotAnswer } = control;
  const key = `${pack.id}/${id}`;
  const rules = control.rules.flatMap((rule) => context.rules.get(rule) ?? []);
  const results = context.listEvidence(control, pack.id);
  const dates = rules.flatMap((rule) => context.findDueDate(rule) ?? []).toSorted(compareText);
  const [dueAt] = dates;
  const facts = rules.flatMap(({ subject, conditions }) =>
    conditions.flatMap(({ expression }) =>
      listFacts(expression).map((fact) => `${subject}.${fact}`),
    ),
  );
  const examined = [...new Set(rules.map(getExaminedKind))].map(
    (examinedKind) => context.measureExamined(examinedKind).text,
  );
  const { status, reasons, statement } = answerControl(control, { key, results, context });
  return {
    key,
    pack: pack.id,
    id,
    title,
    requirement,
    force,
    kind,
    source,
    isSourceVerified: isVerifiedMark(source.mark),
    mode: pack.mode,
    status,
    reasons,
    rules: control.rules,
    facts: [...new Set(facts)].toSorted(compareText),
    ...defined({ cannotAnswer }),
    examined: [...new Set(examined.filter((text) => text !== ''))],
    ...defined({ statement }),
    results,
    ...defined({ dueAt }),
  };
}

interface ControlParts {
  readonly key: string;
  readonly results: readonly ControlEvidence[];
  readonly context: ControlContext;
}

function answerControl(control: Control, parts: ControlParts): Answer {
  const { context } = parts;
  const applies = judgeApplies(control, context);
  if (applies === false) {
    const { applies: condition, appliesRule } = control;
    const rule = `the rule ${appliesRule ?? ''} finds nothing`;
    const why = condition === undefined ? rule : `"${condition.text}" is not met`;
    return { status: 'not-applicable', reasons: [`it does not apply: ${why}`] };
  }
  const [byRules, byTools] = [answerByRules(control, context), answerByTools(parts.results)];
  const failures = [byRules, byTools].filter((one) => one?.status === 'failed');
  if (failures.length > 0) {
    return { status: 'failed', reasons: failures.flatMap((one) => one?.reasons ?? []) };
  }
  if (applies instanceof Unknown) {
    const reasons = applies.missing.map(({ reason }) => reason);
    return { status: 'unknown', reasons: [`whether it applies is unknown: ${reasons.join('; ')}`] };
  }
  if (byRules?.status === 'unknown' || (control.kind === 'automatic' && byRules !== undefined)) {
    return byRules;
  }
  return completeAnswer(control, [byRules, byTools], parts);
}

/** Adds the answer of a person, or of another tool, to rules that did not fail. */
function completeAnswer(
  { cannotAnswer }: Control,
  [byRules, byTools]: readonly (Answer | undefined)[],
  { key, context: { now, statements } }: ControlParts,
): Answer {
  const found = statements.get(key);
  const passed = byRules?.reasons ?? [];
  if (found !== undefined && !isExpired(found, now)) {
    const statement: StatementProof = { ...found, state: 'used' };
    const status = { met: 'passed', 'not-met': 'failed', 'not-applicable': 'not-applicable' }[
      found.answer
    ] as ControlStatus;
    const why = found.reason === undefined ? '' : `: ${found.reason}`;
    const stated = `${found.by} states that it is ${found.answer.replace('-', ' ')}${why}`;
    return { status, reasons: [stated, ...passed], statement };
  }
  if (byTools !== undefined) {
    return { ...byTools, reasons: [...byTools.reasons, ...passed] };
  }
  const open =
    found === undefined ? 'no statement answers it' : `its statement expired on ${found.expires}`;
  const rest = cannotAnswer === undefined ? [] : [`${OPEN_PART}${cannotAnswer}`];
  return { status: 'unanswered', reasons: [open, ...rest, ...passed] };
}

function judgeApplies(
  { applies, appliesRule }: Control,
  context: ControlContext,
): boolean | Unknown {
  const { image } = context;
  const byCondition =
    applies === undefined || image === undefined
      ? true
      : judgeCondition(applies, image, { budget: { left: STEPS_MAX } });
  if (appliesRule === undefined || byCondition === false) {
    return byCondition;
  }
  const { status, reasons } = answerByRule(appliesRule, context);
  if (status === 'failed') {
    return byCondition;
  }
  const missing = reasons.map((reason) => ({ fact: appliesRule, reason }));
  return status === 'passed' ? false : new Unknown(missing);
}

const TITLES_MAX = 3;
/** Steps that the condition of one control may take. */
const STEPS_MAX = 100_000;

/** Returns the answer of the rules; `undefined` if there are none. */
function answerByRules({ rules }: Control, context: ControlContext): Answer | undefined {
  const answers = rules.map((rule) => answerByRule(rule, context));
  const worst = (['failed', 'unknown', 'passed'] as const).find((status) =>
    answers.some((answer) => answer.status === status),
  );
  if (worst === undefined) {
    return undefined;
  }
  const decisive = answers.filter(({ status }) => status === worst);
  return { status: worst, reasons: [...new Set(decisive.flatMap(({ reasons }) => reasons))] };
}

function answerByRule(id: string, { proofs, rules, measureExamined }: ControlContext): Answer {
  const [proof, rule] = [proofs.get(id), rules.get(id)];
  if (proof === undefined || rule === undefined) {
    return { status: 'unknown', reasons: [`the rule ${id} is not in force for this image`] };
  }
  const { outcome, evaluated, subject, matches } = proof;
  if (outcome === 'fail' || outcome === 'warn') {
    const open = matches.filter((match) => match.outcome === outcome);
    const named = open.slice(0, TITLES_MAX).map((match) => describeMatch(match, subject));
    // The facts of an image already name the cause, so that the ID of the rule would repeat it.
    const name = subject === 'image' ? '' : `${id}: `;
    return { status: 'failed', reasons: [`${name}${nameSome(named, open.length)}`] };
  }
  if (outcome === 'unknown') {
    return { status: 'unknown', reasons: listUnknownReasons(proof) };
  }
  const kind = getExaminedKind(rule);
  const examined = measureExamined(kind);
  if ((evaluated === 0 || kind !== subject) && examined.isEmpty) {
    return { status: 'unknown', reasons: [`${id}: nothing was examined: ${examined.text}`] };
  }
  const accepted = matches.filter((match) => match.exceptions.some(({ applies }) => applies));
  const exceptions = accepted.map(({ title }) => title);
  return {
    status: 'passed',
    reasons:
      exceptions.length === 0 ? [] : [`${id}: accepted by exceptions: ${nameSome(exceptions)}`],
  };
}

/** Describes the target by its facts: its title is the same for every rule. */
function describeMatch({ title, conditions }: SubjectProof, subject: string): string {
  const values = conditions.flatMap((condition) => condition.values).flatMap(formatImageFact);
  return subject === 'image' && values.length > 0 ? values.join(', ') : title;
}

function formatImageFact({ fact, value, evidence = {} }: FactProof): readonly string[] {
  if (value === undefined || typeof value === 'object') {
    return [];
  }
  const { items = '' } = evidence;
  const text = typeof value === 'boolean' ? (value ? 'is true' : 'is false') : String(value);
  return [`${fact} ${text}${items === '' ? '' : ` (${items})`}`];
}

/** Names the first titles, and counts the others. */
function nameSome(titles: readonly string[], count = titles.length): string {
  const more = count - TITLES_MAX;
  const shown = titles.slice(0, TITLES_MAX).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function listUnknownReasons({ rule, matches, missing }: RuleProof): readonly string[] {
  const facts = matches
    .filter(({ outcome }) => outcome === 'unknown')
    .flatMap(({ conditions }) => conditions)
    .filter(({ holds }) => holds === 'unknown')
    .flatMap(({ values }) => values.flatMap(({ unknown }) => unknown ?? []));
  const reasons = [...new Set([...facts, ...missing])];
  return [`${rule}: ${reasons.length === 0 ? 'a fact is missing' : nameReasons(reasons)}`];
}

function nameReasons(reasons: readonly string[]): string {
  const more = reasons.length - TITLES_MAX;
  const shown = reasons.slice(0, TITLES_MAX).join('; ');
  return more > 0 ? `${shown}; and ${formatCount(more, 'more reason')}` : shown;
}

/** Returns the answer of other tools; `undefined` if no result counts. */
function answerByTools(results: readonly ControlEvidence[]): Answer | undefined {
  const counted = results.filter(({ note }) => note === undefined);
  const checks = counted.flatMap(({ tool, checks: list }) =>
    list.map(({ id, status }) => ({ status, text: `${tool}: ${id} ${status}` })),
  );
  const failed = checks.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    return { status: 'failed', reasons: [nameSome(failed.map(({ text }) => text))] };
  }
  const applied = checks.filter(({ status }) => status !== 'not-applicable');
  const isPassed = applied.length > 0 && applied.every(({ status }) => status === 'passed');
  return isPassed
    ? { status: 'passed', reasons: [nameSome(checks.map(({ text }) => text))] }
    : undefined;
}
