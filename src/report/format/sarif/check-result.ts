import type { ControlStatus } from '../../../foundation/core/control.ts';
import type { PolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { describePolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import {
  isOpenCheck,
  listVerdictChecks,
  type VerdictCheck,
} from '../../../foundation/core/verdict-check.ts';
import { shortenText } from '../../../foundation/present/markup.ts';

const DESCRIPTION_CHARS_MAX = 1_023;

/**
 * Kinds of results, SARIF 2.1.0, 3.27.9: `open` is not evaluated, `review` needs a person. Passed
 * controls are not written: code scanning would show them as alerts.
 */
const KINDS: Readonly<Record<ControlStatus, string>> = {
  failed: 'fail',
  unknown: 'open',
  unanswered: 'review',
  'not-applicable': 'notApplicable',
  passed: 'pass',
};

/** Rules and results of the controls, and of rules without a control, that did not pass. */
export interface CheckMembers {
  readonly rules: readonly object[];
  readonly results: readonly object[];
}

/** @param firstIndex number of their first rule in the run */
export function toCheckMembers(
  verdict: PolicyVerdict | undefined,
  firstIndex: number,
  target: string,
): CheckMembers {
  const checks = verdict === undefined ? [] : listVerdictChecks(verdict).filter(isOpenCheck);
  return {
    rules: checks.map(({ id, title }) => ({
      id,
      shortDescription: { text: shortenText(title, DESCRIPTION_CHARS_MAX) },
      fullDescription: { text: shortenText(title, DESCRIPTION_CHARS_MAX) },
      help: { text: title },
      properties: { tags: ['policy'] },
    })),
    results: checks.map((check, index) => toCheckResult(check, firstIndex + index, target)),
  };
}

function toCheckResult(check: VerdictCheck, ruleIndex: number, target: string): object {
  const { id, title, status, isRequired, message } = check;
  const level = status === 'failed' ? (isRequired ? 'error' : 'warning') : 'none';
  return {
    ruleId: id,
    ruleIndex,
    kind: KINDS[status],
    level,
    message: { text: `${title}: ${message} (${target})` },
    locations: [{ physicalLocation: { artifactLocation: { uri: '.' }, region: { startLine: 1 } } }],
    properties: { status, isRequired },
  };
}

/** The verdict as a notification of the run; none without a policy. */
export function toVerdictNotification(
  verdict: PolicyVerdict | undefined,
): { readonly level: 'error' | 'warning' | 'note'; readonly message: { readonly text: string } }[] {
  if (verdict === undefined) {
    return [];
  }
  const { outcome } = verdict;
  const level = outcome === 'pass' ? 'note' : outcome === 'warn' ? 'warning' : 'error';
  return [{ level, message: { text: `Verdict: ${outcome}, ${describePolicyVerdict(verdict)}.` } }];
}
