import { findDatabase, openDatabase } from '../../advisory/open-database.ts';
import type { AdvisoryDatabase } from '../../core/advisory.ts';
import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import type { Findings } from '../../core/finding.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formats } from '../../format/registry.generated.ts';
import { evaluate } from '../../scan/scan.ts';
import type { Command, Context } from '../command.ts';
import { databaseFolder } from '../folders.ts';
import { chooseOutputs } from '../output.ts';
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
  const folder = databaseFolder(options, context.environment);
  const database = databaseOf(folder, context);
  const inventory = await inventoryOf(target, context);
  const findings =
    database === undefined ? NOT_EVALUATED : findingsOf(inventory, database, context);
  tellProblems(inventory, outputs, context);
  if (database === undefined) {
    if (!isReadByPerson(outputs, context)) {
      context.tell(`warning: vulnerabilities not evaluated: no advisory database in ${folder}`);
    }
    context.tell('hint: fill it with "plimsoll db import FILE"');
  }
  writeOutputs({ ...reportFrame(context), inventory, findings }, outputs, context);
  return options.failIncomplete && !isWhole(inventory, findings)
    ? EXIT_STATUS.incomplete
    : EXIT_STATUS.fine;
}

/** Nothing was looked up, which is another answer than "nothing was found". */
const NOT_EVALUATED: Findings = {
  database: undefined,
  findings: [],
  ignored: [],
  unevaluated: [],
  alerts: [],
};

/** A folder that was named must hold a database; the usual one may be empty still. */
function databaseOf(folder: string, context: Context): AdvisoryDatabase | undefined {
  const isNamed = context.resolved.origins.db !== 'default';
  return isNamed || findDatabase(folder) !== undefined
    ? context.resources.use(openDatabase(folder))
    : undefined;
}

function findingsOf(inventory: Inventory, database: AdvisoryDatabase, context: Context): Findings {
  return evaluate(inventory, database, {
    isParity: context.resolved.values.parity,
    now: context.now,
    progress: context.progress,
  });
}

function isWhole(inventory: Inventory, findings: Findings): boolean {
  return (
    isComplete(inventory) && findings.database !== undefined && findings.unevaluated.length === 0
  );
}
