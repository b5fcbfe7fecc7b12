import { summaryOf } from '../../assess/announce.ts';
import type { ReadForReport } from '../../assess/scan-options.ts';
import { present } from '../../core/assert.ts';
import { assessCompleteness, type Completeness, createAssessment } from '../../core/assessment.ts';
import { type ExitStatus, UserError } from '../../core/error.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs, type Output } from '../output.ts';
import {
  reportFrame,
  targetOf,
  tellProblems,
  wishOf,
  writeKept,
  writeOutputs,
} from '../report-run.ts';
import { readInventoryFor, readReportFor } from '../request.ts';
import { tellMissingRun } from '../sending-run.ts';
import { checkTemplate } from '../template-file.ts';

/** What is on board. */
export const sbom: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const { output, grade, limits, merge, template } = context.resolved.values;
  const targets = targetsOf(context);
  if (grade) {
    const { ownFacts, printGrade, readGraded } = await import('../grade/print-grade.ts');
    const [only] = targets;
    const graded =
      merge || only === undefined
        ? { inventory: await wholeInventory(targets, context), about: ownFacts(context) }
        : await readGraded(only, context);
    return printGrade(graded, context);
  }
  const outputs = await chooseOutputs(output, formatLoaders, {
    command: 'sbom',
    carries: ['inventory'],
    defaultFormat: 'table',
  });
  checkTemplate(outputs, template, limits);
  const read = await readTargets(targets, outputs, context);
  const summary = 'report' in read ? read.report.summary : read.inventory;
  tellProblems(summary, outputs, context);
  tellMissingRun(outputs, context);
  if ('report' in read) {
    writeKept(read.report, present(outputs[0], 'the output that was wished for'), context);
  } else {
    using keeper = read.keeper;
    keeper?.begin(summaryOf(read.inventory));
    writeOutputs(
      { ...reportFrame(context), ...createAssessment({ inventory: read.inventory }) },
      outputs,
      context,
      keeper,
    );
  }
  const completeness = describeCompleteness(read);
  reportOutcome({ completeness }, context);
  return chooseExitStatus({ completeness }, context);
}

/** A kept report was only kept because its inventory was complete or its problems are with it. */
function describeCompleteness(read: ReadForReport): Completeness {
  return 'report' in read
    ? { isComplete: isComplete(read.report.summary), reasons: [] }
    : assessCompleteness(createAssessment({ inventory: read.inventory }));
}

async function readTargets(
  targets: readonly string[],
  outputs: readonly Output[],
  context: Context,
): Promise<ReadForReport> {
  const wish = wishOf(outputs, context);
  const [only] = targets;
  return only === undefined || wish === undefined || context.resolved.values.merge
    ? { inventory: await wholeInventory(targets, context) }
    : await readReportFor(only, wish, context);
}

function targetsOf(context: Context): readonly string[] {
  const first = targetOf(context, 'sbom');
  const [, second] = context.positionals;
  if (context.resolved.values.merge) {
    return context.positionals;
  }
  if (second !== undefined) {
    throw new UserError('E_USAGE', `"plimsoll sbom" does not take "${second}"`, {
      hint: 'with --merge it makes one SBOM of several targets',
    });
  }
  return [first];
}

/** Of one target, or of several that are put together. */
async function wholeInventory(targets: readonly string[], context: Context): Promise<Inventory> {
  const parts: Inventory[] = [];
  for (const target of targets) {
    parts.push(await readInventoryFor(target, context));
  }
  const [only] = parts;
  if (only !== undefined && !context.resolved.values.merge) {
    return only;
  }
  const { mergeInventories } = await import('../../assemble/merge-inventories.ts');
  return mergeInventories(parts, context.resolved.values.name);
}
