import { defined } from '../core/defined.ts';
import type { PolicyVerdict } from '../core/policy-verdict.ts';
import { evaluatePolicies } from '../policy/evaluate-policy.ts';
import type { PolicyInput } from '../policy/fact.ts';
import { listNeeds } from '../policy/list-needs.ts';
import type { Policy } from '../policy/policy.ts';
import { assess, type OpenAssessment } from './assess.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest } from './request.ts';

/** An assessment with the verdict of policies. */
export interface CheckedTarget {
  readonly assessment: OpenAssessment;
  /** What the rules read, for other engines. */
  readonly input: PolicyInput;
  readonly verdict: PolicyVerdict;
}

/**
 * Assesses a target and evaluates policies for it. Only the facts that a rule reads are collected.
 *
 * @throws UserError as {@link assess} does
 */
export async function checkTarget(
  target: string,
  policies: readonly Policy[],
  request: PipelineRequest,
  ports: Ports,
): Promise<CheckedTarget> {
  const needs = listNeeds(policies);
  const { reading = {} } = request;
  const assessment = await assess(
    target,
    {
      ...request,
      reading: {
        ...reading,
        isSurfaceRequested: reading.isSurfaceRequested === true || needs.has('surface'),
        isReachRequested: reading.isReachRequested === true || needs.has('reach'),
        files: { ...reading.files, ...(needs.has('files') ? { selection: 'all' } : {}) },
      },
    },
    ports,
  );
  const { distro } = assessment.inventory;
  const lifecycle = distro === undefined ? undefined : assessment.advisories?.findLifecycle(distro);
  const input: PolicyInput = {
    assessment,
    now: ports.now,
    areFilesListed: needs.has('files') && assessment.target.kind !== 'sbom',
    ...defined({ endOfLife: lifecycle?.endOfLife }),
  };
  return { assessment, input, verdict: evaluatePolicies(policies, input) };
}
