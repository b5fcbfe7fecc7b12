import type { BareDifference } from '../../compare/difference.ts';
import { type DifferenceGate, judgeDifference } from '../../compare/difference-gate.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { isComplete } from '../../core/inventory.ts';
import type { DifferenceFormat, DifferenceReport } from '../../report/comparison/contract.ts';
import { differenceFormats } from '../../report/comparison/registry.generated.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { compareTargets, planComparison } from '../compare-run.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { outputFileOptions, reportFrame } from '../report-run.ts';
import { tableOptionsOf } from '../terminal.ts';

/** What differs between two targets, and what that means. */
export const compare: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [first, second] = context.positionals;
  if (first === undefined || second === undefined) {
    throw new UserError('E_USAGE', '"plimsoll compare" needs two targets', {
      hint: 'for example: plimsoll compare debian.tar alpine.tar',
    });
  }
  const { output, failIncomplete, minutesPerFinding } = context.resolved.values;
  const outputs = await chooseOutputs(output, differenceFormats, {
    command: 'compare',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const plan = planComparison(context);
  const { difference, notes, results } = await compareTargets([first, second], plan, context);
  for (const note of notes) {
    context.tell(`warning: ${note}`);
  }
  const { tool, timestamp } = reportFrame(context);
  const page = { minutesPerFinding };
  writeAll(
    { tool, difference, page, ...(timestamp === undefined ? {} : { timestamp }) },
    outputs,
    context,
  );
  const isWhole = results.every(
    ({ inventory, findings }) => isComplete(inventory) && findings.database !== undefined,
  );
  return statusOf(difference, plan.gates, { context, isDoubtful: failIncomplete && !isWhole });
}

/** Files come first: standard output is often a pipe to a program that expects them there. */
function writeAll(
  report: DifferenceReport,
  outputs: readonly Output<DifferenceFormat>[],
  context: Context,
): void {
  context.resources.dispose();
  for (const { format, file } of outputs) {
    if (file !== undefined) {
      const options = outputFileOptions(context);
      writeTextFile(file, options, (sink) => format.write(report, sink, { isColoured: false }));
    }
  }
  for (const { format } of outputs.filter(({ file }) => file === undefined)) {
    const sink = new BufferedSink((text) => context.print(text));
    format.write(report, sink, tableOptionsOf(context.terminal));
    sink.flush();
  }
}

function statusOf(
  difference: BareDifference,
  gates: readonly DifferenceGate[],
  { context, isDoubtful }: { readonly context: Context; readonly isDoubtful: boolean },
): ExitStatus {
  const results = judgeDifference(difference, gates);
  for (const { gate, outcome, reason } of results.filter((one) => one.outcome !== 'pass')) {
    context.tell(`${outcome === 'fail' ? 'failed' : 'not known'}: --${gate}: ${reason}`);
  }
  if (results.some(({ outcome }) => outcome === 'fail')) {
    return EXIT_STATUS.gateFailed;
  }
  const isUnknown = results.some(({ outcome }) => outcome === 'unknown');
  return isUnknown || isDoubtful ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}
