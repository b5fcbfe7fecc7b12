import { defined } from '../core/defined.ts';
import { isNameMatch, parseStars } from '../core/name-pattern.ts';
import {
  type PolicyOutcome,
  type PolicyVerdict,
  type RuleProof,
  weighRule,
} from '../core/policy-verdict.ts';
import type { TargetDescription } from '../core/target.ts';
import { findWorstOutcome } from '../core/verdict.ts';
import { countDays } from './dates.ts';
import { evaluateRule, type OpenSubjects, openSubjects } from './evaluate-rule.ts';
import { type ExceptionBook, listExceptionUses } from './exceptions.ts';
import { type PolicyInput } from './fact.ts';
import { findNextChange } from './next-change.ts';
import type { Policy, Rule } from './policy.ts';
import { subjectKinds } from './subject/registry.generated.ts';

/** Steps of a whole check for each pair of rule and subject. */
const STEPS_PER_PAIR = 1_000;
/** Steps that every check may take, however few pairs it has. */
const STEPS_MIN = 1_000_000;

/**
 * Evaluates policies for a target. The same input gives the same verdict: nothing else is read.
 */
export function evaluatePolicies(policies: readonly Policy[], input: PolicyInput): PolicyVerdict {
  const verdict = evaluateOnce(policies, input);
  const nextChange = findNextChange(policies, verdict, input, (now) =>
    evaluateOnce(policies, { ...input, now }),
  );
  return { ...verdict, ...defined({ nextChange }) };
}

function evaluateOnce(policies: readonly Policy[], input: PolicyInput): PolicyVerdict {
  const { now } = input;
  const names = listTargetNames(input.assessment.target);
  const frame = {
    evaluatedAt: now,
    policies: policies.map(({ name, version, source, digest }) => {
      return { name, version, source, digest };
    }),
  };
  const denied = policies
    .flatMap(({ deniedImages }) => deniedImages)
    .find(({ pattern }) => hasName(pattern, names));
  const rules = policies.flatMap((policy) => listRulesInForce(policy, names, now));
  const book = openBook(policies);
  const proofs = evaluateRules(rules, input, book);
  const exceptions = listExceptionUses(book, now);
  if (denied !== undefined) {
    const reason = `the image is denied by ${denied.source}: ${denied.reason}`;
    return { outcome: 'fail', reason, ...frame, rules: proofs, exceptions };
  }
  const enforced = proofs.filter(({ mode }) => mode === 'enforce');
  if (enforced.length === 0) {
    const reason =
      proofs.length === 0
        ? 'no rule is in force for this image'
        : 'every rule in force is in the mode "log"';
    return { outcome: 'unknown', reason, ...frame, rules: proofs, exceptions };
  }
  const outcome = conclude(enforced);
  if (outcome !== 'fail' && !isMapped(policies, names)) {
    const reason = 'no policy has an entry in "images" for this image';
    return { outcome: 'unknown', reason, ...frame, rules: proofs, exceptions };
  }
  return { outcome, ...frame, rules: proofs, exceptions };
}

/** Whether a policy is for this image, or none is limited to some images. */
function isMapped(policies: readonly Policy[], names: readonly string[]): boolean {
  const patterns = policies.flatMap(({ images }) => images);
  return patterns.length === 0 || patterns.some(({ pattern }) => hasName(pattern, names));
}

/** An unknown rule weighs no more than its action. */
function conclude(proofs: readonly RuleProof[]): PolicyOutcome {
  return findWorstOutcome(proofs.map(weighRule));
}

function evaluateRules(
  rules: readonly Rule[],
  input: PolicyInput,
  exceptions: ExceptionBook,
): readonly RuleProof[] {
  const open = new Map<string, OpenSubjects>();
  for (const kind of subjectKinds) {
    if (rules.some(({ subject }) => subject === kind.id)) {
      open.set(kind.id, openSubjects(kind, input));
    }
  }
  const pairs = rules.reduce((sum, { subject }) => {
    return sum + (open.get(subject)?.subjects.length ?? 0);
  }, 0);
  const budget = { left: Math.max(STEPS_MIN, pairs * STEPS_PER_PAIR) };
  return rules.flatMap((rule) => {
    const subjects = open.get(rule.subject);
    return subjects === undefined
      ? []
      : [evaluateRule(rule, subjects, { input, exceptions, budget })];
  });
}

/** The shortest limit of all policies counts: an exception in another file must not avoid it. */
function openBook(policies: readonly Policy[]): ExceptionBook {
  const limits = policies.flatMap(({ maxExceptionDays }) => maxExceptionDays ?? []);
  const maxDays = limits.length === 0 ? {} : { maxDays: Math.min(...limits) };
  const entries = policies.flatMap(({ exceptions }) =>
    exceptions.map((exception) => ({ exception, state: 'unused' as const, ...maxDays })),
  );
  return { entries };
}

/** Rules of a policy that apply to an image by its name and at this time. */
function listRulesInForce(
  { rules, images }: Policy,
  names: readonly string[],
  now: string,
): readonly Rule[] {
  const mapping = images.find(({ pattern }) => hasName(pattern, names));
  if (images.length > 0 && mapping === undefined) {
    return [];
  }
  const wanted = mapping?.rules;
  return rules
    .filter(({ id }) => wanted === undefined || wanted.includes(id))
    .filter(
      ({ from, until }) =>
        (from === undefined || countDays(from, now) >= 0) &&
        (until === undefined || countDays(until, now) < 0),
    );
}

function hasName(pattern: string, names: readonly string[]): boolean {
  return names.some((name) => isNameMatch(parseStars(pattern), name));
}

/** Names by which a policy may mean a target. */
function listTargetNames(target: TargetDescription): readonly string[] {
  const own = [target.name, target.userInput];
  return target.kind === 'image'
    ? [...own, ...target.tags, ...target.repoDigests, target.manifestDigest, target.imageId]
    : own;
}
