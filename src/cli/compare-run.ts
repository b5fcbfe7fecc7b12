import { openDatabase } from '../advisory/open-database.ts';
import { decide } from '../assess/decide.ts';
import { compareSides } from '../compare/compare-results.ts';
import { type DecidedDifference, decideDifferences } from '../compare/decide-differences.ts';
import { type DatabaseGrid, SECTIONS } from '../compare/difference.ts';
import { DIFFERENCE_GATES, type DifferenceGate } from '../compare/difference-gate.ts';
import { readDifferenceRules } from '../compare/difference-rules/difference-rules.ts';
import type { Result } from '../compare/finding-changes.ts';
import { findingName } from '../compare/finding-differences.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import type { DifferenceRule } from '../core/difference-rule.ts';
import { UserError } from '../core/error.ts';
import type { Findings } from '../core/finding.ts';
import type { Inventory } from '../core/inventory.ts';
import { suggestionFor } from '../core/option-suggestion.ts';
import { datedSurface } from '../surface/dated-surface.ts';
import type { Context } from './command.ts';
import { isRefreshDue, refreshDatabase } from './database-refresh.ts';
import { type DecisionPlan, planDecisions } from './decision-run.ts';
import { databaseFolder } from './folders.ts';
import { VERSION } from './package-version.ts';
import { filesOf, inventoryOf } from './report-run.ts';
import { readRuleFile } from './rule-file.ts';
import { readSavedResult } from './saved-result.ts';
import { databaseOf, findingsOf } from './scan-run.ts';

/** What the options of a comparison want. Made before any target is read. */
export interface ComparePlan {
  readonly decisions: DecisionPlan;
  readonly gates: readonly DifferenceGate[];
  readonly rules: readonly DifferenceRule[];
}

/** @throws UserError where what the options name cannot be understood or read */
export function planComparison(context: Context): ComparePlan {
  const { failOnDifference, accept } = context.resolved.values;
  return {
    decisions: planDecisions(context),
    gates: failOnDifference.flatMap(gatesIn),
    rules: accept.flatMap((file) => rulesIn(file, context)),
  };
}

function gatesIn(list: string): readonly DifferenceGate[] {
  return list.split(',').map((written) => {
    const name = written.trim();
    const gate = DIFFERENCE_GATES.find((one) => one === name);
    if (gate === undefined) {
      throw new UserError('E_USAGE', `--fail-on-difference: nothing is called "${name}"`, {
        hint: suggestionFor(name, DIFFERENCE_GATES),
      });
    }
    return gate;
  });
}

function rulesIn(file: string, { resolved: { values } }: Context): readonly DifferenceRule[] {
  const { limits } = values;
  const content = readRuleFile(file, limits);
  return readDifferenceRules(content, { limits, origin: file, sections: SECTIONS });
}

/** A target as it was read, and its findings where it brought some. */
interface Looked {
  readonly inventory: Inventory;
  readonly saved?: Findings;
  readonly listsEveryFile?: boolean;
  readonly toolVersion?: string;
}

/** Reads both targets and holds them against the same database, then against each other. */
export async function compareTargets(
  [first, second]: readonly [string, string],
  plan: ComparePlan,
  context: Context,
): Promise<DecidedDifference & { readonly results: readonly [Result, Result] }> {
  const folder = databaseFolder(context.resolved.values, context.environment);
  const looked = [await look(first, context), await look(second, context)] as const;
  const isDue = isRefreshDue(folder, context);
  const alerts = isDue ? await refreshDatabase(folder, context) : [];
  const database = databaseOf(folder, context);
  const resultOf = (one: Looked): Result => judged(one, { database, alerts, plan, context });
  const [before, after] = looked.map(resultOf) as [Result, Result];
  // An SBOM of an image has the name of the image.
  const isSameName = before.inventory.target.name === after.inventory.target.name;
  const isTold = isSameName && first !== second;
  const results = isTold
    ? ([
        { ...before, name: first },
        { ...after, name: second },
      ] as const)
    : ([before, after] as const);
  const grid = database && gridOf(looked, results, { plan, context });
  const difference = compareSides(results[0], results[1], grid);
  return { ...decideDifferences(difference, plan.rules, context.now), results };
}

