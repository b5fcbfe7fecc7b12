import { assessCompleteness, type Completeness } from '../../../foundation/core/assessment.ts';
import { isBlind } from '../../../foundation/core/coverage.ts';
import { type Finding, isGuess, SEVERITIES } from '../../../foundation/core/finding.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import type { Gate, GateSettings } from '../gate-contract.ts';
import { countOfBase, splitFindings } from '../gate-origin.ts';
import { createUnknownResult, listFailing } from '../gate-result.ts';
import { createCondition, createSeverityConditions, judgeRuleGate } from '../judge-rule-gate.ts';

const GATE = 'fail-on';

/**
 * Fails if an open finding has at least the given severity. A guess (only supported by a generated
 * CPE) does not fail it unless guesses count. Without a failing finding, the result is only a pass
 * if the assessment is complete.
 */
export const severity: Gate = {
  id: 'severity',
  isEnabled: (settings) => settings.severity !== undefined,
  judge: ({ assessment }, settings) => {
    const { severity: threshold = 'unknown', countsGuesses = false } = settings;
    const { findings: all, inventory } = assessment;
    if (all?.database === undefined) {
      return createUnknownResult(GATE, 'vulnerabilities were not evaluated');
    }
    const least = SEVERITIES.indexOf(threshold);
    const { counted, ofBase } = splitFindings({ findings: all }, inventory, settings);
    // Other scanners pass incomplete results, but this program never passes blind ones.
    const reasons =
      countsGuesses && !isBlind(assessment.coverage) ? [] : assessCompleteness(assessment).reasons;
    const result = judgeRuleGate(
      GATE,
      {
        kind: 'finding',
        subjects: counted.map((finding) => ({ finding })),
        missing: reasons.map(({ reason }) => reason),
        conditions: [
          ...createSeverityConditions(threshold),
          ...(countsGuesses ? [] : [createCondition('guess', false)]),
        ],
      },
      assessment,
    );
    const failing = result.failing.map(({ finding }) => finding);
    const isSevere = (one: Finding): boolean => SEVERITIES.indexOf(one.severity) >= least;
    const severe = counted.filter(isSevere);
    const guesses = countsGuesses ? 0 : severe.filter(isGuess).length;
    const left = guesses === 0 ? '' : ` (${guesses} more are matched by CPE only and do not count)`;
    return {
      gate: GATE,
      outcome: result.outcome,
      reason: [
        `${countOpen(failing.length, settings)} ${threshold} or worse${left}${countUnrated(counted, least)}`,
        ...countOfBase(
          ofBase.filter((one) => isSevere(one) && (countsGuesses || !isGuess(one))).length,
          settings,
        ),
        ...listUncertainties(reasons),
      ].join('; '),
      failedBy: listFailing(failing),
    };
  },
};

const UNCERTAINTIES_MAX = 3;

function listUncertainties(all: Completeness['reasons']): readonly string[] {
  const reasons = all.map(({ reason }) => reason);
  const more = reasons.length - UNCERTAINTIES_MAX;
  return more > 0
    ? [...reasons.slice(0, UNCERTAINTIES_MAX), `and ${formatCount(more, 'more reason')}`]
    : reasons;
}

/** Unrated findings are counted separately: nothing shows that they are below the threshold. */
function countUnrated(findings: readonly Finding[], least: number): string {
  const unrated = findings.filter((one) => one.severity === 'unknown').length;
  return unrated === 0 || least <= 0
    ? ''
    : `; ${formatCount(unrated, 'finding')} of unknown severity ${unrated === 1 ? 'does' : 'do'} not count`;
}

function countOpen(count: number, { isApplicationOnly = false }: GateSettings): string {
  const origin = isApplicationOnly ? ' of the application' : '';
  return count === 1
    ? `1 open finding${origin} is`
    : `${count === 0 ? 'no' : count} open findings${origin} are`;
}
