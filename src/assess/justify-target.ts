import { createQueue } from '../compliance/justify/create-queue.ts';
import { type JustifiedItems, summarizeItems } from '../compliance/justify/list-items.ts';
import { present } from '../foundation/core/assert.ts';
import type { Assessment } from '../foundation/core/assessment.ts';
import type { Justification, JustificationSummary } from '../foundation/core/justification.ts';
import type { PolicyVerdict } from '../foundation/core/policy-verdict.ts';
import { checkTarget } from './check-target.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest, PolicyRequest } from './request.ts';

/** The items that are left to justify about a target, with the assessment that they are from. */
export interface TargetQueue {
  readonly assessment: Assessment;
  readonly justified: JustifiedItems;
  readonly summary: JustificationSummary;
  /** Unsigned entries, the most severe first. */
  readonly queue: readonly Justification[];
}

/**
 * Lists the items that are left to justify about a target. All evidence is measured: files,
 * reachability and attack surface.
 *
 * @throws UserError as `assess` does
 */
export async function queueTarget(
  target: string,
  policy: PolicyRequest,
  request: PipelineRequest,
  ports: Ports,
): Promise<TargetQueue> {
  const reading = {
    ...request.reading,
    isReachRequested: true,
    isSurfaceRequested: true,
    files: { ...request.reading?.files, selection: 'all' as const },
  };
  const checked = await checkTarget(target, policy, { ...request, reading }, ports);
  const justified = present(checked.justified, 'what is to justify');
  return {
    assessment: checked.assessment,
    justified,
    summary: summarizeItems(justified),
    queue: createQueue(justified, indexRules(checked.verdict)),
  };
}

/** The rules that fired or could not be evaluated, by the key of their subject. */
function indexRules({ rules }: PolicyVerdict): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, string[]>();
  for (const { rule, matches } of rules) {
    for (const { subject, outcome } of matches) {
      if (outcome !== 'pass') {
        byKey.set(subject, [...(byKey.get(subject) ?? []), `rule ${rule}`]);
      }
    }
  }
  return byKey;
}
