import { assess, type OpenAssessment } from '../../assess/assess.ts';
import type { PipelineRequest } from '../../assess/request.ts';
import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { AbiFacts } from '../../hardening/base/provisions.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import { planUpdates } from '../../vulnerability/match/plan-updates.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { getDatabaseDirectory } from '../folders.ts';
import { chooseOutputs } from '../output.ts';
import { reportProjectRules } from '../project-file.ts';
import { reportDatabase } from '../report-database.ts';
import {
  createReportFrame,
  getTarget,
  isReadByPerson,
  reportProblems,
  writeOutputs,
} from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { checkTemplate } from '../template-file.ts';

/** Lists the packages of a target and the vulnerabilities that affect them. */
export const scan: Command = { run };

function run(context: Context): Promise<ExitStatus> {
  return scanAndReport(getTarget(context, 'scan'), context);
}

/**
 * Scans a target, writes the report, and returns the exit status.
 *
 * @param more.vexFiles documents in addition to those of the options
 */
export async function scanAndReport(
  target: string,
  context: Context,
  more: ScanMore = {},
): Promise<ExitStatus> {
  const { output, template, limits, parity } = context.resolved.values;
  const outputs = await chooseOutputs(output, formatLoaders, {
    command: 'scan',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  checkTemplate(outputs, template, limits);
  let abi: AbiFacts | undefined;
  const onAbi = (found: AbiFacts): void => {
    abi = found;
  };
  const reading = context.resolved.values.remember ? { onAbi } : {};
  const assessment = await assessTarget(target, context, { ...more, ...reading });
  await keepLedger(assessment, context);
  await rememberTarget(assessment, abi, context);
  more.onScanned?.(assessment);
  const { inventory, findings, verdict } = assessment;
  if (parity && findings.database === undefined) {
    throw createMissingDatabaseError(context);
  }
  reportProblems(inventory, outputs, context);
  if (findings.database === undefined && !isReadByPerson(outputs, context)) {
    const folder = getDatabaseDirectory(context.resolved.values, context.environment);
    context.notify(
      `warning: vulnerabilities were not evaluated: no advisory database in ${folder}`,
    );
  }
  reportDatabase([findings], context);
  const outcome = { verdict, completeness: assessCompleteness(assessment) };
  try {
    const { advisories: _, decisions: __, projectRules: ___, judged: ____, ...report } = assessment;
    const updates = planUpdates(inventory.packages, findings.findings);
    writeOutputs({ ...createReportFrame(context), ...report, updates }, outputs, context);
  } finally {
    reportOutcome(outcome, context);
  }
  return chooseExitStatus(outcome, context);
}

interface ScanMore {
  readonly vexFiles?: readonly string[];
  /** Whether to identify the base image if any are known. */
  readonly isBaseWanted?: boolean;
  /** Receives the interfaces of its programs and libraries. */
  readonly onAbi?: (facts: AbiFacts) => void;
  /** Receives the assessment before the report is written. */
  readonly onScanned?: (assessment: OpenAssessment) => void;
}

/** Runs the pipeline as the options request. */
export async function assessTarget(
  target: string,
  context: Context,
  { vexFiles = [], onAbi, isBaseWanted = false }: Omit<ScanMore, 'onScanned'> = {},
): Promise<OpenAssessment> {
  const request = addAbi(
    await addPolicies(await createRequest(context, { vexFiles }), context),
    onAbi,
  );
  const base = isBaseWanted ? addKnownBases(request) : request;
  const { derive } = context.resolved.values;
  const isDeriveRequested = derive && context.resolved.origins.derive !== 'default';
  return await runWithCommandHint(target, async () => {
    const assessment = await assess(target, base, createPorts(context));
    reportProjectRules(assessment.projectRules, [assessment.findings], context);
    const { files, packages } = assessment.inventory;
    if (isDeriveRequested && files.length === 0 && packages.length > 0) {
      context.notify(
        'note: the target lists no files, so justifications cannot be derived from them',
      );
    }
    return assessment;
  });
}

/** Without known base images, packages get no origin, which would only be noise. */
function addKnownBases(request: PipelineRequest): PipelineRequest {
  const { base = request.recognition } = request;
  return base === undefined ? request : { ...request, base };
}

function addAbi(request: PipelineRequest, onAbi: ScanMore['onAbi']): PipelineRequest {
  return onAbi === undefined ? request : { ...request, reading: { ...request.reading, onAbi } };
}

/** Code for policies is only loaded if one is named. */
async function addPolicies(request: PipelineRequest, context: Context): Promise<PipelineRequest> {
  const { policy, pack } = context.resolved.values;
  if (policy.length + pack.length === 0) {
    return request;
  }
  const { createPolicyRequest, readAttestationTrust } = await import('../policy-request.ts');
  const trust = await readAttestationTrust(context);
  return { ...request, policy: { ...createPolicyRequest(context), ...trust } };
}

async function keepLedger({ judged }: OpenAssessment, context: Context): Promise<void> {
  if (judged !== undefined) {
    const { writeLedgerFile } = await import('../policy-request.ts');
    writeLedgerFile(judged.input.ledger, context);
  }
}

/** Code for the store is only loaded if the target is added to it. */
async function rememberTarget(
  { inventory }: OpenAssessment,
  abi: AbiFacts | undefined,
  context: Context,
): Promise<void> {
  if (context.resolved.values.remember) {
    const { addToStore } = await import('../remember-target.ts');
    addToStore({ inventory, ...defined({ abi }) }, context);
  }
}

/** Creates the error of commands that need a database. Other scanners fail without one, too. */
export function createMissingDatabaseError({ resolved, environment }: Context): UserError {
  const folder = getDatabaseDirectory(resolved.values, environment);
  return new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`, {
    hint: 'run "plimsoll db update", or import one with "plimsoll db import FILE"',
  });
}
