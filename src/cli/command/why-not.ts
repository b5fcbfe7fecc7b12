import { assessCompleteness } from '../../core/assessment.ts';
import type { ExitStatus } from '../../core/error.ts';
import { type Evaluated, explainAbsence } from '../../explain/explain-absence.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import { explainPackages } from '../../explain/explain-packages.ts';
import { formatAbsence, formatFinding, formatPackage } from '../../explain/explanation-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createMatchOptions } from '../request.ts';
import { askAbout, EVERY_ID, printAnswers, type WhyRun } from '../why-run.ts';

/**
 * Why a vulnerability is no finding. Where it is one, open or set aside, that is explained. Without
 * one: what was held against each package, and why it fell away.
 */
export const whyNot: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const asked = await askAbout('why-not', context, EVERY_ID);
  const { inventory, findings, advisories: database } = asked;
  const options = await createMatchOptions(context);
  const evaluated = { inventory, findings, database, options };
  if (asked.question.id === EVERY_ID) {
    const answers = [...explainPackages(asked.question.package, evaluated)];
    printAnswers(answers, asked, { context, linesOf: formatPackage });
  } else {
    answerOne(asked, evaluated, context);
  }
  const outcome = { completeness: assessCompleteness(asked) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

function answerOne(asked: WhyRun, evaluated: Evaluated, context: Context): void {
  const { question, inventory, findings } = asked;
  const present = explainFindings(question, inventory, findings);
  const absence = explainAbsence(question, evaluated);
  const isFound = present.some(({ state }) => state === 'open');
  printAnswers(isFound ? present : [absence, ...present], asked, {
    context,
    linesOf: (answer) =>
      answer.kind === 'absence' ? formatAbsence(answer) : formatFinding(answer),
  });
  if (isFound) {
    context.tell(`${question.id} is reported as a finding`);
  }
}
