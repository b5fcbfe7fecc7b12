import { assessCompleteness } from '../../foundation/core/assessment.ts';
import type { ExitStatus } from '../../foundation/core/error.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { explainFindings } from '../../vulnerability/explain/explain-finding.ts';
import { explainSources } from '../../vulnerability/explain/explain-sources.ts';
import type { PackageFindings } from '../../vulnerability/explain/explanation.ts';
import { formatFinding } from '../../vulnerability/explain/explanation-text.ts';
import {
  findNamedPackages,
  listPackageFindings,
} from '../../vulnerability/explain/package-findings.ts';
import { formatPackageFindings } from '../../vulnerability/explain/package-findings-text.ts';
import type { Command, Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { createMatchOptions } from '../request.ts';
import { createTableOptions } from '../terminal.ts';
import { createWhyRun, printAnswers, type WhyRun } from '../why-run.ts';

/**
 * Explains why a vulnerability is reported. If it is not, reports that and the command that
 * explains more. If a package is named instead, lists its findings.
 */
export const why: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const whyRun = await createWhyRun('why', context);
  const { question, inventory, findings } = whyRun;
  const outcome = { completeness: assessCompleteness(whyRun) };
  const packages = question.package === undefined ? findPackages(whyRun, context) : undefined;
  if (packages !== undefined) {
    printPackages(listPackageFindings(packages, inventory, findings), whyRun, context);
    reportOutcome(outcome, context);
    return chooseExitStatus(outcome, context);
  }
  const options = await createMatchOptions(context);
  const answers = explainSources(explainFindings(question, inventory, findings), {
    inventory,
    database: whyRun.advisories,
    options,
  });
  printAnswers(answers, whyRun, { context, formatLines: formatFinding });
  if (answers.length === 0) {
    const on = question.package === undefined ? '' : ` on ${question.package}`;
    if (whyRun.format === 'text') {
      context.print(escapeText(`${question.id}: no finding${on}`).concat('\n'));
    }
    context.notify('hint: run "plimsoll why-not" with the same arguments to see why');
  }
  reportOutcome(outcome, context);
  return chooseExitStatus(outcome, context);
}

/** An unknown package may be one that could not be read: the reasons precede the error. */
function findPackages(whyRun: WhyRun, context: Context): readonly InventoryPackage[] | undefined {
  try {
    return findNamedPackages(whyRun.question.id, whyRun.inventory, whyRun.findings);
  } catch (error) {
    reportOutcome({ completeness: assessCompleteness(whyRun) }, context);
    throw error;
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
  const [target = ''] = context.positionals;
  context.print(formatPackageFindings(answers, target, createTableOptions(context.terminal)));
  const first = answers.find(({ findings }) => findings.length === 0);
  if (first !== undefined) {
    const name = escapeText(whyRun.question.id);
    context.notify(`hint: run "plimsoll why-not TARGET '*' ${name}" to see what was compared`);
  }
}
