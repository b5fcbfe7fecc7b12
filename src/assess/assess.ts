import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { type Assessment, createAssessment } from '../foundation/core/assessment.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Alert, Findings } from '../foundation/core/finding.ts';
import type { IgnoreRule } from '../foundation/core/ignore-rule.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { NewerBase } from '../foundation/core/origin.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import { findWorstOutcome, type Verdict } from '../foundation/core/verdict.ts';
import { isFromFuture } from '../vulnerability/advisory/database-future.ts';
import { hasDatabase, openDatabase } from '../vulnerability/advisory/open-database.ts';
import { requireArchive } from '../vulnerability/advisory/pinned-archive.ts';
import { listWithdrawnDecisions } from '../vulnerability/decide/derive/withdrawn-decisions.ts';
import { compareBaseline } from './baseline.ts';
import { isPartialDatabase, listMissingAlerts, prepareDatabase } from './complete-database.ts';
import { isRefreshDue, listAgeAlerts } from './database-refresh.ts';
import { type DecideOptions, decide } from './decide.ts';
import { evaluate } from './evaluate.ts';
import type { JudgedPolicies } from './judge-policies.ts';
import { type AssessmentPlan, hasReachEvidence, planAssessment } from './plan-assessment.ts';
import type { Ports } from './ports.ts';
import { addProblems, readTargetInventory } from './read-target-inventory.ts';
import type { DatabaseRequest, GateRequest, PipelineRequest, ReadingRequest } from './request.ts';
import type { AttachedDocuments } from './scan-options.ts';
import { createVexSearch } from './vex-search.ts';

/** An assessment with findings, and access to further details about it. */
export interface OpenAssessment extends Assessment {
  readonly findings: Findings;
  /** The open database; absent if nothing was evaluated. Closed with the ports' resources. */
  readonly advisories?: AdvisoryDatabase;
  /** How the findings were decided. */
  readonly decisions: DecideOptions;
  /** The ignore rules from files in the working directory that the user did not name. */
  readonly projectRules: readonly IgnoreRule[];
  /** Absent if no policy was evaluated. */
  readonly judged?: JudgedPolicies;
}

/**
 * The pipeline: reads a target, refreshes the advisory database if that is due, matches, decides,
 * compares with the baseline, and evaluates gates and policies.
 *
 * @param target `alpine.tar`, or with its source: `oci-archive:alpine.tar`
 * @throws UserError if the target, the database or a file that the request names cannot be read;
 *   problems with single files are recorded in the inventory instead
 */
export async function assess(
  target: string,
  wanted: PipelineRequest,
  ports: Ports,
): Promise<OpenAssessment> {
  const needed = await addPolicyNeeds(wanted);
  const plan = await planAssessment(needed, ports);
  const request = hasReachEvidence(plan.justifications) ? addReach(needed) : needed;
  const search = createVexSearch(request.decisions ?? {}, plan.limits, ports);
  const isDue =
    request.database !== undefined &&
    (isRefreshDue(request.database, ports) || isPartialDatabase(request.database.folder));
  // A database that stays in use is opened first, so that a problem with it is reported at once.
  const opened = isDue ? undefined : useDatabase(request.database, ports);
  let isDocument = false;
  let attached: AttachedDocuments | undefined;
  const read = await readTargetInventory(target, request, ports, {
    ...search.options,
    onDocument: () => {
      isDocument = true;
    },
    onAttached: (found) => {
      attached = found;
    },
  });
  const inventory = await assignBase(addProblems(read, plan.problems), request, ports);
  const alerts = isDue
    ? await prepareDatabase([inventory], request, { ports, limits: plan.limits })
    : [];
  const advisories = opened ?? useDatabase(request.database, ports);
  const decisions = { ...plan.decisions, targetVexDocuments: search.readDocuments() };
  const found = match(inventory, advisories, { request, ports, alerts });
  const findings = decide(found, inventory, decisions);
  const newerBase = await compareNewerBase({ inventory, findings, advisories }, request, ports);
  const reading = isDocument ? undefined : request.reading;
  const setting = { plan, request, reading, advisories, attached, now: ports.now };
  return {
    ...(await judge({ inventory, findings }, setting)),
    ...defined({ advisories, newerBase }),
    decisions,
    projectRules: plan.projectRules,
  };
}

