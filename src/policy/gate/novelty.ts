import { assessCompleteness } from '../../core/assessment.ts';
import { isGuess, SEVERITIES } from '../../core/finding.ts';
import type { Gate } from '../gate-contract.ts';
import { createUnknownResult, listFailing } from '../gate-result.ts';

const GATE = 'fail-on-new';

/**
 * Fails if a change of the target introduced an open finding of at least the given severity since
 * the baseline. A finding that is only known because of newer data does not fail it.
 */
export const novelty: Gate = {
  id: 'novelty',
  isEnabled: (settings) => settings.newSeverity !== undefined,
  judge: ({ assessment }, { newSeverity: threshold = 'unknown' }) => {
    const { findings, changes } = assessment;
    if (findings?.database === undefined) {
      return createUnknownResult(GATE, 'vulnerabilities were not evaluated');
    }
    if (changes === undefined) {
      return createUnknownResult(GATE, 'no baseline');
    }
    const least = SEVERITIES.indexOf(threshold);
    const introduced = changes.filter(({ kind, after }) => {
      const isSevere = after !== undefined && SEVERITIES.indexOf(after.finding.severity) >= least;
      return kind === 'introduced' && isSevere && !isGuess(after.finding);
    });
    const failing = introduced.filter(({ cause }) => cause === 'image' || cause === 'decision');
    const others = introduced.length - failing.length;
    const left =
      others === 0 ? '' : ` (${others} more became known without a change of the target)`;
    const [doubt] = assessCompleteness(assessment).reasons;
    const passed = doubt === undefined ? 'pass' : 'unknown';
    return {
      gate: GATE,
      outcome: failing.length > 0 ? 'fail' : passed,
      reason: `${failing.length === 0 ? 'no' : failing.length} new ${failing.length === 1 ? 'finding is' : 'findings are'} ${threshold} or worse${left}${doubt === undefined ? '' : `; ${doubt.reason}`}`,
      failedBy: listFailing(failing.flatMap(({ after }) => after?.finding ?? [])),
    };
  },
};
