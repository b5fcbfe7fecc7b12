import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formats } from '../../format/registry.generated.ts';
import type { Command, Context } from '../command.ts';
import { chooseOutputs } from '../output.ts';
import { inventoryOf, reportFrame, targetOf, tellProblems, writeOutputs } from '../report-run.ts';
import { checkTemplate } from '../template-file.ts';

/** What is on board. */
export const sbom: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const { output, failIncomplete, grade, limits, merge, template } = context.resolved.values;
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
  const outputs = chooseOutputs(output, formats, {
    command: 'sbom',
    carries: ['inventory'],
    defaultFormat: 'table',
  });
  checkTemplate(outputs, template, limits);
  const inventory = await wholeInventory(targets, context);
  tellProblems(inventory, outputs, context);
  writeOutputs({ ...reportFrame(context), inventory }, outputs, context);
  return failIncomplete && !isComplete(inventory) ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
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
    parts.push(await inventoryOf(target, context));
  }
  const [only] = parts;
  if (only !== undefined && !context.resolved.values.merge) {
    return only;
  }
  const { mergeInventories } = await import('../../scan/merge-inventories.ts');
  return mergeInventories(parts, context.resolved.values.name);
}
