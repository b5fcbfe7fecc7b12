import { present } from '../core/assert.ts';
import { type Assessment, createAssessment } from '../core/assessment.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { VERSION } from '../core/package-version.ts';
import { assess } from './assess.ts';
import { compareBaseline, readBaseline } from './baseline.ts';
import { type JudgedPolicies, judgePolicies } from './judge-policies.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest, PolicyRequest } from './request.ts';
import { readSavedResult } from './saved-result.ts';

/** An assessment with the verdict of policies. */
export interface CheckedTarget extends JudgedPolicies {
  readonly assessment: Assessment;
}

/**
 * Assesses a target and evaluates policies for it. Only the facts that a rule reads are collected.
 * Of a saved result, the findings are used as they are, so that only the policy differs.
 *
 * @throws UserError as {@link assess} does
 */
export async function checkTarget(
  target: string,
  policy: PolicyRequest,
  request: PipelineRequest,
  ports: Ports,
): Promise<CheckedTarget> {
  const { reading: { limits = DEFAULT_LIMITS } = {}, baselineFile } = request;
  const saved = await readSavedResult(target, limits);
  if (saved?.findings !== undefined) {
    const { inventory, findings, toolVersion = VERSION } = saved;
    const baseline =
      baselineFile === undefined ? undefined : await readBaseline(baselineFile, limits);
    const since = baseline && compareBaseline(baseline, { inventory, findings, toolVersion });
    const changes = since === undefined ? {} : { changes: since.changes };
    const assessment = createAssessment({ inventory, findings, ...changes });
    return { assessment, ...judgePolicies(assessment, policy, { now: ports.now, baseline }) };
  }
  const { judged, ...assessed } = await assess(target, { ...request, policy }, ports);
  const { advisories: _, decisions: __, projectRules: ___, ...assessment } = assessed;
  return { assessment, ...present(judged, 'the verdict of the policies') };
}
