import { compareText } from '../../foundation/core/compare-text.ts';
import type { ControlResult } from '../../foundation/core/control.ts';
import { defined } from '../../foundation/core/defined.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import {
  type PolicyOutcome,
  type PolicyVerdict,
  type RuleProof,
  weighControl,
  weighRule,
} from '../../foundation/core/policy-verdict.ts';
import { findWorstOutcome } from '../../foundation/core/verdict.ts';
import { listControlEvidence } from './control-evidence.ts';
import { countDays } from './dates.ts';
import { evaluateRule, type OpenSubjects, openSubjects } from './evaluate-rule.ts';
import { measureExamined } from './examined.ts';
import { type ExceptionBook, type ExceptionContext, listExceptionUses } from './exceptions.ts';
import { listFacts } from './expression/collect-facts.ts';
import type { PolicyInput } from './fact.ts';
import { type ImageIdentity, identifyImage, isImageMatch } from './image-identity.ts';
import { getImageKind } from './image-kind.ts';
import type { OpenSubject } from './judge-condition.ts';
import { type ControlSources, judgeControls, listStatements } from './judge-controls.ts';
import { findNextChange, type Judged } from './next-change.ts';
import type { Policy, Rule } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** Steps of a whole check for each pair of rule and subject. */
const STEPS_PER_PAIR = 1_000;
/** Steps that every check may take, however few pairs it has. */
const STEPS_MIN = 1_000_000;

/**
 * Evaluates policies for a target. The verdict depends only on the input.
 */
export function evaluatePolicies(policies: readonly Policy[], input: PolicyInput): PolicyVerdict {
  const judged = evaluateOnce(policies, input);
  return { ...judged.verdict, ...defined({ nextChange: findNextChange(judged) }) };
}

/** Evaluates policies without the search for the next change. */
export function evaluateOnce(policies: readonly Policy[], input: PolicyInput): Judged {
  const image = identifyImage(input.assessment);
  const { now, stepsMax } = input;
  const rules = listRulesInForce(policies, { image, now });
  const open = openKinds(rules, input);
  const verdict = evaluateSubjects(policies, {
    image,
    now,
    rules,
    open,
    ...defined({ stepsMax }),
  });
  return {
    verdict: addControls(policies, verdict, { rules, open, sources: findSources(input) }),
    input,
    rules,
    open,
    mapped: policies.flatMap((policy) => listMappedRules(policy, image)),
    book: openBook(policies, image),
    evaluate: (time) => evaluateOnce(policies, { ...input, now: time }).verdict,
  };
}

/** Names and labels of a target, and the time of the evaluation, RFC 3339. */
interface Occasion {
  readonly image: ImageIdentity;
  readonly now: string;
}

/** Rules in force, and the subjects of every kind that they are about. */
export interface OpenTarget extends Occasion {
  readonly rules: readonly Rule[];
  readonly open: ReadonlyMap<string, OpenSubjects>;
  /** Steps that all rules may take. */
  readonly stepsMax?: number;
}

/** Lists the rules that are for an image, at a time. */
export function listRulesInForce(
  policies: readonly Policy[],
  { image, now }: Occasion,
): readonly Rule[] {
  return policies.flatMap((policy) =>
    listMappedRules(policy, image).filter((rule) => isInForce(rule, now)),
  );
}

/** Evaluates rules for subjects, whatever their facts were read from. */
export function evaluateSubjects(
  policies: readonly Policy[],
  { image, now, stepsMax = DEFAULT_LIMITS.policyStepsMax, ...target }: OpenTarget,
): PolicyVerdict {
  const book = openBook(policies, image);
  const context = { input: { now }, exceptions: book };
  const proofs = evaluateRules({ ...target, stepsMax }, context);
  const exceptions = listExceptionUses(book, now);
  const used = policies.map(({ name, version, source, digest }) => {
    return { name, version, source, digest };
  });
  const parts = { evaluatedAt: now, policies: used, rules: proofs, exceptions };
  return { ...concludeVerdict(policies, image, proofs), ...parts };
}

