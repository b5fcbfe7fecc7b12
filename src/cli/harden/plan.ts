import { existsSync } from 'node:fs';
import type { ExitStatus } from '../../foundation/core/error.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { BaseStore } from '../../hardening/base/base-store.ts';
import type { AbiFacts } from '../../hardening/base/provisions.ts';
import type { PlanFormat } from '../../report/format/plan/contract.ts';
import { planFormats } from '../../report/format/plan/registry.generated.ts';
import { NO_ABI } from '../base-content.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { getBaseStoreDirectory } from '../folders.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { announceFile, createReportFrame, getOutputFileOptions } from '../report-run.ts';
import { createPorts, createRequest } from '../request.ts';
import { createTableOptions } from '../terminal.ts';
import { createPlanRun, type PlanRun } from './plan-run.ts';

/** `harden plan IMAGE`. */
export async function printPlan(context: Context): Promise<ExitStatus> {
  const outputs = await chooseOutputs(context.resolved.values.output, planFormats, {
    command: 'harden',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const run = await runPlan(context);
  if (context.resolved.values.renovate) {
    return printRenovate(run, context);
  }
  writeAll(run, outputs, context);
  reportOutcome(run, context);
  return chooseExitStatus(run, context);
}

/** Adds the base images on which the application runs, if any are known. */
async function runPlan(context: Context): Promise<PlanRun> {
  const folder = getBaseStoreDirectory(context.resolved.values, context.environment);
  if (!existsSync(folder)) {
    return await createPlanRun(context);
  }
  const { recommendBases } = await import('../../assess/recommend-bases.ts');
  const { checkRun } = await import('./check.ts');
  let abi = NO_ABI;
  const onAbi = (found: AbiFacts): void => {
    abi = found;
  };
  const run = await createPlanRun(context, { onAbi, isBaseWanted: true });
  const bases = await recommendBases({
    assessment: run.assessment,
    request: await createRequest(context, { isRecordsOnly: true }),
    ports: createPorts(context),
    store: new BaseStore(folder),
    check: (image) => checkRun({ run, abi }, { image, doubts: [] }),
  });
  return bases.length === 0 ? run : { ...run, plan: { ...run.plan, bases } };
}

/** Prints the newer build with the fewest findings; nothing if there is none. */
function printRenovate(run: PlanRun, context: Context): ExitStatus {
  const { bases = [] } = run.plan;
  const best = bases.find(
    ({ kind, manifestDigest }) => kind === 'newer-build' && manifestDigest !== undefined,
  );
  if (best === undefined) {
    context.notify('no newer build of the base image with a digest is known');
  } else {
    context.print(`${escapeText(`${best.name}@${best.manifestDigest ?? ''}`)}\n`);
  }
  reportOutcome(run, context);
  return chooseExitStatus(run, context);
}

/** Files come first, as in `report-run.ts`. */
function writeAll(
  { plan, assessment }: PlanRun,
  outputs: readonly Output<PlanFormat>[],
  context: Context,
): void {
  context.resources.dispose();
  const { tool, timestamp } = createReportFrame(context);
  const report = { tool, plan, assessment, ...(timestamp === undefined ? {} : { timestamp }) };
  for (const { format, file } of outputs) {
    if (file !== undefined) {
      writeTextFile(file, getOutputFileOptions(context), (sink) =>
        format.write(report, sink, { isColoured: false }),
      );
      announceFile(file, context);
    }
  }
  for (const { format } of outputs.filter(({ file }) => file === undefined)) {
    const sink = new BufferedSink((text) => context.print(text));
    format.write(report, sink, createTableOptions(context.terminal));
    sink.flush();
  }
}
