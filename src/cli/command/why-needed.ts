import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { explainNeed, formatNeed } from '../../vulnerability/explain/explain-need.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createFileOptions, readContextInventory } from '../request.ts';
import { chooseWhyFormat, printAnswers } from '../why-run.ts';

/** Explains how the entry point of an image reaches a file. */
export const whyNeeded: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [target, ...files] = context.positionals;
  if (target === undefined || files.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll why-needed" needs a target and a file in it', {
      hint: 'name both, for example: plimsoll why-needed app.tar /usr/lib/libssl.so.3',
    });
  }
  const format = chooseWhyFormat('why-needed', context);
  // A path may lead through any link of the image.
  const inventory = await readContextInventory(target, context, {
    isRecordsOnly: true,
    isReachRequested: true,
    files: { ...createFileOptions(context.resolved.values), selection: 'all' },
  });
  const answers = files.map((path) => explainNeed(path, inventory));
  printAnswers(answers, { format }, { context, formatLines: formatNeed });
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}