/** All files are listed, and reach and surface measured, since a comparison is about them. */
async function look(target: string, context: Context): Promise<Looked> {
  const saved = readSavedResult(target, context.resolved.values.limits);
  if (saved === undefined) {
    const inventory = await inventoryOf(target, context, {
      isReachAsked: true,
      isSurfaceAsked: true,
      files: { ...filesOf(context.resolved.values), selection: 'all' },
    });
    const listsEveryFile = inventory.surface !== undefined;
    return { inventory, listsEveryFile, toolVersion: VERSION };
  }
  const { inventory, findings, toolVersion } = saved;
  return {
    inventory,
    ...(findings === undefined ? {} : { saved: findings }),
    ...(toolVersion === undefined ? {} : { toolVersion }),
  };
}

interface Judging {
  readonly database: AdvisoryDatabase | undefined;
  readonly alerts: Parameters<typeof findingsOf>[2]['alerts'];
  readonly plan: ComparePlan;
  readonly context: Context;
}

/** By the database where there is one; else by what was saved. */
function judged(looked: Looked, judging: Judging): Result {
  const { inventory, saved, toolVersion, listsEveryFile = false } = looked;
  const { database, alerts, plan, context } = judging;
  const isKept = database === undefined && saved !== undefined;
  const found = isKept ? saved : findingsOf(inventory, database, { alerts, context });
  const findings = isKept ? saved : decide(found, inventory, plan.decisions.options);
  const { surface } = inventory;
  const dated =
    surface === undefined
      ? inventory
      : { ...inventory, surface: datedSurface(surface, inventory, findings) };
  return {
    inventory: dated,
    findings,
    listsEveryFile,
    toolVersion: isKept ? (toolVersion ?? VERSION) : VERSION,
  };
}

/** Findings by an earlier database as well: one that was named, or what the first one saved. */
function gridOf(
  [first, second]: readonly [Looked, Looked],
  [before, after]: readonly [Result, Result],
  { plan, context }: Pick<Judging, 'plan' | 'context'>,
): DatabaseGrid | undefined {
  const { earlierDb } = context.resolved.values;
  const current = before.findings.database;
  const earlier =
    earlierDb === undefined ? undefined : context.resources.use(openDatabase(earlierDb));
  const judge = (one: Looked): Findings | undefined =>
    earlier && judged(one, { database: earlier, alerts: [], plan, context }).findings;
  const was = judge(first) ?? first.saved;
  const is = judge(second) ?? sameData(second.saved, was);
  if (was?.database === undefined || current === undefined) {
    return undefined;
  }
  return {
    earlierBuiltAt: was.database.builtAt,
    currentBuiltAt: current.builtAt,
    beforeEarlier: was.findings.length,
    beforeCurrent: before.findings.findings.length,
    ...(is === undefined ? {} : { afterEarlier: is.findings.length }),
    afterCurrent: after.findings.findings.length,
    ...onlyData(before, was),
    ...(is === undefined ? {} : ofSecond(onlyData(after, is))),
  };
}

/** What the data alone changed in one target. */
function onlyData(result: Result, earlier: Findings): Pick<DatabaseGrid, 'knownNow' | 'goneNow'> {
  const then = new Set(namesOf({ ...result, findings: earlier }));
  const now = new Set(namesOf(result));
  return {
    knownNow: [...now].filter((name) => !then.has(name)),
    goneNow: [...then].filter((name) => !now.has(name)),
  };
}

function ofSecond({
  knownNow,
  goneNow,
}: Pick<DatabaseGrid, 'knownNow' | 'goneNow'>): Pick<
  DatabaseGrid,
  'knownNowAfter' | 'goneNowAfter'
> {
  return { knownNowAfter: knownNow, goneNowAfter: goneNow };
}

/** Findings of another database than the first one's say nothing in its column. */
function sameData(saved: Findings | undefined, was: Findings | undefined): Findings | undefined {
  return saved?.database?.builtAt === was?.database?.builtAt ? saved : undefined;
}

function namesOf(result: Result): readonly string[] {
  return result.findings.findings
    .map((finding) => findingName(finding, result.inventory))
    .sort(compareText);
}