/** The outcome of a verdict, with its reason if something other than a rule decides. */
function concludeVerdict(
  policies: readonly Policy[],
  image: ImageIdentity,
  proofs: readonly RuleProof[],
): Pick<PolicyVerdict, 'outcome' | 'reason'> {
  const denied = policies
    .flatMap(({ deniedImages }) => deniedImages)
    .find((one) => isImageMatch(one, image));
  if (denied !== undefined) {
    const reason = `the image is denied by ${denied.source}: ${denied.reason}`;
    return { outcome: 'fail', reason };
  }
  const enforced = proofs.filter(({ mode }) => mode === 'enforce');
  if (enforced.length === 0) {
    const reason =
      proofs.length === 0
        ? 'no rule is in force for this image'
        : 'every rule in force is in the mode "log"';
    return { outcome: 'unknown', reason };
  }
  const outcome = conclude(enforced);
  if (outcome !== 'fail' && !isMapped(policies, image)) {
    return { outcome: 'unknown', reason: 'no policy has an entry in "images" for this image' };
  }
  return { outcome };
}

type PackParts = Pick<PolicyVerdict, 'packs' | 'controls' | 'statements'>;

interface EvaluatedRules {
  readonly rules: readonly Rule[];
  readonly open: ReadonlyMap<string, OpenSubjects>;
  readonly sources: ControlSources & {
    /** Opens the target itself, about which controls have conditions. */
    readonly openImage: () => OpenSubject | undefined;
  };
}

function findSources(input: PolicyInput): EvaluatedRules['sources'] {
  return {
    statements: input.statements ?? [],
    measureExamined: (kind) => measureExamined(kind, input),
    listEvidence: (control, pack) => listControlEvidence(control, pack, input),
    openImage: () => openSubjects(getImageKind(), input).subjects[0],
  };
}

/** Adds the answers to the controls of the packs to the verdict of the rules. */
export function addControls(
  policies: readonly Policy[],
  verdict: PolicyVerdict,
  evaluated: EvaluatedRules,
): PolicyVerdict {
  const { outcome, reason, ...parts } = verdict;
  const packs = describePacks(policies, parts, evaluated);
  // People alone answer a pack that has no rules.
  const isManual = policies.every(({ pack, rules }) => pack?.mode === 'enforce' && !rules.length);
  const byRules = isManual ? { outcome: 'pass' as const } : { outcome, ...defined({ reason }) };
  return { ...concludeControls(byRules, packs.controls ?? []), ...parts, ...packs };
}

/** Answers the controls of the packs; empty without packs. */
function describePacks(
  policies: readonly Policy[],
  { rules: proofs, evaluatedAt: now }: Pick<PolicyVerdict, 'rules' | 'evaluatedAt'>,
  { rules, open, sources }: EvaluatedRules,
): PackParts {
  const packs = policies.flatMap(({ pack }) => pack ?? []);
  if (packs.length === 0) {
    return {};
  }
  const { statements: stated, openImage, ...others } = sources;
  const controls = judgeControls(policies, {
    ...others,
    now,
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    proofs: new Map(proofs.map((proof) => [proof.rule, proof])),
    ...defined({ image: openImage() }),
    statements: new Map(stated.map((one) => [one.control, one])),
    findDueDate: (rule) => findDueDate(rule, open),
  });
  const statements = listStatements(controls, stated, now);
  return {
    packs: packs.map(({ controls: _, mode: __, ...proof }) => proof),
    controls,
    ...(statements.length === 0 ? {} : { statements }),
  };
}

/** Returns the earliest due date by the clocks that a rule reads. */
function findDueDate(
  { subject, conditions }: Rule,
  open: ReadonlyMap<string, OpenSubjects>,
): string | undefined {
  const clocks = conditions
    .flatMap(({ expression }) => listFacts(expression))
    .filter((fact) => fact.startsWith('overdue-'));
  const subjects = clocks.length === 0 ? [] : (open.get(subject)?.subjects ?? []);
  const dates = subjects.flatMap(({ facts }) =>
    clocks.flatMap((clock) => facts.prove(clock).evidence?.['due'] ?? []),
  );
  const [first] = dates.filter((date) => !Number.isNaN(Date.parse(date))).toSorted(compareText);
  return first;
}

