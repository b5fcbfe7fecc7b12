import { assessCompleteness, createAssessment } from '../../foundation/core/assessment.ts';
import type { ExitStatus } from '../../foundation/core/error.ts';
import { explainNeed, formatNeed } from '../../vulnerability/explain/explain-need.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createFileOptions, readContextInventory } from '../request.ts';
import { suggestTarget, type WhyQuestion } from './choose-question.ts';
import { printAnswers, type WhyFormat } from './why-run.ts';

/** Explains how the entry point of an image reaches files. */
export async function explainFiles(
  { target, files }: Extract<WhyQuestion, { readonly kind: 'need' }>,
  format: WhyFormat,
  context: Context,
): Promise<ExitStatus> {
  // A path may lead through any link of the image.
  const inventory = await readContextInventory(target, context, {
    isRecordsOnly: true,
    isReachRequested: true,
    files: { ...createFileOptions(context.resolved.values), selection: 'all' },
  });
  const answers = files.map((path) => explainNeed(path, inventory));
  printAnswers(answers, { format }, { context, formatLines: formatNeed });
  for (const { path, unknown } of answers) {
    const local = unknown === undefined ? undefined : suggestTarget(path);
    if (local !== undefined) {
      context.notify(`hint: to compare with a target of this machine, name its source: ${local}`);
    }
  }
  const outcome = { completeness: assessCompleteness(createAssessment({ inventory })) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}
