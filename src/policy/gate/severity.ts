import { type Assessment, assessCompleteness } from '../../core/assessment.ts';
import { type Finding, isGuess, SEVERITIES } from '../../core/finding.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Gate } from '../gate-contract.ts';
import { createUnknownResult, listFailing } from '../gate-result.ts';

const GATE = 'fail-on';

/**
 * Fails if an open finding has at least the given severity. A guess (only supported by a generated
 * CPE) does not fail it unless guesses count. Without a failing finding, the result is only a pass
 * if the assessment is complete.
 */
export const severity: Gate = {
  id: 'severity',
  isEnabled: (settings) => settings.severity !== undefined,
  judge: ({ assessment }, { severity: threshold = 'unknown', countsGuesses = false }) => {
    const { findings: all } = assessment;
    if (all?.database === undefined) {
      return createUnknownResult(GATE, 'vulnerabilities were not evaluated');
    }
    const least = SEVERITIES.indexOf(threshold);
    const severe = all.findings.filter((one) => SEVERITIES.indexOf(one.severity) >= least);
    const failing = severe.filter((finding) => countsGuesses || !isGuess(finding));
    const guesses = severe.length - failing.length;
    const left = guesses === 0 ? '' : ` (${guesses} more are matched by CPE only and do not count)`;
    const uncertainties = countsGuesses ? [] : listUncertainties(assessment);
    const passed = uncertainties.length === 0 ? 'pass' : 'unknown';
    return {
      gate: GATE,
      outcome: failing.length > 0 ? 'fail' : passed,
      reason: [
        `${countOpen(failing.length)} ${threshold} or worse${left}${countUnrated(all.findings, least)}`,
        ...uncertainties,
      ].join('; '),
      failedBy: listFailing(failing),
    };
  },
};

const UNCERTAINTIES_MAX = 3;

function listUncertainties(assessment: Assessment): readonly string[] {
  const reasons = assessCompleteness(assessment).reasons.map(({ reason }) => reason);
  const more = reasons.length - UNCERTAINTIES_MAX;
  return more > 0
    ? [...reasons.slice(0, UNCERTAINTIES_MAX), `and ${formatCount(more, 'more reason')}`]
    : reasons;
}

/** Unrated findings are counted separately: nothing shows that they are below the threshold. */
function countUnrated(findings: readonly Finding[], least: number): string {
  const unrated = findings.filter((one) => one.severity === 'unknown').length;
  return unrated === 0 || least <= 0 ? '' : `; ${unrated} of unknown severity do not count`;
}

function countOpen(count: number): string {
  return count === 1 ? '1 open finding is' : `${count === 0 ? 'no' : count} open findings are`;
}
