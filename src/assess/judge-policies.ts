import { createHash } from 'node:crypto';
import { justifyDifference } from '../compliance/justify/justify-difference.ts';
import {
  type JustifiedItems,
  justifyItems,
  summarizeItems,
} from '../compliance/justify/list-items.ts';
import { chooseNextChange } from '../compliance/justify/next-end.ts';
import type { ComparedResults } from '../compliance/justify/package-items.ts';
import type { DeclaredFact } from '../compliance/policy/declared-fact.ts';
import { digestDeclaredFacts } from '../compliance/policy/declared-facts.ts';
import { evaluatePolicies } from '../compliance/policy/evaluate-policy.ts';
import { FACT_NEEDS, type FactNeed, type PolicyInput } from '../compliance/policy/fact.ts';
import { extendLedger, type Ledger } from '../compliance/policy/ledger.ts';
import type { Lifecycle } from '../compliance/policy/lifecycle.ts';
import { listNeeds } from '../compliance/policy/list-needs.ts';
import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import type { Assessment } from '../foundation/core/assessment.ts';
import type { AttestationList } from '../foundation/core/attestation.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import type { ContentSearch } from '../foundation/core/content-search.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Justification } from '../foundation/core/justification.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import type { PolicyVerdict, VerdictInputs } from '../foundation/core/policy-verdict.ts';
import { writeCanonicalJson } from '../foundation/syntax/json/canonical-json.ts';
import { compareSides } from '../hardening/compare/compare-results.ts';
import { decideDifferences } from '../hardening/compare/decide-differences.ts';
import type { Baseline } from './baseline.ts';
import { collectAttestations } from './collect-attestations.ts';
import { findMaxDays } from './plan-assessment.ts';
import type { PolicyRequest, ReadingRequest } from './request.ts';
import type { AttachedDocuments } from './scan-options.ts';

/** A verdict with the facts that it was made of. */
export interface JudgedPolicies {
  /** The input of the rules, for other engines. */
  readonly input: PolicyInput;
  readonly verdict: PolicyVerdict;
  /** The items to justify; absent if they were not requested. */
  readonly justified?: JustifiedItems;
}

/** Adds the measurements that the facts of the policies need. */
export function addNeeds(
  reading: ReadingRequest,
  request: PolicyRequest,
  hasBaseline: boolean,
): ReadingRequest {
  const needs = listRequestNeeds(request);
  const isComparing = needs.has('difference') || (hasBaseline && request.isLeftCounted === true);
  return {
    ...reading,
    isSurfaceRequested: reading.isSurfaceRequested === true || needs.has('surface') || isComparing,
    ...(needs.has('content') ? { contentSearches: listSearches(request) } : {}),
    ...defined({ fingerprintKey: request.fingerprintKey }),
    areAttestationsRequested: needs.has('attestations'),
    isReachRequested: reading.isReachRequested === true || needs.has('reach'),
    files: {
      ...reading.files,
      ...(needs.has('files') || isComparing ? { selection: 'all' as const } : {}),
      // Records of dpkg and of old rpm have MD5 digests.
      ...(needs.has('digests')
        ? {
            digests: [
              ...new Set([...(reading.files?.digests ?? USUAL_DIGESTS), ...RECORD_DIGESTS]),
            ],
          }
        : {}),
    },
  };
}

/** Lists each search once, also if several policies have it; its location is only for messages. */
function listSearches({ policies }: PolicyRequest): readonly ContentSearch[] {
  const searches = policies.flatMap((policy) => policy.searches);
  return searches
    .filter(({ digest }, index) => searches.findIndex((one) => one.digest === digest) === index)
    .map(({ id, digest, paths, pattern }) => ({ id, digest, paths, pattern }));
}

const USUAL_DIGESTS = ['sha1', 'sha256'] as const;
const RECORD_DIGESTS = ['sha1', 'sha256', 'md5', 'sha512'] as const;

function listRequestNeeds({
  policies,
  areAllFactsWanted = false,
}: PolicyRequest): ReadonlySet<FactNeed> {
  return areAllFactsWanted ? new Set(FACT_NEEDS) : listNeeds(policies);
}

/** The parts of a run that rules may read, besides the assessment. */
export interface JudgedParts {
  readonly now: string;
  /** Absent for a document or a saved result, which may list only a part of the files. */
  readonly reading?: ReadingRequest | undefined;
  readonly advisories?: AdvisoryDatabase | undefined;
  readonly baseline?: Baseline | undefined;
  readonly justifications?: readonly Justification[];
  readonly attached?: AttachedDocuments | undefined;
}

