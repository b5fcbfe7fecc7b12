import { assessCompleteness } from '../../core/assessment.ts';
import type { ExitStatus } from '../../core/error.ts';
import { type Evaluated, explainAbsence } from '../../explain/explain-absence.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import { explainPackages } from '../../explain/explain-packages.ts';
import { formatAbsence, formatFinding, formatPackage } from '../../explain/explanation-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createMatchOptions } from '../request.ts';
import { createWhyRun, EVERY_ID, printAnswers, type WhyRun } from '../why-run.ts';

/**
 * Explains why a vulnerability is not reported. If it is a finding, open or ignored, explains the
 * finding. Otherwise reports which statements were checked against each package, and why each was
 * rejected.
 */
export const whyNot: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const asked = await createWhyRun('why-not', context, EVERY_ID);
  const { inventory, findings, advisories: database } = asked;
  const options = await createMatchOptions(context);
  const evaluated = { inventory, findings, database, options };
  if (asked.question.id === EVERY_ID) {
    const answers = [...explainPackages(asked.question.package, evaluated)];
    printAnswers(answers, asked, { context, formatLines: formatPackage });
  } else {
    printAnswer(asked, evaluated, context);
  }
  const outcome = { completeness: assessCompleteness(asked) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

function printAnswer(asked: WhyRun, evaluated: Evaluated, context: Context): void {
  const { question, inventory, findings } = asked;
  const present = explainFindings(question, inventory, findings);
  const absence = explainAbsence(question, evaluated);
  const isFound = present.some(({ state }) => state === 'open');
  printAnswers(isFound ? present : [absence, ...present], asked, {
    context,
    formatLines: (answer) =>
      answer.kind === 'absence' ? formatAbsence(answer) : formatFinding(answer),
  });
  if (isFound) {
    context.notify(`${question.id} is reported as a finding`);
  }
}
