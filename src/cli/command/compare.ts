import { assessComparison, type ComparedTargets } from '../../assess/assess-comparison.ts';
import { OPTIONS } from '../../foundation/config/option-table.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type {
  DifferenceFormat,
  DifferenceReport,
} from '../../report/format/comparison/contract.ts';
import { differenceFormats } from '../../report/format/comparison/registry.generated.ts';
import { readAcceptedChanges } from '../accepted-changes.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { reportProjectRules } from '../project-file.ts';
import { reportDatabase } from '../report-database.ts';
import {
  announceFile,
  createReportFrame,
  describeFile,
  getOutputFileOptions,
} from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

/** Compares two or more targets. */
export const compare: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const targets = getTargets(context);
  const { output, minutesPerFinding, earlierDb } = context.resolved.values;
  const outputs = await chooseOutputs(output, differenceFormats, {
    command: 'compare',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const request = {
    ...(await createRequest(context)),
    rules: readAcceptedChanges(context),
    ...defined({ earlierDatabaseFolder: earlierDb }),
  };
  const assessed = await runWithCommandHint(targets[0], () =>
    assessComparison(targets, request, createPorts(context)),
  );
  for (const note of assessed.notes) {
    context.notify(`warning: ${note}`);
  }
  const results = assessed.sides.map(({ findings }) => findings);
  reportDatabase(results, context);
  reportProjectRules(assessed.projectRules, results, context);
  const { tool, timestamp } = createReportFrame(context);
  const configuration = describeFile(context);
  const report = {
    tool,
    comparison: assessed.comparison,
    page: { minutesPerFinding },
    ...defined({ timestamp }),
    ...(Object.keys(configuration).length === 0 ? {} : { configuration }),
  };
  writeAll(report, outputs, context);
  reportOutcome(assessed, context);
  return chooseExitStatus(assessed, context);
}

/** Returns the targets to compare, and refuses options that only two targets can have. */
function getTargets({ positionals, resolved: { values } }: Context): ComparedTargets {
  const [first, second, ...others] = positionals;
  if (first === undefined || second === undefined) {
    throw new UserError('E_USAGE', '"plimsoll compare" needs two targets', {
      hint: 'name both, for example: plimsoll compare debian.tar alpine.tar',
    });
  }
  const forPairs = (['failOnDifference', 'accept', 'earlierDb'] as const).find((name) => {
    const value = values[name];
    return value !== undefined && value.length > 0;
  });
  if (others.length > 0 && forPairs !== undefined) {
    const { flag } = OPTIONS[forPairs];
    throw new UserError(
      'E_USAGE',
      `--${flag} needs exactly two targets, but ${positionals.length} were given`,
      { hint: `compare two of them, for example: plimsoll compare A B --${flag} …` },
    );
  }
  return [first, second, ...others];
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
