import { assessCompleteness } from '../../foundation/core/assessment.ts';
import type { ExitStatus } from '../../foundation/core/error.ts';
import { type Evaluated, explainAbsence } from '../../vulnerability/explain/explain-absence.ts';
import { explainFindings } from '../../vulnerability/explain/explain-finding.ts';
import { explainPackages } from '../../vulnerability/explain/explain-packages.ts';
import { explainSources } from '../../vulnerability/explain/explain-sources.ts';
import {
  formatAbsence,
  formatFinding,
  formatPackage,
} from '../../vulnerability/explain/explanation-text.ts';
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
  const whyRun = await createWhyRun('why-not', context, EVERY_ID);
  const { inventory, findings, advisories: database } = whyRun;
  const options = await createMatchOptions(context);
  const evaluated = { inventory, findings, database, options };
  if (whyRun.question.id === EVERY_ID) {
    const answers = [...explainPackages(whyRun.question.package, evaluated)];
    printAnswers(answers, whyRun, { context, formatLines: formatPackage });
  } else {
    printAnswer(whyRun, evaluated, context);
  }
  const outcome = { completeness: assessCompleteness(whyRun) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

function printAnswer(whyRun: WhyRun, evaluated: Evaluated, context: Context): void {
  const { question, inventory, findings } = whyRun;
  const present = explainSources(explainFindings(question, inventory, findings), evaluated);
  const absence = explainAbsence(question, evaluated);
  const isFound = present.some(({ state }) => state === 'open');
  printAnswers(isFound ? present : [absence, ...present], whyRun, {
    context,
    formatLines: (answer) =>
      answer.kind === 'absence' ? formatAbsence(answer) : formatFinding(answer),
  });
  if (isFound) {
    context.notify(`${question.id} is reported as a finding`);
  }
}
