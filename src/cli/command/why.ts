import { assessCompleteness } from '../../core/assessment.ts';
import type { ExitStatus } from '../../core/error.ts';
import { escapeText } from '../../core/screen-text.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import { formatFinding } from '../../explain/explanation-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createWhyRun, printAnswers } from '../why-run.ts';

/**
 * Explains why a vulnerability is reported. If it is not, reports that and the command that
 * explains more.
 */
export const why: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const asked = await createWhyRun('why', context);
  const { question, inventory, findings } = asked;
  const answers = explainFindings(question, inventory, findings);
  printAnswers(answers, asked, { context, formatLines: formatFinding });
  if (answers.length === 0) {
    const on = question.package === undefined ? '' : ` on ${question.package}`;
    if (asked.format === 'text') {
      context.print(escapeText(`${question.id}: no finding${on}`).concat('\n'));
    }
    context.notify('hint: run "plimsoll why-not" with the same arguments to see why');
  }
  const outcome = { completeness: assessCompleteness(asked) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}
