import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs } from '../output.ts';
import { createReportFrame, getTarget, reportProblems, writeOutputs } from '../report-run.ts';
import { readContextInventory } from '../request.ts';
import { reportMissingRun } from '../sending-run.ts';
import { checkTemplate } from '../template-file.ts';

/** Lists the packages of a target. */
export const sbom: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const { output, grade, limits, merge, template } = context.resolved.values;
  const targets = listTargets(context);
  if (grade) {
    const {
      createOwnFacts: ownFacts,
      printGrade,
      readGraded,
    } = await import('../grade/print-grade.ts');
    const [only] = targets;
    if (merge || only === undefined) {
      const inventory = await readMergedInventory(targets, context);
      return printGrade({ inventory, about: ownFacts(inventory, context) }, context);
    }
    return printGrade(await readGraded(only, context), context);
  }
  const outputs = await chooseOutputs(output, formatLoaders, {
    command: 'sbom',
    carries: ['inventory'],
    defaultFormat: 'table',
  });
  checkTemplate(outputs, template, limits);
  const assessment = createAssessment({ inventory: await readMergedInventory(targets, context) });
  reportProblems(assessment.inventory, outputs, context);
  reportMissingRun(outputs, context);
  writeOutputs({ ...createReportFrame(context), ...assessment }, outputs, context);
  const completeness = assessCompleteness(assessment);
  reportOutcome({ completeness }, context);
  return chooseExitStatus({ completeness }, context);
}

function listTargets(context: Context): readonly string[] {
  const first = getTarget(context, 'sbom');
  const [, second] = context.positionals;
  if (context.resolved.values.merge) {
    return context.positionals;
  }
  if (second !== undefined) {
    throw new UserError('E_USAGE', `unexpected argument "${second}" for "plimsoll sbom"`, {
      hint: 'add --merge to make one SBOM of several targets',
    });
  }
  return [first];
}

/** Reads one target, or merges several. */
async function readMergedInventory(
  targets: readonly string[],
  context: Context,
): Promise<Inventory> {
  const parts: Inventory[] = [];
  for (const target of targets) {
    parts.push(await readContextInventory(target, context));
  }
  const [only] = parts;
  if (only !== undefined && !context.resolved.values.merge) {
    return only;
  }
  const { mergeInventories } = await import('../../inventory/assemble/merge-inventories.ts');
  return mergeInventories(parts, context.resolved.values.name);
}
