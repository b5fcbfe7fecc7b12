import type { IgnoreRule } from '../core/ignore-rule.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import type { DecideOptions } from './decide.ts';
import { listRuleProblems, readIgnoreFiles } from './ignore-files.ts';
import type { Ports } from './ports.ts';
import { readVexFiles } from './read-vex-files.ts';
import type { AssessmentRequest } from './request.ts';

/**
 * How a run decides findings and evaluates gates, with the content of the files that the request
 * names.
 */
export interface AssessmentPlan {
  readonly limits: Limits;
  readonly decisions: DecideOptions;
  readonly baseline?: Baseline;
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
  request: AssessmentRequest,
  { now }: Ports,
): Promise<AssessmentPlan> {
  const { reading = {}, decisions = {}, baselineFile } = request;
  const { vexFiles = [] } = decisions;
  const limits = reading.limits ?? DEFAULT_LIMITS;
  const { files: ignoreFiles, projectRules } = readIgnoreFiles(decisions, limits);
  return {
    limits,
    decisions: {
      filters: decisions.filters ?? { ignoredStates: [] },
      ignoreFiles,
      vexDocuments: [
        ...(decisions.vexDocuments ?? []),
        ...(vexFiles.length > 0 ? readVexFiles(vexFiles, limits) : []),
      ],
      isDerived: decisions.isDerived === true,
      isUnreachableAsserted: decisions.isUnreachableAsserted === true,
      isViewPartial: (reading.files?.exclude ?? []).length > 0,
      now,
    },
    projectRules,
    problems: listRuleProblems(projectRules, now),
    ...(baselineFile === undefined ? {} : { baseline: await readBaseline(baselineFile, limits) }),
  };
}
