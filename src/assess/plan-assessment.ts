import type { IgnoreRule } from '../foundation/core/ignore-rule.ts';
import type { Justification } from '../foundation/core/justification.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import type { DecideOptions } from './decide.ts';
import { listRuleProblems, readIgnoreFiles } from './ignore-files.ts';
import type { Ports } from './ports.ts';
import { readVexFiles } from './read-vex-files.ts';
import type { DecisionRequest, PipelineRequest } from './request.ts';

/**
 * How a run decides findings and evaluates gates, with the content of the files that the request
 * names.
 */
export interface AssessmentPlan {
  readonly limits: Limits;
  readonly decisions: DecideOptions;
  readonly baseline?: Baseline;
  readonly justifications: readonly Justification[];
  /** Ignore rules from files in the working directory that the user did not name. */
  readonly projectRules: readonly IgnoreRule[];
  /** Problems of these rules. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the files that the request names. This comes before the target is read, so that a mistake
 * of the user costs no time.
 *
 * @throws UserError if a file cannot be read or is malformed
 */
export async function planAssessment(
  request: PipelineRequest,
  { now }: Ports,
): Promise<AssessmentPlan> {
  const { reading = {}, decisions = {}, baselineFile } = request;
  const { vexFiles = [] } = decisions;
  const limits = reading.limits ?? DEFAULT_LIMITS;
  const { files: ignoreFiles, projectRules } = readIgnoreFiles(decisions, limits);
  const { justifications, ...justifier } = await planJustifications(decisions, request.policy);
  return {
    limits,
    decisions: {
      filters: decisions.filters ?? { ignoredStates: [] },
      ignoreFiles,
      ...justifier,
      vexDocuments: [
        ...(decisions.vexDocuments ?? []),
        ...(vexFiles.length > 0 ? readVexFiles(vexFiles, limits) : []),
      ],
      isDerived: decisions.isDerived === true,
      isUnreachableAsserted: decisions.isUnreachableAsserted === true,
      isViewPartial: (reading.files?.exclude ?? []).length > 0,
      now,
    },
    justifications,
    projectRules,
    problems: listRuleProblems(projectRules, now),
    ...(baselineFile === undefined ? {} : { baseline: await readBaseline(baselineFile, limits) }),
  };
}

/** Code for justifications is only loaded if there are files of them. */
async function planJustifications(
  { justificationFiles = [] }: DecisionRequest,
  policy: PipelineRequest['policy'],
): Promise<Pick<AssessmentPlan, 'justifications'> & Pick<DecideOptions, 'createJustifier'>> {
  if (justificationFiles.length === 0) {
    return { justifications: [] };
  }
  const { readJustifications } = await import('../compliance/justify/file/read-entries.ts');
  const { createJustificationDecider } = await import(
    '../compliance/justify/justification-decider.ts'
  );
  const justifications = readJustifications(justificationFiles);
  const maxDays = policy && findMaxDays(policy.policies);
  return {
    justifications,
    createJustifier: (context) => createJustificationDecider(justifications, context, maxDays),
  };
}

/** The shortest limit of all policies counts; `undefined` if none has one. */
export function findMaxDays(
  policies: readonly { readonly maxExceptionDays?: number }[],
): number | undefined {
  const limits = policies.flatMap(({ maxExceptionDays }) => maxExceptionDays ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Returns whether a person signed reachability as evidence, which must then be measured again. */
export function hasReachEvidence(justifications: readonly Justification[]): boolean {
  return justifications.some(({ evidence, covers }) =>
    [evidence, ...covers.map((one) => one.evidence)].some((facts) => facts.has('reach')),
  );
}
