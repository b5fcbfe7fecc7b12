import { assessPair } from '../../assess/assess-pair.ts';
import { SECTIONS } from '../../compare/difference.ts';
import { readDifferenceRules } from '../../compare/difference-rules/difference-rules.ts';
import { defined } from '../../core/defined.ts';
import type { DifferenceRule } from '../../core/difference-rule.ts';
import { type ExitStatus, UserError } from '../../core/error.ts';
import type { DifferenceFormat, DifferenceReport } from '../../report/comparison/contract.ts';
import { differenceFormats } from '../../report/comparison/registry.generated.ts';
import { readRuleFile } from '../../source/rule-file.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { reportProjectRules } from '../project-file.ts';
import {
  announceFile,
  createReportFrame,
  describeFile,
  getOutputFileOptions,
} from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

/** Compares two targets. */
export const compare: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [first, second] = context.positionals;
  if (first === undefined || second === undefined) {
    throw new UserError('E_USAGE', '"plimsoll compare" needs two targets', {
      hint: 'name both, for example: plimsoll compare debian.tar alpine.tar',
    });
  }
  const { output, minutesPerFinding, earlierDb, accept } = context.resolved.values;
  const outputs = await chooseOutputs(output, differenceFormats, {
    command: 'compare',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const request = {
    ...(await createRequest(context)),
    rules: accept.flatMap((file) => readRules(file, context)),
    ...defined({ earlierDatabaseFolder: earlierDb }),
  };
  const pair = await runWithCommandHint(first, () =>
    assessPair([first, second], request, createPorts(context)),
  );
  for (const note of pair.notes) {
    context.notify(`warning: ${note}`);
  }
  reportProjectRules(pair.projectRules, [pair.before.findings, pair.after.findings], context);
  const { tool, timestamp } = createReportFrame(context);
  const { difference } = pair;
  const configuration = describeFile(context);
  const report = {
    tool,
    difference,
    page: { minutesPerFinding },
    ...defined({ timestamp }),
    ...(Object.keys(configuration).length === 0 ? {} : { configuration }),
  };
  writeAll(report, outputs, context);
  reportOutcome(pair, context);
  return chooseExitStatus(pair, context);
}

function readRules(file: string, { resolved: { values } }: Context): readonly DifferenceRule[] {
  const { limits } = values;
  const content = readRuleFile(file, limits);
  return readDifferenceRules(content, { limits, origin: file, sections: SECTIONS });
}

/**
 * Writes files first: standard output is often a pipe to a program that expects the files to exist.
 */
function writeAll(
  report: DifferenceReport,
  outputs: readonly Output<DifferenceFormat>[],
  context: Context,
): void {
  context.resources.dispose();
  const isAll = context.resolved.values.all;
  for (const { format, file } of outputs) {
    if (file !== undefined) {
      const options = getOutputFileOptions(context);
      writeTextFile(file, options, (sink) =>
        format.write(report, sink, { isColoured: false, isAll }),
      );
      announceFile(file, context);
    }
  }
  for (const { format } of outputs.filter(({ file }) => file === undefined)) {
    const sink = new BufferedSink((text) => context.print(text));
    format.write(report, sink, { ...createTableOptions(context.terminal), isAll });
    sink.flush();
  }
}
