import { judgeGates } from '../compliance/policy/judge-gates.ts';
import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { assert } from '../foundation/core/assert.ts';
import {
  type Assessment,
  assessCompleteness,
  type Completeness,
  createAssessment,
} from '../foundation/core/assessment.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { defined } from '../foundation/core/defined.ts';
import type { DifferenceRule } from '../foundation/core/difference-rule.ts';
import type { Alert, Findings } from '../foundation/core/finding.ts';
import type { IgnoreRule } from '../foundation/core/ignore-rule.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import { formatTargetTitle } from '../foundation/core/target-title.ts';
import type { Verdict } from '../foundation/core/verdict.ts';
import { compareSides } from '../hardening/compare/compare-results.ts';
import {
  type Comparison,
  createComparison,
  createPairComparison,
} from '../hardening/compare/comparison.ts';
import { decideDifferences } from '../hardening/compare/decide-differences.ts';
import type { DatabaseGrid } from '../hardening/compare/difference.ts';
import type { Result } from '../hardening/compare/finding-changes.ts';
import { formatFindingName } from '../hardening/compare/finding-differences.ts';
import { addDates } from '../hardening/surface/dated-surface.ts';
import { openDatabase } from '../vulnerability/advisory/open-database.ts';
import { match, useDatabase } from './assess.ts';
import { prepareDatabase } from './complete-database.ts';
import { decide } from './decide.ts';
import { type AssessmentPlan, planAssessment } from './plan-assessment.ts';
import type { Ports } from './ports.ts';
import { addProblems, readTargetInventory } from './read-target-inventory.ts';
import type { AssessmentRequest, PipelineRequest } from './request.ts';
import { readSavedResult } from './saved-result.ts';

/** A request for a comparison. Its own members and gates are for two targets only. */
export interface ComparisonRequest extends PipelineRequest {
  /** Rules that accept differences. */
  readonly rules?: readonly DifferenceRule[];
  /** The directory of an earlier database, to show which changes the data alone caused. */
  readonly earlierDatabaseFolder?: string;
}

/** One target of a comparison. */
export interface ComparedSide extends Assessment, Omit<Result, 'inventory' | 'findings'> {
  readonly findings: Findings;
}

/** Targets, evaluated with the same database and compared. */
export interface AssessedComparison {
  /** In the order of the targets. */
  readonly sides: readonly ComparedSide[];
  readonly comparison: Comparison;
  /** Rules that have expired or matched nothing, as sentences. */
  readonly notes: readonly string[];
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  /** Complete only if all sides are. */
  readonly completeness: Completeness;
  /** Ignore rules from files in the working directory that the user did not name. */
  readonly projectRules: readonly IgnoreRule[];
}

/** Two or more targets. A target may also be a saved result of this program. */
export type ComparedTargets = readonly [first: string, second: string, ...others: string[]];

/**
 * Reads the targets, evaluates all with the same database, and compares each with the first one.
 *
 * @throws UserError if a target, the database or a file that the request names cannot be read
 */
export async function assessComparison(
  targets: ComparedTargets,
  request: ComparisonRequest,
  ports: Ports,
): Promise<AssessedComparison> {
  const plan = await planAssessment(request, ports);
  const reads: ReadSide[] = [];
  for (const [index, target] of targets.entries()) {
    const stage = SIDE_STAGES[index] ?? 'further';
    reads.push(addSideProblems(await readNamedSide(stage, target, request, ports), plan));
  }
  const inventories = reads.map(({ inventory }) => inventory);
  const alerts = await prepareDatabase(inventories, request, { ports, limits: plan.limits });
  const database = useDatabase(request.database, ports);
  const setting = { database, alerts, plan, request, ports };
  const sides = nameSides(
    reads.map((read) => evaluateSide(read, setting)),
    targets,
  );
  return {
    sides,
    ...compareAssessed(sides, reads, setting),
    completeness: combineCompleteness(sides),
    projectRules: plan.projectRules,
  };
}

/** Stages of the first targets; all others share one. */
const SIDE_STAGES = ['before', 'after'] as const;

/** Differences are accepted and judged between two targets only. */
function compareAssessed(
  sides: readonly ComparedSide[],
  reads: readonly ReadSide[],
  setting: Setting,
): Pick<AssessedComparison, 'comparison' | 'notes' | 'verdict'> {
  const [before, after, ...others] = sides;
  assert(before !== undefined && after !== undefined, 'two targets');
  if (others.length > 0) {
    const { rules = [], earlierDatabaseFolder } = setting.request;
    const isForPairs = rules.length > 0 || earlierDatabaseFolder !== undefined;
    assert(!isForPairs, 'rules and an earlier database only for two targets');
    const differences = [after, ...others].map((side) => compareSides(before, side));
    return { comparison: createComparison(sides, differences), notes: [] };
  }
  const { database, request, ports } = setting;
  const grid = database && measureDataChange(reads, [before, after], setting);
  const { difference, notes } = decideDifferences(
    compareSides(before, after, grid),
    request.rules ?? [],
    ports.now,
  );
  const { gates, countsGuesses = false } = request;
  const verdict = judgeGates({ assessment: after, difference }, { ...gates, countsGuesses });
  return { comparison: createPairComparison(difference), notes, ...defined({ verdict }) };
}

function addSideProblems(side: ReadSide, { problems }: AssessmentPlan): ReadSide {
  return { ...side, inventory: addProblems(side.inventory, problems) };
}

function combineCompleteness(sides: readonly ComparedSide[]): Completeness {
  const reasons = sides.flatMap((side) => assessCompleteness(side).reasons);
  return { isComplete: reasons.length === 0, reasons };
}

