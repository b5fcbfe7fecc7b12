import { assess, type OpenAssessment } from '../../assess/assess.ts';
import { compareWithPlan, type PlanDeviation } from '../../assess/emitted-image.ts';
import type { RemovalPlan } from '../../hardening/harden/removal-plan.ts';
import type { Context } from '../command.ts';
import { createPorts, createRequest } from '../request.ts';

/** The new image as it is scanned, compared with the plan. */
export interface EmittedAssessment extends PlanDeviation {
  readonly assessment: OpenAssessment;
}

/** Scans an emitted image with the options of the command. */
export async function assessEmitted(
  target: string,
  plan: RemovalPlan,
  context: Context,
): Promise<EmittedAssessment> {
  const request = await createRequest(context, { isRecordsOnly: true });
  const { from: _, platform: __, ...reading } = request.reading ?? {};
  const assessment = await assess(
    target,
    { ...request, reading: { ...reading, name: plan.image.name, isReachRequested: false } },
    createPorts(context),
  );
  return { assessment, ...compareWithPlan(assessment.inventory, plan) };
}
