import { openDatabase } from '../advisory/open-database.ts';
import { compareSides } from '../compare/compare-results.ts';
import { decideDifferences } from '../compare/decide-differences.ts';
import type { BareDifference, DatabaseGrid } from '../compare/difference.ts';
import type { Result } from '../compare/finding-changes.ts';
import { formatFindingName } from '../compare/finding-differences.ts';
import type { AdvisoryDatabase } from '../core/advisory.ts';
import {
  type Assessment,
  assessCompleteness,
  type Completeness,
  createAssessment,
} from '../core/assessment.ts';
import { compareText } from '../core/compare-text.ts';
import { defined } from '../core/defined.ts';
import type { DifferenceRule } from '../core/difference-rule.ts';
import type { Alert, Findings } from '../core/finding.ts';
import type { IgnoreRule } from '../core/ignore-rule.ts';
import type { Inventory } from '../core/inventory.ts';
import { VERSION } from '../core/package-version.ts';
import type { Verdict } from '../core/verdict.ts';
import { judgeGates } from '../policy/judge-gates.ts';
import { addDates } from '../surface/dated-surface.ts';
import { match, useDatabase } from './assess.ts';
import { isRefreshDue, refreshDatabase } from './database-refresh.ts';
import { decide } from './decide.ts';
import { type AssessmentPlan, planAssessment } from './plan-assessment.ts';
import type { Ports } from './ports.ts';
import { addProblems, readTargetInventory } from './read-target-inventory.ts';
import type { AssessmentRequest, PipelineRequest } from './request.ts';
import { readSavedResult } from './saved-result.ts';

/** A request for a comparison. */
export interface PairRequest extends PipelineRequest {
  /** Rules that accept differences. */
  readonly rules?: readonly DifferenceRule[];
  /** The directory of an earlier database, to show which changes the data alone caused. */
  readonly earlierDatabaseFolder?: string;
}

/** One side of a comparison. */
export interface PairSide extends Assessment, Omit<Result, 'inventory' | 'findings'> {
  readonly findings: Findings;
}

/** Two targets, evaluated with the same database and compared. */
export interface AssessedPair {
  readonly before: PairSide;
  readonly after: PairSide;
  readonly difference: BareDifference;
  /** Rules that have expired or matched nothing, as sentences. */
  readonly notes: readonly string[];
  /** Absent if no gate was set. */
  readonly verdict?: Verdict;
  /** Complete only if both sides are. */
  readonly completeness: Completeness;
  /** Ignore rules from files in the working directory that the user did not name. */
  readonly projectRules: readonly IgnoreRule[];
}

/**
 * Reads two targets, evaluates both with the same database, and compares them. A target may also be
 * a saved result of this program.
 *
 * @throws UserError if a target, the database or a file that the request names cannot be read
 */
export async function assessPair(
  targets: readonly [before: string, after: string],
  request: PairRequest,
  ports: Ports,
): Promise<AssessedPair> {
  const plan = await planAssessment(request, ports);
  const read = [
    addSideProblems(await readNamedSide('before', targets[0], request, ports), plan),
    addSideProblems(await readNamedSide('after', targets[1], request, ports), plan),
  ] as const;
  const isDue = request.database !== undefined && isRefreshDue(request.database, ports);
  const alerts =
    isDue && request.database !== undefined
      ? await refreshDatabase(request.database, ports, plan.limits)
      : [];
  const database = useDatabase(request.database, ports);
  const setting = { database, alerts, plan, request, ports };
  const [before, after] = nameSides(
    [evaluateSide(read[0], setting), evaluateSide(read[1], setting)],
    targets,
  );
  const grid = database && measureDataChange(read, [before, after], setting);
  const decided = decideDifferences(
    compareSides(before, after, grid),
    request.rules ?? [],
    ports.now,
  );
  const { gates, countsGuesses = false } = request;
  const verdict = judgeGates(
    { assessment: after, difference: decided.difference },
    { ...gates, countsGuesses },
  );
  return {
    before,
    after,
    ...decided,
    ...defined({ verdict }),
    completeness: combineCompleteness([before, after]),
    projectRules: plan.projectRules,
  };
}

function addSideProblems(side: ReadSide, { problems }: AssessmentPlan): ReadSide {
  return { ...side, inventory: addProblems(side.inventory, problems) };
}

function combineCompleteness(sides: readonly PairSide[]): Completeness {
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

/** Reads a side and reports its name: stages of both have the same titles. */
async function readNamedSide(
  stage: 'before' | 'after',
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

interface PairSetting {
  readonly database: AdvisoryDatabase | undefined;
  readonly alerts: readonly Alert[];
  readonly plan: AssessmentPlan;
  readonly request: PairRequest;
  readonly ports: Ports;
}

/** Evaluates with the database if there is one; otherwise uses the saved findings. */
function evaluateSide(read: ReadSide, setting: PairSetting): PairSide {
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
 * Names both sides after the arguments if their own names are equal: an SBOM has the name of its
 * image.
 */
function nameSides(
  [before, after]: readonly [PairSide, PairSide],
  [first, second]: readonly [string, string],
): readonly [PairSide, PairSide] {
  const isAmbiguous = before.target.name === after.target.name && first !== second;
  return isAmbiguous
    ? [
        { ...before, name: first },
        { ...after, name: second },
      ]
    : [before, after];
}

/**
 * Also compares findings by an earlier database: a configured one, or the one saved in the first
 * result.
 */
function measureDataChange(
  [first, second]: readonly [ReadSide, ReadSide],
  [before, after]: readonly [PairSide, PairSide],
  setting: PairSetting,
): DatabaseGrid | undefined {
  const folder = setting.request.earlierDatabaseFolder;
  const current = before.findings.database;
  const earlier =
    folder === undefined ? undefined : setting.ports.resources.use(openDatabase(folder));
  const evaluateEarlier = (side: ReadSide): Findings | undefined =>
    earlier && evaluateSide(side, { ...setting, database: earlier, alerts: [] }).findings;
  const was = evaluateEarlier(first) ?? first.saved;
  const is = evaluateEarlier(second) ?? takeIfSameData(second.saved, was);
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
  side: PairSide,
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

function listNames(side: Pick<PairSide, 'inventory' | 'findings'>): readonly string[] {
  return side.findings.findings
    .map((finding) => formatFindingName(finding, side.inventory))
    .sort(compareText);
}
