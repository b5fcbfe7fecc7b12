import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { type Alert, type Findings, isDoubt } from '../../core/finding.ts';
import { type Inventory, isComplete } from '../../core/inventory.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
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
import { type ScanRun, scanTarget } from '../scan-run.ts';
import { checkTemplate } from '../template-file.ts';

/** What is on board, and what of it is dangerous. */
export const scan: Command = { run };

function run(context: Context): Promise<ExitStatus> {
  return scanAndReport(targetOf(context, 'scan'), context);
}

/**
 * Scans a target, writes the report and judges it.
 *
 * @param vexFiles documents besides those of the options
 */
export async function scanAndReport(
  target: string,
  context: Context,
  { vexFiles = [], onScanned = () => {} }: ScanMore = {},
): Promise<ExitStatus> {
  const options = context.resolved.values;
  const outputs = await chooseOutputs(options.output, formatLoaders, {
    command: 'scan',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  checkTemplate(outputs, options.template, options.limits);
  const scanned = await scanTarget(target, context, vexFiles);
  const { inventory, findings: found, folder, plan } = scanned;
  onScanned(scanned);
  if (options.parity && found.database === undefined) {
    throw missingDatabase(folder);
  }
  const judged = judgeRun(plan, inventory, found);
  const { findings, verdict } = judged;
  tellProblems(inventory, outputs, context);
  tellDatabase(findings, { folder, outputs, context });
  try {
    writeOutputs({ ...reportFrame(context), inventory, ...judged }, outputs, context);
  } finally {
    tellVerdict(verdict, context);
  }
  if (verdict?.outcome === 'fail') {
    return EXIT_STATUS.gateFailed;
  }
  const isDoubtful = options.failIncomplete && !isWhole(inventory, findings);
  return isDoubtful || verdict?.outcome === 'unknown' ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

interface ScanMore {
  readonly vexFiles?: readonly string[];
  /** Is told what was found, before the report is written. */
  readonly onScanned?: (run: ScanRun) => void;
}

/** The peers do not answer without a database. */
function missingDatabase(folder: string): UserError {
  return new UserError('E_DB_MISSING', `there is no advisory database in ${folder}`, {
    hint: 'fill it with "plimsoll db update", or "plimsoll db import FILE"',
  });
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

/** Whether the absence of a finding means that there is none, as far as the data go. */
export function isWhole(inventory: Inventory, findings: Findings): boolean {
  const { database, unevaluated, alerts } = findings;
  const isDoubtful = alerts.some(isDoubt);
  const isJudged = database !== undefined && !isDoubtful && unevaluated.length === 0;
  return isComplete(inventory) && isJudged;
}
