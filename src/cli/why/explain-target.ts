import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { type Evaluated, explainAbsence } from '../../vulnerability/explain/explain-absence.ts';
import { explainFindings, isCalled } from '../../vulnerability/explain/explain-finding.ts';
import { explainPackages } from '../../vulnerability/explain/explain-packages.ts';
import { explainSources } from '../../vulnerability/explain/explain-sources.ts';
import type { PackageFindings } from '../../vulnerability/explain/explanation.ts';
import {
  formatAbsence,
  formatFinding,
  formatPackage,
} from '../../vulnerability/explain/explanation-text.ts';
import {
  findNamedPackages,
  listPackageFindings,
} from '../../vulnerability/explain/package-findings.ts';
import { formatPackageFindings } from '../../vulnerability/explain/package-findings-text.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createMatchOptions } from '../request.ts';
import { createTableOptions } from '../terminal.ts';
import { EVERY_ID, suggestTarget } from './choose-question.ts';
import { createWhyRun, printAnswers, type WhyFormat, type WhyRun } from './why-run.ts';

/**
 * Explains a finding. If there is no open one, explains which statements were checked against each
 * package, and why each was rejected. Of a package, lists the findings; of every vulnerability,
 * the statements that did not match.
 */
export async function explainTarget(
  question: WhyRun['question'],
  format: WhyFormat,
  context: Context,
): Promise<ExitStatus> {
  const whyRun = await createWhyRun(question, format, context);
  const { inventory, findings, advisories: database } = whyRun;
  const packages = question.package === undefined ? findPackages(whyRun, context) : undefined;
  if (packages === undefined) {
    const options = await createMatchOptions(context);
    printVulnerability(whyRun, { inventory, findings, database, options }, context);
  } else {
    printPackages(listPackageFindings(packages, inventory, findings), whyRun, context);
  }
  const outcome = { completeness: assessCompleteness(whyRun) };
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

/** An unknown package may be one that could not be read: the reasons precede the error. */
function findPackages(whyRun: WhyRun, context: Context): readonly InventoryPackage[] | undefined {
  const { question, inventory, findings } = whyRun;
  if (question.id === EVERY_ID) {
    return undefined;
  }
  try {
    return findNamedPackages(question.id, inventory, findings);
  } catch (error) {
    reportOutcome({ completeness: assessCompleteness(whyRun) }, context);
    throw addTargetHint(error, question.id);
  }
}

function addTargetHint(error: unknown, text: string): unknown {
  const target = suggestTarget(text);
  if (!(error instanceof UserError) || target === undefined) {
    return error;
  }
  const hint = `${error.hint}; to compare with a target, name its source: ${target}`;
  return new UserError(error.code, error.message, { hint });
}

function printVulnerability(whyRun: WhyRun, evaluated: Evaluated, context: Context): void {
  const { question, inventory, findings } = whyRun;
  if (question.id === EVERY_ID) {
    const answers = [...explainPackages(question.package, evaluated)];
    printAnswers(answers, whyRun, { context, formatLines: formatPackage });
    return;
  }
  const present = explainSources(explainFindings(question, inventory, findings), evaluated);
  const isOpen = present.some(({ state }) => state === 'open');
  const answers = isOpen ? present : [...present, explainAbsence(question, evaluated)];
  printAnswers(answers, whyRun, {
    context,
    formatLines: (answer) =>
      answer.kind === 'absence' ? formatAbsence(answer) : formatFinding(answer),
  });
  const namesake = inventory.packages.find((item) => isCalled(item, question.id));
  if (question.package === undefined && namesake !== undefined) {
    const { purl } = namesake;
    context.notify(`note: a package has this name, too: name it by its package URL, ${purl}`);
  }
}

function printPackages(
  answers: readonly PackageFindings[],
  whyRun: WhyRun,
  context: Context,
): void {
  if (whyRun.format === 'json') {
    printAnswers(answers, whyRun, { context, formatLines: () => [] });
    return;
  }
  const { target, id } = whyRun.question;
  context.print(formatPackageFindings(answers, target, createTableOptions(context.terminal)));
  if (answers.some(({ findings }) => findings.length === 0)) {
    const name = escapeText(id);
    context.notify(`hint: run "plimsoll why TARGET '*' ${name}" to see what was compared`);
  }
}
