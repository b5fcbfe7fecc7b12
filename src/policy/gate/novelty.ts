import { assessCompleteness } from '../../core/assessment.ts';
import { toFindingChange } from '../changes.ts';
import type { Gate } from '../gate-contract.ts';
import { createUnknownResult, listFailing } from '../gate-result.ts';
import {
  createCondition,
  createSeverityConditions,
  judgeRuleGate,
  type RuleGateResult,
} from '../judge-rule-gate.ts';

const GATE = 'fail-on-new';
/** Causes that the author of the target is responsible for. */
const OWN_CAUSES = ['image', 'decision'] as const;
const OTHER_CAUSES = ['catalog', 'data', 'matcher'] as const;

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
    const { reasons } = assessCompleteness(assessment);
    const subjects = changes.map((change) => ({ ...toFindingChange(change), change }));
    const judgeCauses = (causes: readonly string[]): RuleGateResult<(typeof subjects)[number]> =>
      judgeRuleGate<(typeof subjects)[number]>(
        GATE,
        {
          kind: 'change',
          subjects,
          missing: reasons.map(({ reason }) => reason),
          conditions: [
            createCondition('kind', 'introduced'),
            createCondition('cause', ...causes),
            ...createSeverityConditions(threshold),
            createCondition('guess', false),
          ],
        },
        assessment,
      );
    const { outcome, failing } = judgeCauses(OWN_CAUSES);
    const others = judgeCauses(OTHER_CAUSES).failing.length;
    const left =
      others === 0 ? '' : ` (${others} more became known without a change of the target)`;
    const [doubt] = reasons;
    return {
      gate: GATE,
      outcome,
      reason: `${failing.length === 0 ? 'no' : failing.length} new ${failing.length === 1 ? 'finding is' : 'findings are'} ${threshold} or worse${left}${doubt === undefined ? '' : `; ${doubt.reason}`}`,
      failedBy: listFailing(failing.flatMap(({ change }) => change.after?.finding ?? [])),
    };
  },
};
