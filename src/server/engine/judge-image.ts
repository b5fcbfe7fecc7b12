import { assessInventory, type OpenAssessment } from '../../assess/assess.ts';
import type { GateRequest, OpenedDatabase } from '../../assess/request.ts';
import { listDueDates } from '../../compliance/policy/due-dates.ts';
import { judgeGates } from '../../compliance/policy/judge-gates.ts';
import type { Ledger } from '../../compliance/policy/ledger.ts';
import { assessCompleteness, type Completeness } from '../../foundation/core/assessment.ts';
import type { ControlResult, StatementProof } from '../../foundation/core/control.ts';
import { defined } from '../../foundation/core/defined.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { isHeldByAdvisories } from '../../foundation/core/held-by-advisories.ts';
import { describePolicyVerdict, type PolicyOutcome } from '../../foundation/core/policy-verdict.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import { findWorstOutcome, type GateResult, type Verdict } from '../../foundation/core/verdict.ts';
import type { DecisionTable, StatementTable } from '../store/decision-tables.ts';
import { applyEvidence, type DecisionReview } from './decisions.ts';
import type { CurrentPolicy } from './fleet-policy.ts';
import type { PushedInventory } from './inventory-document.ts';
import { listControlAnswers, listDeclaredFacts } from './statements.ts';

/** Everything besides the inventory that a verdict depends on. */
export interface JudgeSetting {
  /** Directory of the advisory database. */
  readonly database: string;
  /** The same, open; absent to open it for this image. */
  readonly opened?: OpenedDatabase | undefined;
  /** Parent of temporary files. */
  readonly temporaryFolder: string;
  readonly maxAgeDays: number;
  readonly policy?: CurrentPolicy | undefined;
  /** When the builds of the image first had each finding; needed by policies. */
  readonly sightings?: Ledger | undefined;
  /** Decisions in force that are about the image. */
  readonly decisions: readonly DecisionTable[];
  /** Those that count for the image. */
  readonly statements: readonly StatementTable[];
  /** RFC 3339 */
  readonly now: string;
}

/** A verdict as it is stored, with its reasons. */
export interface VerdictProof {
  readonly gates: readonly GateResult[];
  /** One sentence about the policies; absent without any. */
  readonly policy?: string;
  readonly completeness: Completeness;
  /** Decisions that no longer apply. */
  readonly reviews: readonly DecisionReview[];
  /** Findings that a decision or a derivation takes off the list. */
  readonly decided: readonly DecidedFinding[];
  /** Findings that are not decided. */
  readonly open: number;
  readonly dates: VerdictDates;
  /** Until when open findings must be remediated, by the clocks of the policy. */
  readonly due?: readonly StoredDueDate[];
  /** Set if old or missing advisories are a reason why the image does not pass. */
  readonly isHeldByAdvisories?: true;
  /** When it was last computed; milliseconds since 1970. */
  readonly judgedAt?: number;
  /** Decisions that plimsoll proposes, and that a person must confirm. */
  readonly suggested?: readonly DecidedFinding[];
  /** Answers to the controls of the packs of the policy. */
  readonly controls?: readonly StoredControl[];
}

/** A date until which a finding must be remediated. */
export interface StoredDueDate {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly title: string;
  readonly vulnerability: string;
  /** From when it counts, and which facts are missing; absent in earlier verdicts. */
  readonly basis?: string;
}

export type StoredControl = Pick<
  ControlResult,
  'key' | 'title' | 'status' | 'reasons' | 'examined' | 'facts' | 'dueAt' | 'cannotAnswer'
> & { readonly statement?: Pick<StatementProof, 'by' | 'evidence' | 'expires'> };

export interface DecidedFinding {
  readonly id: string;
  readonly purl: string;
  readonly status: string;
  readonly author: string;
  readonly reason: string;
}

export interface JudgedImage {
  readonly assessment: Omit<OpenAssessment, 'advisories' | 'projectRules'>;
  readonly reviews: readonly DecisionReview[];
  readonly dates: VerdictDates;
  readonly due: readonly StoredDueDate[];
}

/** Assesses an inventory by the advisories, decisions and policy of a store. */
export async function judgeImage(
  { inventory }: PushedInventory,
  setting: JudgeSetting,
): Promise<JudgedImage> {
  using resources = new DisposableStack();
  const { database: folder, temporaryFolder, maxAgeDays, policy, decisions, now } = setting;
  const { sightings: ledger, statements, opened } = setting;
  const { documents, reviews } = applyEvidence(decisions, inventory);
  const assessment = await assessInventory(
    inventory,
    {
      database: { folder, isRequired: true, maxAgeDays, ...defined({ opened }) },
      gates: policy?.gates ?? {},
      decisions: { isDerived: true, vexDocuments: documents },
      ...(policy?.rules === undefined
        ? {}
        : {
            policy: {
              policies: policy.rules,
              ...defined({ ledger }),
              statements: listControlAnswers(statements),
              declaredFacts: listDeclaredFacts(statements),
            },
          }),
    },
    {
      now,
      machineTime: now,
      progress: SILENT,
      resources,
      network: {},
      environment: {},
      temporaryFolder,
      notify: () => undefined,
    },
  );
  const { advisories: _, ...rest } = assessment;
  const due = listDue(policy, assessment);
  return { assessment: rest, reviews, dates: listDates(assessment, now), due };
}

