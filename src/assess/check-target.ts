import { type Assessment, createAssessment } from '../core/assessment.ts';
import { defined } from '../core/defined.ts';
import type { PolicyVerdict, VerdictInputs } from '../core/policy-verdict.ts';
import type { DeclaredFact } from '../policy/declared-fact.ts';
import { digestDeclaredFacts } from '../policy/declared-facts.ts';
import { digestText } from '../policy/digest-text.ts';
import { evaluatePolicies } from '../policy/evaluate-policy.ts';
import { FACT_NEEDS, type FactNeed, type PolicyInput } from '../policy/fact.ts';
import { extendLedger, type Ledger } from '../policy/ledger.ts';
import { listNeeds } from '../policy/list-needs.ts';
import type { Policy } from '../policy/policy.ts';
import { canonicalizeJson } from '../syntax/json/canonical-json.ts';
import { assess } from './assess.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest } from './request.ts';
import { readSavedResult } from './saved-result.ts';

/** An assessment with the verdict of policies. */
export interface CheckedTarget {
  readonly assessment: Assessment;
  /** The input of the rules, for other engines. */
  readonly input: PolicyInput;
  readonly verdict: PolicyVerdict;
}

export interface CheckRequest extends PipelineRequest {
  /** Whether to collect facts that no rule reads, too. */
  readonly areAllFactsWanted?: boolean;
  /** Facts that people declared about the use of the image. */
  readonly declaredFacts?: readonly DeclaredFact[];
  /** When findings were first seen; extended by those of this target. */
  readonly ledger?: Ledger;
}

/**
 * Assesses a target and evaluates policies for it. Only the facts that a rule reads are collected.
 * Of a saved result, the findings are used as they are, so that only the policy differs.
 *
 * @throws UserError as {@link assess} does
 */
export async function checkTarget(
  target: string,
  policies: readonly Policy[],
  { areAllFactsWanted = false, declaredFacts = [], ledger, ...request }: CheckRequest,
  ports: Ports,
): Promise<CheckedTarget> {
  const needs: ReadonlySet<FactNeed> = areAllFactsWanted
    ? new Set(FACT_NEEDS)
    : listNeeds(policies);
  const saved = await readSavedResult(target, request.reading?.limits);
  const parts =
    saved?.findings === undefined
      ? await assessAnew(target, needs, request, ports)
      : { assessment: createAssessment(saved), areFilesListed: false };
  const extended =
    ledger === undefined ? undefined : extendLedger(ledger, parts.assessment, ports.now);
  const input: PolicyInput = {
    ...parts,
    now: ports.now,
    declaredFacts,
    ...defined({ ledger: extended }),
  };
  const inputs = digestInputs(parts.assessment, declaredFacts, extended);
  return {
    assessment: parts.assessment,
    input,
    verdict: sealVerdict({
      target: parts.assessment.target.name,
      inputs,
      ...evaluatePolicies(policies, input),
    }),
  };
}

async function assessAnew(
  target: string,
  needs: ReadonlySet<FactNeed>,
  request: PipelineRequest,
  ports: Ports,
): Promise<Pick<PolicyInput, 'assessment' | 'areFilesListed' | 'endOfLife'>> {
  const { reading = {} } = request;
  const wanted = {
    ...reading,
    isSurfaceRequested: reading.isSurfaceRequested === true || needs.has('surface'),
    isReachRequested: reading.isReachRequested === true || needs.has('reach'),
    files: { ...reading.files, ...(needs.has('files') ? { selection: 'all' as const } : {}) },
  };
  const {
    advisories,
    decisions: _,
    projectRules: __,
    ...assessment
  } = await assess(target, { ...request, reading: wanted }, ports);
  const { distro } = assessment.inventory;
  const lifecycle = distro === undefined ? undefined : advisories?.findLifecycle(distro);
  return {
    assessment,
    areFilesListed: needs.has('files') && assessment.target.kind !== 'sbom',
    ...defined({ endOfLife: lifecycle?.endOfLife }),
  };
}

/** Adds the digest of the whole verdict, so that a changed copy is recognized. */
function sealVerdict(verdict: PolicyVerdict): PolicyVerdict {
  const plain: unknown = JSON.parse(JSON.stringify(verdict));
  return { ...verdict, proof: digestValue(plain) };
}

/** Digests of everything that a verdict depends on, besides the policies and the time. */
function digestInputs(
  { inventory, findings, database }: Assessment,
  declaredFacts: readonly DeclaredFact[],
  ledger: Ledger | undefined,
): VerdictInputs {
  const { findings: open = [], alerts = [], unevaluated = [] } = findings ?? {};
  const { ignored = [], dispositioned = [] } = findings ?? {};
  const { path: _, ...data } = database ?? { path: '' };
  return {
    inventory: digestValue(inventory),
    findings: digestValue({ open, alerts, unevaluated }),
    decisions: digestValue({ ignored, dispositioned }),
    database: digestValue(data),
    facts: digestDeclaredFacts(declaredFacts),
    ...(ledger === undefined ? {} : { ledger: digestValue([...ledger.values()]) }),
  };
}

function digestValue(value: unknown): string {
  return digestText(canonicalizeJson(value));
}