/**
 * The part of the pipeline after reading: assesses an inventory that was read before. The database
 * is not refreshed.
 *
 * @throws UserError as {@link assess}
 */
export async function assessInventory(
  inventory: Inventory,
  wanted: PipelineRequest,
  ports: Ports,
): Promise<Omit<OpenAssessment, 'projectRules'>> {
  const request = await addPolicyNeeds(wanted);
  const plan = await planAssessment(request, ports);
  const advisories = useDatabase(request.database, ports);
  const found = match(inventory, advisories, { request, ports, alerts: [] });
  const findings = decide(found, inventory, plan.decisions);
  const setting = { plan, request, advisories, now: ports.now };
  return {
    ...(await judge({ inventory, findings }, setting)),
    ...defined({ advisories }),
    decisions: plan.decisions,
  };
}

/** Sets the origin of packages if it is requested. */
export async function assignBase(
  inventory: Inventory,
  { base, reading }: Pick<PipelineRequest, 'base' | 'reading'>,
  { notify }: Pick<Ports, 'notify'>,
): Promise<Inventory> {
  if (base === undefined) {
    return inventory;
  }
  const { assignOrigins } = await import('./assign-origins.ts');
  const isOwnedOnly = reading?.files?.selection !== 'all';
  return assignOrigins(inventory, base, { notify, isOwnedOnly });
}

interface BasedFindings extends Pick<OpenAssessment, 'inventory' | 'findings'> {
  readonly advisories: AdvisoryDatabase | undefined;
}

async function compareNewerBase(
  { inventory, findings, advisories }: BasedFindings,
  request: PipelineRequest,
  ports: Ports,
): Promise<NewerBase | undefined> {
  const { base } = request;
  if (base === undefined || advisories === undefined) {
    return undefined;
  }
  const { findNewerBase } = await import('./assign-origins.ts');
  return findNewerBase(inventory, findings, {
    folder: base.folder,
    notify: (message) => ports.notify(message),
    evaluate: (other) => match(other, advisories, { request, ports, alerts: [] }),
  });
}

/**
 * Opens the requested database; `undefined` if there is none and none is required.
 *
 * @throws UserError `E_DB_INVALID` if it is damaged or from the future
 */
export function useDatabase(
  request: DatabaseRequest | undefined,
  { resources, machineTime }: Ports,
): AdvisoryDatabase | undefined {
  if (request === undefined) {
    return undefined;
  }
  const { folder, archiveDigest, isRequired = false, opened } = request;
  if (!isRequired && !hasDatabase(folder)) {
    return undefined;
  }
  const database = opened?.database ?? resources.use(openDatabase(folder));
  requirePast(database.description.builtAt, folder, machineTime);
  if (archiveDigest !== undefined) {
    requireArchive(folder, archiveDigest);
  }
  return database;
}

/** A database may have been imported while the clock of the machine was wrong. */
function requirePast(builtAt: string, folder: string, machineTime: string): void {
  if (isFromFuture(builtAt, machineTime)) {
    throw new UserError(
      'E_DB_INVALID',
      `the advisory database in "${folder}" has a build date in the future: ${builtAt}`,
      { hint: 'check the clock of this machine, or remove the database with "plimsoll db delete"' },
    );
  }
}

interface MatchSetting {
  readonly request: PipelineRequest;
  readonly ports: Ports;
  readonly alerts: readonly Alert[];
}

/**
 * Matches an inventory. Without a database nothing is evaluated, which differs from "nothing
 * found".
 */
