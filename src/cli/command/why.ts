import { assessCompleteness } from '../../core/assessment.ts';
import type { ExitStatus } from '../../core/error.ts';
import { escapeText } from '../../core/screen-text.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import { formatFinding } from '../../explain/explanation-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { askAbout, printAnswers } from '../why-run.ts';

/** Why a vulnerability is found. Where it is not, that is said, and which command tells more. */
export const why: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const asked = await askAbout('why', context);
  const { question, inventory, findings } = asked;
  const answers = explainFindings(question, inventory, findings);
  printAnswers(answers, asked, { context, linesOf: formatFinding });
  if (answers.length === 0) {
    const on = question.package === undefined ? '' : ` on ${question.package}`;
    if (asked.format === 'text') {
      context.print(escapeText(`${question.id}: no finding${on}`).concat('\n'));
    }
    context.tell('hint: run "plimsoll why-not" with the same arguments to see why');
  }
  const outcome = { completeness: assessCompleteness(asked) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}
