import type {
  ExceptionProof,
  ExceptionUse,
  PolicyOutcome,
} from '../../foundation/core/policy-verdict.ts';
import { countDays } from './dates.ts';
import { type MissingFact, Unknown } from './expression/expression.ts';
import { formatImagePattern } from './image-identity.ts';
import { type CheckContext, judgeCondition, type OpenSubject } from './judge-condition.ts';
import type { Exception, Rule } from './policy.ts';

/** The exceptions of a check, and how each was used. */
export interface ExceptionBook {
  readonly entries: readonly BookedException[];
}

export interface BookedException {
  readonly exception: Exception;
  /** Maximum duration by its policy. */
  readonly maxDays?: number;
  state: ExceptionUse['state'];
}

export interface ExceptionContext extends CheckContext {
  readonly exceptions: ExceptionBook;
}

const NO_PROOFS: readonly ExceptionProof[] = [];

interface RuleState {
  readonly outcome: PolicyOutcome;
  readonly missing: readonly MissingFact[];
}

/**
 * Applies exceptions to the outcome for one subject. An exception turns a violation into pass; it
 * never excuses a missing fact, unless it names that fact.
 */
export function judgeExceptions(
  rule: Pick<Rule, 'id'>,
  subject: OpenSubject,
  state: RuleState,
  context: ExceptionContext,
): { readonly outcome: PolicyOutcome; readonly proofs: readonly ExceptionProof[] } {
  const { entries: all } = context.exceptions;
  if (all.length === 0) {
    return { outcome: state.outcome, proofs: NO_PROOFS };
  }
  const entries = all.filter(
    ({ exception }) => isForRule(exception, rule) && isForSubject(exception, subject, state),
  );
  const proofs: ExceptionProof[] = [];
  let { outcome } = state;
  for (const entry of entries) {
    const { source } = entry.exception;
    const answer = judgeException(entry, subject, context);
    proofs.push({ source, applies: answer.applies === true, reason: answer.reason });
    if (answer.applies === true) {
      entry.state = 'used';
      outcome = 'pass';
    } else if (answer.applies === 'unknown' && outcome !== 'pass') {
      outcome = 'unknown';
    }
  }
  return { outcome, proofs };
}

/** Returns whether an exception is for a rule; that of an allowed image is for every rule. */
export function isForRule({ rule }: Exception, { id }: Pick<Rule, 'id'>): boolean {
  return rule === undefined || rule === id;
}

function isForSubject(
  { vulnerability, package: packageName, subject: key, fact }: Exception,
  { identity, title }: OpenSubject,
  { outcome, missing }: RuleState,
): boolean {
  const isSubject =
    (vulnerability === undefined || identity.vulnerabilities?.includes(vulnerability) === true) &&
    (packageName === undefined || identity.packages?.includes(packageName) === true) &&
    (key === undefined || key === identity.key || key === title);
  if (outcome === 'unknown') {
    const isAccepted = missing.length > 0 && missing.every((one) => one.fact === fact);
    return isSubject && fact !== undefined && isAccepted;
  }
  return isSubject && fact === undefined;
}

interface Answer {
  readonly applies: boolean | 'unknown';
  readonly reason: string;
}

function judgeException(
  entry: BookedException,
  subject: OpenSubject,
  context: ExceptionContext,
): Answer {
  const { exception, maxDays } = entry;
  const { now } = context.input;
  const daysLeft = countDays(now, exception.expires);
  if (daysLeft <= 0) {
    entry.state = 'expired';
    return { applies: false, reason: `expired on ${exception.expires}` };
  }
  if (maxDays !== undefined && daysLeft > maxDays) {
    entry.state = 'too-long';
    return {
      applies: false,
      reason: `expires in more than ${maxDays} days, the maximum of the policy`,
    };
  }
  if (exception.condition === undefined) {
    return { applies: true, reason: exception.reason };
  }
  const holds = judgeCondition(exception.condition, subject, context);
  if (holds instanceof Unknown) {
    const [missing] = holds.missing;
    return { applies: 'unknown', reason: `the condition is unknown: ${missing?.reason ?? ''}` };
  }
  if (!holds && entry.state === 'unused') {
    entry.state = 'lapsed';
  }
  return holds
    ? { applies: true, reason: exception.reason }
    : { applies: false, reason: `condition no longer holds: ${exception.condition.text}` };
}

/** Stands for the rule of an exception for an allowed image. */
const EVERY_RULE = 'every rule';

/** Describes how each exception was used. An exception that expired is reported in any case. */
export function listExceptionUses(book: ExceptionBook, now: string): readonly ExceptionUse[] {
  return book.entries.map(({ exception, state }) => {
    const { source, rule = EVERY_RULE, reason, approvedBy, evidence, expires, image } = exception;
    const isExpired = countDays(now, expires) <= 0;
    const about = [
      image === undefined ? undefined : formatImagePattern(image),
      exception.vulnerability,
      exception.package,
      exception.subject,
      exception.fact === undefined ? undefined : `missing ${exception.fact}`,
    ];
    return {
      source,
      rule,
      about: about.filter((part) => part !== undefined).join(' in '),
      reason,
      approvedBy,
      evidence,
      expires,
      state: isExpired ? 'expired' : state,
    };
  });
}
