import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import { explainAbsence } from '../../explain/explain-absence.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import type { FindingExplanation } from '../../explain/explanation.ts';
import { absenceLines, findingLines } from '../../explain/explanation-text.ts';
import type { Command, Context } from '../command.ts';
import { askAbout, printAnswers } from '../why-run.ts';

/** Why a vulnerability is no finding. Where it is one, open or set aside, that is explained. */
export const whyNot: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const asked = await askAbout('why-not', context);
  const { question, inventory, findings, database } = asked;
  const present = explainFindings(question, inventory, findings);
  const { parity } = context.resolved.values;
  const options = { isParity: parity, now: context.now };
  const absence = explainAbsence(question, { inventory, findings, database, options });
  const isFound = present.some(({ state }) => state === 'open');
  const answers = isFound ? present : [absence, ...present];
  printAnswers(answers, asked, {
    context,
    linesOf: (answer) =>
      answer.kind === 'absence'
        ? absenceLines(answer)
        : findingLines(answer satisfies FindingExplanation),
  });
  if (isFound) {
    context.tell(`${question.id} is a finding`);
  }
  return EXIT_STATUS.fine;
}
