import { verifyReach } from '../../../assess/verify-reach.ts';
import { assessCompleteness, createAssessment } from '../../../foundation/core/assessment.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../../foundation/core/error.ts';
import type { Inventory } from '../../../foundation/core/inventory.ts';
import { formatJson } from '../../../foundation/core/json-document.ts';
import { escapeText, formatCount } from '../../../foundation/core/screen-text.ts';
import type { Command, Context } from '../../command.ts';
import { chooseExitStatus, reportOutcome } from '../../exit-status.ts';
import { createScanOptions, readContextInventory } from '../../request.ts';
import { chooseWhyFormat } from '../../why/why-run.ts';

/** Checks every witness of the files that the entry point can load once more. */
export const verify: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [target] = context.positionals;
  if (target === undefined) {
    throw new UserError('E_USAGE', 'missing target', {
      hint: 'name one, for example: plimsoll why verify app.tar',
    });
  }
  const format = chooseWhyFormat('why verify', context);
  const inventory = await readContextInventory(target, context, {
    isRecordsOnly: true,
    isReachRequested: true,
  });
  const open = inventory.reach?.opacities.find(({ scope }) => scope.kind === 'all')?.what;
  const nothing =
    inventory.reach?.unknown ?? (hasSteps(inventory) ? undefined : explainNoWitness(open));
  if (nothing !== undefined) {
    throw new UserError('E_USAGE', `nothing to verify: ${nothing}`);
  }
  const checked = await verifyReach(target, inventory, await createScanOptions(context));
  const fallen = checked.filter(({ holds }) => !holds);
  if (format === 'json') {
    context.print(
      `${formatJson({ steps: checked.length, fallen: fallen.map(({ step }) => step) })}\n`,
    );
  } else {
    context.print(
      `confirmed ${checked.length - fallen.length} of ${formatCount(checked.length, 'step')}\n`,
    );
    context.print(
      open === undefined ? '' : `${escapeText(`No file is rated unreachable: ${open}`)}\n`,
    );
    for (const { step } of fallen) {
      const { from, to, rule, witness } = step;
      context.print(
        escapeText(`  ${from} → ${to}: "${witness.token}" not found in ${witness.path} (${rule})`),
      );
      context.print('\n');
    }
  }
  if (fallen.length > 0) {
    return EXIT_STATUS.gateFailed;
  }
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

function hasSteps({ reach: found }: Inventory): boolean {
  return found !== undefined && found.files.length + found.tainted.length > 0;
}

/** Explains why no step has a witness: the program that the image starts is not in the image. */
function explainNoWitness(open: string | undefined): string {
  const what = 'no file of the image is known to be used';
  return open === undefined ? what : `${what}; ${open}`;
}
