import { findDatabase, openDatabase } from '../../advisory/open-database.ts';
import type { AdvisoryDatabase } from '../../core/advisory.ts';
import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import type { Alert, Findings } from '../../core/finding.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formats } from '../../format/registry.generated.ts';
import { decide } from '../../scan/decide.ts';
import { evaluate } from '../../scan/scan.ts';
import type { Command, Context } from '../command.ts';
import { ageAlerts, isRefreshDue, refreshDatabase } from '../database-refresh.ts';
import { planDecisions, tellVerdict, verdictOf } from '../decision-run.ts';
import { databaseFolder } from '../folders.ts';
import { chooseOutputs, type Output } from '../output.ts';
import {
  inventoryOf,
  isReadByPerson,
  reportFrame,
  targetOf,
  tellProblems,
  writeOutputs,
} from '../report-run.ts';

/** What is on board, and what of it is dangerous. */
export const scan: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const target = targetOf(context, 'scan');
  const options = context.resolved.values;
  const outputs = chooseOutputs(options.output, formats, {
    command: 'scan',
    carries: 'findings',
    defaultFormat: 'table',
  });
  const plan = planDecisions(context);
  const folder = databaseFolder(options, context.environment);
  const isDue = isRefreshDue(folder, context);
  // What is not going to be replaced is opened first, so that a fault of it is told at once.
  const opened = isDue ? undefined : databaseOf(folder, context);
  const inventory = await inventoryOf(target, context);
  const alerts = isDue ? await refreshDatabase(folder, context) : [];
  const database = opened ?? databaseOf(folder, context);
  const found = findingsOf(inventory, database, { alerts, context });
  const findings = decide(found, inventory, plan.options);
  const verdict = verdictOf(plan, findings, inventory);
  tellProblems(inventory, outputs, context);
  tellDatabase(findings, { folder, outputs, context });
  const judged = verdict === undefined ? {} : { verdict };
  writeOutputs({ ...reportFrame(context), inventory, findings, ...judged }, outputs, context);
  tellVerdict(verdict, context);
  if (verdict?.outcome === 'fail') {
    return EXIT_STATUS.gateFailed;
  }
  const isDoubtful = options.failIncomplete && !isWhole(inventory, findings);
  return isDoubtful || verdict?.outcome === 'unknown' ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

/** A folder that was named must hold a database; the usual one may be empty still. */
function databaseOf(folder: string, context: Context): AdvisoryDatabase | undefined {
  const isNamed = context.resolved.origins.db !== 'default';
  return isNamed || findDatabase(folder) !== undefined
    ? context.resources.use(openDatabase(folder))
    : undefined;
}

/** Without a database nothing is looked up, which is another answer than "nothing was found". */
function findingsOf(
  inventory: Inventory,
  database: AdvisoryDatabase | undefined,
  { alerts, context }: { readonly alerts: readonly Alert[]; readonly context: Context },
): Findings {
  if (database === undefined) {
    const message = 'vulnerabilities were not evaluated: there is no advisory database';
    const missing: Alert = { kind: 'database-missing', message, packageKeys: [] };
    const nothing = { findings: [], ignored: [], unevaluated: [] };
    return { database, ...nothing, alerts: [missing, ...alerts] };
  }
  const findings = evaluate(inventory, database, {
    isParity: context.resolved.values.parity,
    now: context.now,
    progress: context.progress,
  });
  const ofAge = ageAlerts(database.description.builtAt, context);
  return { ...findings, alerts: [...ofAge, ...alerts, ...findings.alerts] };
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