/** Evaluates policies for an assessment. */
export function judgePolicies(
  assessment: Assessment,
  request: PolicyRequest,
  parts: JudgedParts,
): JudgedPolicies {
  const { policies, declaredFacts = [], ledger, dockerfile } = request;
  const { toolRuns = [], packageFeeds = [] } = request;
  const { now, reading, advisories, baseline, attached, justifications = [] } = parts;
  const { distro } = assessment.inventory;
  const lifecycle = distro === undefined ? undefined : advisories?.findLifecycle(distro);
  const { selection, exclude = [] } = reading?.files ?? {};
  const areFilesListed = selection === 'all' && exclude.length === 0;
  const isCompared = listRequestNeeds(request).has('difference') || request.isLeftCounted === true;
  const maxDays = findMaxDays(policies);
  const bare =
    baseline === undefined || !isCompared
      ? undefined
      : compareWithBaseline(baseline, assessment, areFilesListed);
  const compared = bare && acceptChanges(bare, request, now);
  const difference =
    compared && justifyDifference(compared, justifications, { now, ...defined({ maxDays }) });
  const extended = ledger === undefined ? undefined : extendLedger(ledger, assessment, now);
  const attestations = listRequestNeeds(request).has('attestations')
    ? collectAttestations(assessment.target, { request, attached, limits: reading?.limits })
    : undefined;
  const input: PolicyInput = {
    assessment,
    areFilesListed,
    now,
    declaredFacts,
    ...defined({ endOfLife: lifecycle?.endOfLife, difference, ledger: extended }),
    toolRuns,
    packageFeeds,
    lifecycles: listLifecycles(request, advisories),
    searches: policies.flatMap((policy) => policy.searches),
    ...defined({ dockerfile, attestations, statements: request.statements }),
    ...defined({ stepsMax: request.stepsMax }),
  };
  const evaluated = evaluatePolicies(policies, input);
  const justified =
    request.isLeftCounted === true
      ? justifyItems({
          assessment,
          ...defined({ compared, maxDays }),
          exceptions: evaluated.exceptions,
          controls: evaluated.controls ?? [],
          entries: justifications,
          now,
        })
      : undefined;
  const nextChange = chooseNextChange(
    evaluated.nextChange,
    { dispositioned: assessment.findings?.dispositioned ?? [], uses: justified?.uses ?? [] },
    now,
  );
  const verdict = sealVerdict({
    target: assessment.target.name,
    inputs: {
      ...digestInputs(assessment, declaredFacts, extended),
      ...digestFurtherInputs(input, request.lifecycles),
      ...(justifications.length === 0 ? {} : { justifications: digestEntries(justifications) }),
    },
    ...evaluated,
    ...defined({ nextChange }),
    ...(justified === undefined ? {} : { justifications: summarizeItems(justified) }),
  });
  return { input, verdict, ...defined({ justified }) };
}

/** A file of the user takes precedence over the database, whose own digest covers its products. */
function listLifecycles(
  request: PolicyRequest,
  advisories: AdvisoryDatabase | undefined,
): readonly Lifecycle[] {
  const { lifecycles = [] } = request;
  if (!listRequestNeeds(request).has('lifecycles')) {
    return lifecycles;
  }
  const own = new Set(lifecycles.map(({ product }) => product));
  const others = (advisories?.listLifecycles() ?? []).filter(({ product }) => !own.has(product));
  return [...lifecycles, ...others.map((one) => ({ ...one, file: 'the advisory database' }))];
}

/** The file and line of an entry do not change the digest. */
function digestEntries(entries: readonly Justification[]): string {
  return digestValue(
    entries
      .map(({ id, digest, reason, by, until }) => ({ id, digest, reason, by, until }))
      .toSorted((left, right) => compareText(left.id + left.digest, right.id + right.digest)),
  );
}

function acceptChanges(
  compared: ComparedResults,
  { acceptedChanges = [] }: PolicyRequest,
  now: string,
): ComparedResults {
  const { difference } = decideDifferences(compared.difference, acceptedChanges, now);
  return { ...compared, difference };
}

function compareWithBaseline(
  baseline: Baseline,
  { inventory, findings }: Assessment,
  listsEveryFile: boolean,
): ComparedResults | undefined {
  if (findings === undefined) {
    return undefined;
  }
  const after = { inventory, findings, toolVersion: VERSION, listsEveryFile };
  return {
    before: baseline.inventory,
    after: inventory,
    difference: compareSides(baseline, after),
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

/** Absent inputs have no digest, so that earlier verdicts can be replayed. */
function digestFurtherInputs(
  {
    dockerfile,
    toolRuns = [],
    packageFeeds = [],
    difference,
    attestations,
    statements = [],
  }: PolicyInput,
  lifecycles: readonly Lifecycle[] = [],
): Partial<VerdictInputs> {
  return defined({
    dockerfile: dockerfile && digestValue(dockerfile.instructions),
    results: toolRuns.length === 0 ? undefined : digestValue(toolRuns),
    packageLists:
      packageFeeds.length === 0 ? undefined : digestValue(packageFeeds.map(({ digest }) => digest)),
    lifecycles: lifecycles.length === 0 ? undefined : digestValue(lifecycles),
    baseline: difference && digestValue(difference),
    attestations: attestations && digestAttestations(attestations),
    statements: statements.length === 0 ? undefined : digestValue(statements),
  });
}

/** The names of files do not change the digest. */
function digestAttestations({ attestations, missing }: AttestationList): string {
  return digestValue({ missing, attestations: attestations.map(({ origin: _, ...one }) => one) });
}

const PART_CHARS = 65_536;

/** Hashes in parts: the inventory of a usual image has ten megabytes of JSON. */
function digestValue(value: unknown): string {
  const hash = createHash('sha256');
  let waiting = '';
  writeCanonicalJson(value, (part) => {
    waiting += part;
    if (waiting.length > PART_CHARS) {
      hash.update(waiting);
      waiting = '';
    }
  });
  return `sha256:${hash.update(waiting).digest('hex')}`;
}