/** A target with its findings, if it has any. */
interface ReadSide {
  readonly inventory: Inventory;
  readonly saved?: Findings;
  readonly listsEveryFile?: boolean;
  readonly toolVersion?: string;
}

/** Reads a side and reports its name: stages of all sides have the same titles. */
async function readNamedSide(
  stage: (typeof SIDE_STAGES)[number] | 'further',
  target: string,
  request: AssessmentRequest,
  ports: Ports,
): Promise<ReadSide> {
  ports.progress.emit({ kind: 'stage-started', stage, detail: target });
  const side = await readSide(target, request, ports);
  ports.progress.emit({ kind: 'stage-finished', stage, detail: target });
  return side;
}

/** Lists all files and measures reach and surface, because a comparison shows them. */
async function readSide(
  target: string,
  request: AssessmentRequest,
  ports: Ports,
): Promise<ReadSide> {
  const { reading = {} } = request;
  const saved = await readSavedResult(target, reading.limits);
  if (saved === undefined) {
    const files = { ...reading.files, selection: 'all' } as const;
    const all = { ...reading, isReachRequested: true, isSurfaceRequested: true, files };
    const inventory = await readTargetInventory(target, { ...request, reading: all }, ports);
    return {
      inventory,
      listsEveryFile: inventory.surface !== undefined,
      toolVersion: VERSION,
    };
  }
  const { inventory, findings, toolVersion } = saved;
  return {
    inventory,
    ...defined({ saved: findings, toolVersion }),
  };
}

interface Setting {
  readonly database: AdvisoryDatabase | undefined;
  readonly alerts: readonly Alert[];
  readonly plan: AssessmentPlan;
  readonly request: ComparisonRequest;
  readonly ports: Ports;
}

/** Evaluates with the database if there is one; otherwise uses the saved findings. */
function evaluateSide(read: ReadSide, setting: Setting): ComparedSide {
  const { inventory, saved, toolVersion, listsEveryFile = false } = read;
  const { database, plan } = setting;
  const isSaved = database === undefined && saved !== undefined;
  const findings = isSaved
    ? saved
    : decide(match(inventory, database, setting), inventory, plan.decisions);
  const { surface } = inventory;
  const dated =
    surface === undefined
      ? inventory
      : { ...inventory, surface: addDates(surface, inventory, findings) };
  return {
    ...createAssessment({ inventory: dated, findings }),
    findings,
    listsEveryFile,
    toolVersion: isSaved ? (toolVersion ?? VERSION) : VERSION,
  };
}

/**
 * Names sides after the arguments if their own names are equal: an SBOM has the name of its image.
 */
function nameSides(
  sides: readonly ComparedSide[],
  targets: ComparedTargets,
): readonly ComparedSide[] {
  const titles = sides.map(({ target }) => formatTargetTitle(target));
  return sides.map((side, index) => {
    const same = new Set(targets.filter((_, place) => titles[place] === titles[index]));
    return same.size > 1 ? { ...side, ...defined({ name: targets[index] }) } : side;
  });
}

/**
 * Also compares findings by an earlier database: a configured one, or the one saved in the first
 * result.
 */
function measureDataChange(
  [first, second]: readonly ReadSide[],
  [before, after]: readonly [ComparedSide, ComparedSide],
  setting: Setting,
): DatabaseGrid | undefined {
  const folder = setting.request.earlierDatabaseFolder;
  const current = before.findings.database;
  const earlier =
    folder === undefined ? undefined : setting.ports.resources.use(openDatabase(folder));
  const evaluateEarlier = (side: ReadSide | undefined): Findings | undefined =>
    earlier && side && evaluateSide(side, { ...setting, database: earlier, alerts: [] }).findings;
  const was = evaluateEarlier(first) ?? first?.saved;
  const is = evaluateEarlier(second) ?? takeIfSameData(second?.saved, was);
  if (was?.database === undefined || current === undefined) {
    return undefined;
  }
  const beforeChange = listDataChange(before, was);
  const afterChange = is === undefined ? undefined : listDataChange(after, is);
  return {
    earlierBuiltAt: was.database.builtAt,
    currentBuiltAt: current.builtAt,
    beforeEarlier: was.findings.length,
    beforeCurrent: before.findings.findings.length,
    ...(is === undefined ? {} : { afterEarlier: is.findings.length }),
    afterCurrent: after.findings.findings.length,
    knownNow: beforeChange.appeared,
    goneNow: beforeChange.disappeared,
    ...(afterChange === undefined
      ? {}
      : { knownNowAfter: afterChange.appeared, goneNowAfter: afterChange.disappeared }),
  };
}

/** The findings that only the data added to or removed from one target. */
function listDataChange(
  side: ComparedSide,
  earlier: Findings,
): { readonly appeared: readonly string[]; readonly disappeared: readonly string[] } {
  const then = new Set(listNames({ ...side, findings: earlier }));
  const now = new Set(listNames(side));
  return {
    appeared: [...now].filter((name) => !then.has(name)),
    disappeared: [...then].filter((name) => !now.has(name)),
  };
}

/** Findings by a database other than the first side's do not belong in its column. */
function takeIfSameData(
  saved: Findings | undefined,
  was: Findings | undefined,
): Findings | undefined {
  return saved?.database?.builtAt === was?.database?.builtAt ? saved : undefined;
}

function listNames(side: Pick<ComparedSide, 'inventory' | 'findings'>): readonly string[] {
  return side.findings.findings
    .map((finding) => formatFindingName(finding, side.inventory))
    .sort(compareText);
}
