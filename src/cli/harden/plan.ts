import { type ExitStatus } from '../../core/error.ts';
import type { PlanFormat } from '../../report/plan/contract.ts';
import { planFormats } from '../../report/plan/registry.generated.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { announceFile, createReportFrame, getOutputFileOptions } from '../report-run.ts';
import { createTableOptions } from '../terminal.ts';
import { createPlanRun, type PlanRun } from './plan-run.ts';

/** `harden plan IMAGE`. */
export async function printPlan(context: Context): Promise<ExitStatus> {
  const outputs = await chooseOutputs(context.resolved.values.output, planFormats, {
    command: 'harden',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const run = await createPlanRun(context);
  writeAll(run, outputs, context);
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
