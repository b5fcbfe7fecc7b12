import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import type { Alert, Findings } from '../../core/finding.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formats } from '../../format/registry.generated.ts';
import type { Command, Context } from '../command.ts';
import { judgeRun, tellVerdict } from '../decision-run.ts';
import { chooseOutputs, type Output } from '../output.ts';
import {
  isReadByPerson,
  reportFrame,
  targetOf,
  tellProblems,
  writeOutputs,
} from '../report-run.ts';
import { scanTarget } from '../scan-run.ts';

/** What is on board, and what of it is dangerous. */
export const scan: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = targetOf(context, 'scan');
  const options = context.resolved.values;
  const outputs = chooseOutputs(options.output, formats, {
    command: 'scan',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  const { inventory, findings: found, folder, plan } = await scanTarget(target, context);
  const judged = judgeRun(plan, inventory, found);
  const { findings, verdict } = judged;
  tellProblems(inventory, outputs, context);
  tellDatabase(findings, { folder, outputs, context });
  writeOutputs({ ...reportFrame(context), inventory, ...judged }, outputs, context);
  tellVerdict(verdict, context);
  if (verdict?.outcome === 'fail') {
    return EXIT_STATUS.gateFailed;
  }
  const isDoubtful = options.failIncomplete && !isWhole(inventory, findings);
  return isDoubtful || verdict?.outcome === 'unknown' ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

/** Says what of the database makes the answer worth less, also where the table says it. */
function tellDatabase(
  { database, alerts }: Findings,
  {
    folder,
    outputs,
    context,
  }: { readonly folder: string; readonly outputs: readonly Output[]; readonly context: Context },
): void {
  for (const { kind, message } of alerts) {
    if (DATABASE_WARNINGS.has(kind)) {
      context.tell(`warning: ${message}`);
    }
  }
  if (database === undefined) {
    if (!isReadByPerson(outputs, context)) {
      context.tell(`warning: vulnerabilities not evaluated: no advisory database in ${folder}`);
    }
    context.tell('hint: fill it with "plimsoll db update", or "plimsoll db import FILE"');
  }
}

const DATABASE_WARNINGS: ReadonlySet<Alert['kind']> = new Set([
  'database-not-updated',
  'database-outdated',
  'database-support-ending',
]);

function isWhole(inventory: Inventory, findings: Findings): boolean {
  const { database, unevaluated, alerts } = findings;
  const isOutdated = alerts.some(({ kind }) => kind === 'database-outdated');
  const isJudged = database !== undefined && !isOutdated && unevaluated.length === 0;
  return isComplete(inventory) && isJudged;
}
