import { present } from '../foundation/core/assert.ts';
import { type Assessment, createAssessment } from '../foundation/core/assessment.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import { decideFindings } from '../vulnerability/decide/decide-findings.ts';
import { assess } from './assess.ts';
import { compareBaseline } from './baseline.ts';
import type { DecideOptions } from './decide.ts';
import { type JudgedPolicies, judgePolicies } from './judge-policies.ts';
import { planAssessment } from './plan-assessment.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest, PolicyRequest } from './request.ts';
import { readSavedResult } from './saved-result.ts';

/** An assessment with the verdict of policies. */
export interface CheckedTarget extends JudgedPolicies {
  readonly assessment: Assessment;
}

/**
 * Assesses a target and evaluates policies for it. Only the facts that a rule reads are collected.
 * The findings of a saved result are used unchanged, so that only the policy differs.
 *
 * @throws UserError as {@link assess} does
 */
export async function checkTarget(
  target: string,
  policy: PolicyRequest,
  request: PipelineRequest,
  ports: Ports,
): Promise<CheckedTarget> {
  const { reading: { limits = DEFAULT_LIMITS } = {} } = request;
  const counted = { ...policy, isLeftCounted: true };
  const saved = await readSavedResult(target, limits);
  if (saved?.findings !== undefined) {
    const { inventory, toolVersion = VERSION } = saved;
    const plan = await planAssessment({ ...request, policy }, ports);
    const { justifications, decisions, baseline } = plan;
    const findings = decideSaved(saved.findings, inventory, { ...decisions, now: ports.now });
    const since = baseline && compareBaseline(baseline, { inventory, findings, toolVersion });
    const changes = since === undefined ? {} : { changes: since.changes };
    const assessment = createAssessment({ inventory, findings, ...changes });
    const parts = { now: ports.now, baseline, justifications };
    return { assessment, ...judgePolicies(assessment, counted, parts) };
  }
  const { judged, ...assessed } = await assess(target, { ...request, policy: counted }, ports);
  const { advisories: _, decisions: __, projectRules: ___, ...assessment } = assessed;
  return { assessment, ...present(judged, 'the verdict of the policies') };
}

/** Signed justifications also count for the findings of a saved result. */
function decideSaved(
  findings: Findings,
  inventory: Inventory,
  { createJustifier, now }: DecideOptions,
): Findings {
  return createJustifier === undefined
    ? findings
    : decideFindings(findings, inventory, [
        createJustifier({ inventory, findings, ...defined({ now }) }),
      ]);
}