function listDue(
  policy: CurrentPolicy | undefined,
  { judged }: Pick<OpenAssessment, 'judged'>,
): readonly StoredDueDate[] {
  if (policy?.rules === undefined || judged === undefined) {
    return [];
  }
  return listDueDates(policy.rules, judged.input).map((entry) => {
    const { date, title, vulnerabilities = [], basis } = entry;
    const [vulnerability = ''] = vulnerabilities;
    return { at: Date.parse(date), title, vulnerability, ...defined({ basis }) };
  });
}

/** The dates that a verdict depends on, besides those of decisions and advisories. */
export interface VerdictDates {
  /** Milliseconds since 1970: the next change by the policy. */
  readonly policy?: number;
  /** End of life of the system: a date that may count from its beginning or its end. */
  readonly endOfLife?: number;
}

function listDates({ advisories, inventory, verdict }: OpenVerdict, now: string): VerdictDates {
  const next = verdict?.policy?.nextChange;
  const lifecycle =
    inventory.distro === undefined ? undefined : advisories?.findLifecycle(inventory.distro);
  // A search that needed too many steps is repeated each day.
  const policy =
    next === undefined ? undefined : Date.parse(next.date ?? now) + (next.date ? 0 : DAY_MS);
  const endOfLife =
    lifecycle?.endOfLife === undefined ? undefined : Date.parse(lifecycle.endOfLife);
  return defined({ policy, endOfLife: Number.isNaN(endOfLife) ? undefined : endOfLife });
}

type OpenVerdict = Pick<OpenAssessment, 'advisories' | 'inventory' | 'verdict'>;

export interface ValiditySetting {
  readonly decisions: readonly DecisionTable[];
  /** Times at which advisories become outdated. */
  readonly ageTimes: readonly number[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Returns the first time at which the verdict may change without any other change: a date of the
 * policy, the expiry of a decision, the end of life of the system, or the age of the advisories.
 */
export function findValidity(
  { policy, endOfLife }: VerdictDates,
  { decisions, ageTimes, now }: ValiditySetting,
): number | undefined {
  const dates = [
    ...(policy === undefined ? [] : [policy]),
    ...(endOfLife === undefined ? [] : [0, 1, DAY_MS, DAY_MS + 1].map((more) => endOfLife + more)),
    ...decisions.flatMap(({ expires }) => expires ?? []),
    ...ageTimes,
  ];
  const later = dates.filter((time) => time > now);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** Returns the verdict of the policy of all images and of gates that were set for one push. */
export function combineVerdicts(
  assessment: JudgedImage['assessment'],
  gates: GateRequest,
): Verdict | undefined {
  const own = judgeGates({ assessment }, { ...gates, countsGuesses: false });
  const fleet = assessment.verdict;
  if (own === undefined || fleet === undefined) {
    return own ?? fleet;
  }
  const known = new Set(own.gates.map((one) => JSON.stringify(one)));
  return {
    ...fleet,
    outcome: findWorstOutcome([own.outcome, fleet.outcome]),
    gates: [...own.gates, ...fleet.gates.filter((one) => !known.has(JSON.stringify(one)))],
  };
}

/** Returns the outcome of a judged image: `unknown` if nothing was judged. */
export function toOutcome(verdict: Verdict | undefined): PolicyOutcome {
  return verdict?.outcome ?? 'unknown';
}

/** Returns the reasons of a verdict, as they are stored with it. */
export function toProof({ assessment, reviews, dates, due }: JudgedImage): VerdictProof {
  const { verdict, findings, inventory } = assessment;
  const purls = new Map(inventory.packages.map(({ key, purl }) => [key, purl]));
  return {
    gates: verdict?.gates ?? [],
    ...(verdict?.policy === undefined ? {} : { policy: describePolicyVerdict(verdict.policy) }),
    completeness: assessCompleteness(assessment),
    reviews,
    decided: (findings.dispositioned ?? []).flatMap(({ finding, decisions: [decision] }) =>
      decision === undefined
        ? []
        : {
            id: finding.id,
            purl: purls.get(finding.packageKey) ?? '',
            status: decision.status,
            author: decision.author,
            reason: decision.reason,
          },
    ),
    open: findings.findings.length,
    dates,
    ...(due.length === 0 ? {} : { due }),
    ...(isHeldByAdvisories(assessment) ? { isHeldByAdvisories: true } : {}),
    ...defined({ suggested: listSuggested(assessment, purls) }),
    ...defined({ controls: verdict?.policy?.controls?.map(toStoredControl) }),
  };
}

function listSuggested(
  { findings }: JudgedImage['assessment'],
  purls: ReadonlyMap<string, string>,
): readonly DecidedFinding[] | undefined {
  const suggested = findings.findings.flatMap(({ id, packageKey, decisions = [] }) =>
    decisions
      .filter(({ effect }) => effect === 'suggestion')
      .slice(0, 1)
      .map(({ status, author, reason }) => {
        return { id, purl: purls.get(packageKey) ?? '', status, author, reason };
      }),
  );
  return suggested.length === 0 ? undefined : suggested;
}

function toStoredControl(control: ControlResult): StoredControl {
  const { key, title, status, reasons, examined, facts, dueAt, cannotAnswer, statement } = control;
  return {
    key,
    title,
    status,
    reasons,
    examined,
    facts,
    ...defined({ dueAt, cannotAnswer }),
    ...(statement === undefined
      ? {}
      : {
          statement: {
            by: statement.by,
            evidence: statement.evidence,
            expires: statement.expires,
          },
        }),
  };
}
