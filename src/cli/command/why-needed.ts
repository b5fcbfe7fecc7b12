import { assessCompleteness, createAssessment } from '../../core/assessment.ts';
import { type ExitStatus, UserError } from '../../core/error.ts';
import { explainNeed, formatNeed } from '../../explain/explain-need.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createFileOptions, readInventoryFor } from '../request.ts';
import { printAnswers, whyFormat } from '../why-run.ts';

/** Why what an image starts needs a file. */
export const whyNeeded: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [target, ...files] = context.positionals;
  if (target === undefined || files.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll why-needed" needs a target and a file in it', {
      hint: 'name both, for example: plimsoll why-needed app.tar /usr/lib/libssl.so.3',
    });
  }
  const format = whyFormat('why-needed', context);
  // A path may lead through any link of the image.
  const inventory = await readInventoryFor(target, context, {
    isReachAsked: true,
    files: { ...createFileOptions(context.resolved.values), selection: 'all' },
  });
  const answers = files.map((path) => explainNeed(path, inventory));
  printAnswers(answers, { format }, { context, linesOf: formatNeed });
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}
