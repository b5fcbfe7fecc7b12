import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import { isComplete } from '../../core/inventory.ts';
import { formats } from '../../format/registry.generated.ts';
import type { Command, Context } from '../command.ts';
import { chooseOutputs } from '../output.ts';
import { inventoryOf, reportFrame, targetOf, tellProblems, writeOutputs } from '../report-run.ts';

/** What is on board. */
export const sbom: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = targetOf(context, 'sbom');
  const { output, failIncomplete } = context.resolved.values;
  const outputs = chooseOutputs(output, formats, {
    command: 'sbom',
    carries: 'inventory',
    defaultFormat: 'table',
  });
  const inventory = await inventoryOf(target, context);
  tellProblems(inventory, outputs, context);
  writeOutputs({ ...reportFrame(context), inventory }, outputs, context);
  return failIncomplete && !isComplete(inventory) ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}
