import { findDatabase, openDatabase } from '../advisory/open-database.ts';
import { decide } from '../assess/decide.ts';
import { evaluate } from '../assess/evaluate.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import type { Alert, Findings } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { adjustInventory } from './adjust-inventory.ts';
import type { Context } from './command.ts';
import { ageAlerts, isRefreshDue, refreshDatabase } from './database-refresh.ts';
import { type DecisionPlan, planDecisions, withFoundVex } from './decision-run.ts';
import { databaseFolder } from './folders.ts';
import { inventoryOf } from './report-run.ts';
import { vexSearch } from './vex-search.ts';

/** All that the commands which judge a target need of it. */
export interface ScanRun {
  readonly inventory: Inventory;
  /** Decided, see `src/decide`. */
  readonly findings: Findings;
  /** Absent where there is none: then nothing was evaluated. */
  readonly database: AdvisoryDatabase | undefined;
  /** Where the database is looked for. */
  readonly folder: string;
  readonly plan: DecisionPlan;
}

/** Reads a target, renews the database where that is due, and holds one against the other. */
export async function scanTarget(
  target: string,
  context: Context,
  vexFiles: readonly string[] = [],
): Promise<ScanRun> {
  const planned = planDecisions(context, vexFiles);
  const search = vexSearch(context);
  const folder = databaseFolder(context.resolved.values, context.environment);
  const isDue = isRefreshDue(folder, context);
  // What is not going to be replaced is opened first, so that a fault of it is told at once.
  const opened = isDue ? undefined : databaseOf(folder, context);
  const read = await inventoryOf(target, context, search.options);
  const inventory = adjustInventory(read, context.resolved.values);
  tellMissingFiles(inventory, context);
  const plan = withFoundVex(planned, search.documents());
  const alerts = isDue ? await refreshDatabase(folder, context) : [];
  const database = opened ?? databaseOf(folder, context);
  const found = findingsOf(inventory, database, { alerts, context });
  const findings = decide(found, inventory, plan.options);
  return { inventory, findings, database, folder, plan };
}

/** Who asks for justifications has to know that an SBOM of others without files gives fewer. */
function tellMissingFiles({ files, packages }: Inventory, { resolved, tell }: Context): void {
  const isAsked = resolved.values.derive && resolved.origins.derive !== 'default';
  if (isAsked && files.length === 0 && packages.length > 0) {
    tell('note: the target lists no files, so that nothing is concluded from them');
  }
}

/** A folder that was named must hold a database; the usual one may be empty still. */
export function databaseOf(folder: string, context: Context): AdvisoryDatabase | undefined {
  const isNamed = context.resolved.origins.db !== 'default';
  return isNamed || findDatabase(folder) !== undefined
    ? context.resources.use(openDatabase(folder))
    : undefined;
}

/** Without a database nothing is looked up, which is another answer than "nothing was found". */
export function findingsOf(
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
    isByCve: context.resolved.values.byCve,
    now: context.now,
    progress: context.progress,
  });
  const ofAge = ageAlerts(database.description.builtAt, context);
  return { ...findings, alerts: [...ofAge, ...alerts, ...findings.alerts] };
}
