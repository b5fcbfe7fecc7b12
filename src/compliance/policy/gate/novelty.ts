import { assessCompleteness } from '../../../foundation/core/assessment.ts';
import { toFindingChange } from '../changes.ts';
import type { Gate } from '../gate-contract.ts';
import { countOfBase, isCountedOrigin } from '../gate-origin.ts';
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
  judge: ({ assessment }, settings) => {
    const { newSeverity: threshold = 'unknown', isApplicationOnly = false } = settings;
    const { findings, changes } = assessment;
    if (findings?.database === undefined) {
      return createUnknownResult(GATE, 'vulnerabilities were not evaluated');
    }
    if (changes === undefined) {
      return createUnknownResult(GATE, 'no baseline');
    }
    const { reasons } = assessCompleteness(assessment);
    const subjects = changes.map((change) => ({ ...toFindingChange(change), change }));
    const { counted = [], left = [] } = Object.groupBy(subjects, ({ change }) =>
      isCountedOrigin(change.after?.package, settings) ? 'counted' : 'left',
    );
    type Subject = (typeof subjects)[number];
    const judgeCauses = (
      causes: readonly string[],
      list: readonly Subject[],
    ): RuleGateResult<Subject> =>
      judgeRuleGate<Subject>(
        GATE,
        {
          kind: 'change',
          subjects: list,
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
    const { outcome, failing } = judgeCauses(OWN_CAUSES, counted);
    const ofBase = judgeCauses(OWN_CAUSES, left).failing.length;
    const others = judgeCauses(OTHER_CAUSES, counted).failing.length;
    const later =
      others === 0 ? '' : ` (${others} more became known without a change of the target)`;
    const [doubt] = reasons;
    const origin = isApplicationOnly ? ' of the application' : '';
    const count = `${failing.length === 0 ? 'no' : failing.length} new ${failing.length === 1 ? `finding${origin} is` : `findings${origin} are`}`;
    return {
      gate: GATE,
      outcome,
      reason: [
        `${count} ${threshold} or worse${later}`,
        ...countOfBase(ofBase, settings),
        ...(doubt === undefined ? [] : [doubt.reason]),
      ].join('; '),
      failedBy: listFailing(failing.flatMap(({ change }) => change.after?.finding ?? [])),
    };
  },
};