/** An open control weighs as much as its force, also if no rule answers it. */
function concludeControls(
  byRules: Pick<PolicyVerdict, 'outcome' | 'reason'>,
  controls: readonly ControlResult[],
): Pick<PolicyVerdict, 'outcome' | 'reason'> {
  const outcome = findWorstOutcome([byRules.outcome, ...controls.map(weighControl)]);
  if (outcome === byRules.outcome) {
    return byRules;
  }
  const deciding = controls.filter((control) => weighControl(control) === outcome);
  const named = deciding.slice(0, CONTROLS_NAMED_MAX).map(({ key, status }) => `${key} ${status}`);
  const more = deciding.length - named.length;
  const reason = `${named.join(', ')}${more > 0 ? ` and ${more} more controls` : ''}`;
  return { outcome, reason };
}

const CONTROLS_NAMED_MAX = 3;

/** Returns whether a policy is for this image, or none is limited to some images. */
function isMapped(policies: readonly Policy[], image: ImageIdentity): boolean {
  const patterns = policies.flatMap(({ images }) => images);
  return patterns.length === 0 || patterns.some((one) => isImageMatch(one, image));
}

/** An unknown rule weighs no more than its action. */
function conclude(proofs: readonly RuleProof[]): PolicyOutcome {
  return findWorstOutcome(proofs.map(weighRule));
}

function openKinds(rules: readonly Rule[], input: PolicyInput): ReadonlyMap<string, OpenSubjects> {
  const kinds = subjectKinds.filter(({ id }) => rules.some(({ subject }) => subject === id));
  return new Map(kinds.map((kind) => [kind.id, openSubjects(kind, input)]));
}

function evaluateRules(
  { rules, open, stepsMax }: Required<Pick<OpenTarget, 'rules' | 'open' | 'stepsMax'>>,
  context: Omit<ExceptionContext, 'budget'>,
): readonly RuleProof[] {
  const pairs = rules.reduce((sum, { subject }) => {
    return sum + (open.get(subject)?.subjects.length ?? 0);
  }, 0);
  const budget = { left: Math.min(Math.max(STEPS_MIN, pairs * STEPS_PER_PAIR), stepsMax) };
  return rules.flatMap((rule) => {
    const subjects = open.get(rule.subject);
    return subjects === undefined ? [] : [evaluateRule(rule, subjects, { ...context, budget })];
  });
}

/** The shortest limit of all policies counts: an exception in another file must not avoid it. */
function openBook(policies: readonly Policy[], image: ImageIdentity): ExceptionBook {
  const limits = policies.flatMap(({ maxExceptionDays }) => maxExceptionDays ?? []);
  const maxDays = limits.length === 0 ? {} : { maxDays: Math.min(...limits) };
  const entries = policies
    .flatMap(({ exceptions }) => exceptions)
    .filter((exception) => exception.image === undefined || isImageMatch(exception.image, image))
    .map((exception) => ({ exception, state: 'unused' as const, ...maxDays }));
  return { entries };
}

/** Rules of a policy that apply to an image by its name. */
function listMappedRules({ rules, images }: Policy, image: ImageIdentity): readonly Rule[] {
  const mapping = images.find((one) => isImageMatch(one, image));
  if (images.length > 0 && mapping === undefined) {
    return [];
  }
  const wanted = mapping?.rules;
  return rules.filter(({ id }) => wanted === undefined || wanted.includes(id));
}

function isInForce({ from, until }: Rule, now: string): boolean {
  return (
    (from === undefined || countDays(from, now) >= 0) &&
    (until === undefined || countDays(until, now) < 0)
  );
}