export function match(
  inventory: Inventory,
  database: AdvisoryDatabase | undefined,
  { request, ports, alerts }: MatchSetting,
): Findings {
  if (database === undefined) {
    const message = 'vulnerabilities were not evaluated: no advisory database';
    const missing: Alert = { kind: 'database-missing', message, packageKeys: [] };
    const nothing = { findings: [], ignored: [], unevaluated: [] };
    return { database, ...nothing, alerts: [missing, ...alerts] };
  }
  const { now, progress } = ports;
  const { strategy, isByCve = false } = request;
  const findings = evaluate(inventory, database, {
    isByCve,
    now,
    progress,
    ...defined({ strategy, lookup: request.database?.opened?.lookup }),
  });
  const age = listAgeAlerts(database, request.database ?? {}, ports);
  const missing = listMissingAlerts(database);
  return { ...findings, alerts: [...missing, ...age, ...alerts, ...findings.alerts] };
}

/** Code for policies is only loaded if a policy is evaluated. */
async function addPolicyNeeds(request: PipelineRequest): Promise<PipelineRequest> {
  const { policy, reading = {}, baselineFile } = request;
  if (policy === undefined) {
    return request;
  }
  const { addNeeds } = await import('./judge-policies.ts');
  return { ...request, reading: addNeeds(reading, policy, baselineFile !== undefined) };
}

function addReach(request: PipelineRequest): PipelineRequest {
  return { ...request, reading: { ...request.reading, isReachRequested: true } };
}

interface JudgeSetting {
  readonly plan: AssessmentPlan;
  readonly request: PipelineRequest;
  /** Absent if the inventory is from a document or was read before. */
  readonly reading?: ReadingRequest | undefined;
  readonly advisories: AdvisoryDatabase | undefined;
  readonly attached?: AttachedDocuments | undefined;
  readonly now: string;
}

/** Compares decided findings with the baseline and evaluates gates and policies. */
async function judge(
  { inventory, findings: found }: Pick<OpenAssessment, 'inventory' | 'findings'>,
  { plan, request, reading, advisories, attached, now }: JudgeSetting,
): Promise<Assessment & Pick<OpenAssessment, 'findings' | 'judged'>> {
  const { baseline, justifications } = plan;
  const result = { inventory, findings: found, toolVersion: VERSION };
  const since = baseline === undefined ? undefined : compareBaseline(baseline, result);
  const withdrawn = baseline === undefined ? [] : listWithdrawnDecisions(baseline, result);
  const alerts = [...found.alerts, ...(since?.alerts ?? []), ...withdrawn];
  const findings = { ...found, alerts };
  const changes = since === undefined ? {} : { changes: since.changes };
  const assessment = createAssessment({ inventory, findings, ...changes });
  const gates = await judgeRequestedGates(assessment, request);
  if (request.policy === undefined) {
    return { ...assessment, findings, ...defined({ verdict: gates }) };
  }
  const { judgePolicies } = await import('./judge-policies.ts');
  const parts = { now, reading, advisories, baseline, attached, justifications };
  const judged = judgePolicies(assessment, request.policy, parts);
  const outcomes = [judged.verdict.outcome, ...(gates === undefined ? [] : [gates.outcome])];
  const verdict = {
    outcome: findWorstOutcome(outcomes),
    gates: gates?.gates ?? [],
    policy: judged.verdict,
  };
  return { ...assessment, findings, verdict, judged };
}

async function judgeRequestedGates(
  assessment: Assessment,
  { gates, countsGuesses = false }: PipelineRequest,
): Promise<Verdict | undefined> {
  if (gates === undefined || !hasGate(gates)) {
    return undefined;
  }
  const { judgeGates } = await import('../compliance/policy/judge-gates.ts');
  return judgeGates({ assessment }, { ...gates, countsGuesses });
}

function hasGate({ severity, newSeverity, differences = [] }: GateRequest): boolean {
  return severity !== undefined || newSeverity !== undefined || differences.length > 0;
}
