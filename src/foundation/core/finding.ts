import type {
  Advisory,
  DatabaseDescription,
  EpssScore,
  ExploitedRecord,
  Fix,
  FixState,
  SsvcDecision,
  VulnerabilityRecord,
  Weakness,
} from './advisory.ts';
import type { Comparison } from './comparison.ts';
import type { Decision } from './decision.ts';
import type { ReachClass } from './reach.ts';

export const SEVERITIES = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const;
export type SeverityWord = (typeof SEVERITIES)[number];

/**
 * Functions of a statement, as import path and name, or only the path if all of the source package
 * is affected; and those of them in the executable. Both sorted.
 */
export interface SymbolEvidence {
  readonly searched: readonly string[];
  readonly found: readonly string[];
}

/** Why a statement was compared with a package. */
export interface MatchReason {
  /** `direct`: by the package's own name; `indirect`: by its source package; `cpe`: by a CPE. */
  readonly kind: 'direct' | 'indirect' | 'cpe';
  /** ID of the matcher. */
  readonly matcher: string;
  /** The look-up key, such as `alpine 3.20 / apk / openssl` or a CPE. */
  readonly searchedKey: string;
  readonly searchedName: string;
  readonly searchedVersion: string;
  readonly searchedCpes: readonly string[];
  readonly advisory: Advisory;
  /** The range as text with its scheme, and each comparison. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  readonly foundCpes: readonly string[];
  /** Absent if the statement was not compared with the functions of an executable. */
  readonly symbols?: SymbolEvidence;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** Scores of a CVSS vector. Parts are absent if its version of CVSS has none. */
export interface CvssScore {
  readonly vector: string;
  readonly baseScore: number;
  readonly exploitabilityScore?: number;
  readonly impactScore?: number;
}

/** One source's vulnerability on one package with all reasons. */
export interface Match {
  readonly record: VulnerabilityRecord;
  /** The decisive statement: that of the direct reason, if there is one. */
  readonly advisory: Advisory;
  readonly reasons: readonly MatchReason[];
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
  readonly severity: SeverityWord;
  /** Records of other sources under this match's ID or an alias. */
  readonly related: readonly VulnerabilityRecord[];
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: readonly EpssScore[];
  readonly weaknesses: readonly Weakness[];
  /** Absent if no source has decided. */
  readonly ssvc?: readonly SsvcDecision[];
  /**
   * Scores of every vector in the record and the related ones, each once; absent if none was
   * computed.
   */
  readonly scores?: readonly CvssScore[];
  /** Severity of each related record, in their order. */
  readonly relatedSeverities?: readonly SeverityWord[];
  /** Risk by this record's own facts; {@link Finding.risk} is the maximum of all matches. */
  readonly risk?: number;
}

/** All matches of one vulnerability (with all of its IDs) on one package. */
export interface Finding {
  /** Key of the package in the inventory. */
  readonly packageKey: string;
  readonly id: string;
  readonly aliases: readonly string[];
  /**
   * The highest of its matches, with a note if they differ; see `docs/matching.md`, "Severity and
   * IDs".
   */
  readonly severity: SeverityWord;
  readonly fixState: FixState;
  /** Fixed versions; the lowest above the installed one comes first. */
  readonly fixVersions: readonly string[];
  /** 0 to 100; see `docs/architecture.md`, "Risk". */
  readonly risk: number;
  /** Sentences to read before relying on the finding, without a full stop. */
  readonly notes?: readonly string[];
  /** Reachability of its package; absent if it was not requested. */
  readonly reach?: ReachClass | 'unknown';
  /** Decisions that keep it in this list, the decisive one first. */
  readonly decisions?: readonly Decision[];
  readonly matches: readonly Match[];
}

/** A suppressed finding; the first of its decisions counts. */
export interface DispositionedFinding {
  readonly finding: Finding;
  /** At least one; the decisive one comes first. */
  readonly decisions: readonly Decision[];
}

/** A statement that a rule suppressed, with the rule. Shown, never dropped silently. */
export interface IgnoredFinding {
  readonly finding: Finding;
  readonly rule: string;
}

/** A package that could not be evaluated, with the reason. */
export interface Unevaluated {
  readonly packageKey: string;
  readonly why:
    | 'version-not-understood'
    | 'range-not-understood'
    | 'no-version'
    | 'no-data-for-distro'
    | 'no-distro'
    | 'no-data-for-ecosystem'
    | 'no-identity'
    | 'no-matcher';
  readonly detail: string;
  /** The vulnerability whose statement could not be evaluated, if it is only one. */
  readonly vulnerability?: string;
}

export const ALERT_KINDS = [
  'distro-end-of-life',
  'distro-unknown',
  'distro-without-data',
  'distro-with-little-data',
  'distro-does-not-fit',
  'database-missing',
  'database-outdated',
  'database-not-updated',
  'database-support-ending',
  'statement-unmatched',
  'statement-not-understood',
  'rule-unused',
  'rule-expired',
  'decision-withdrawn',
  'baseline-stale',
] as const;

/** A note about all findings of some packages; without packages, about the whole result. */
export interface Alert {
  readonly kind: (typeof ALERT_KINDS)[number];
  readonly message: string;
  readonly packageKeys: readonly string[];
  /** Name and version of the system, and the date concerned. */
  readonly system?: string;
  readonly date?: string;
}

const DOUBTS: ReadonlySet<Alert['kind']> = new Set([
  'database-missing',
  'database-outdated',
  'distro-does-not-fit',
  'distro-end-of-life',
  'distro-unknown',
  'distro-with-little-data',
  'distro-without-data',
]);

/** Returns whether an alert makes the absence of findings unreliable. */
export function weakensAbsence({ kind }: Alert): boolean {
  return DOUBTS.has(kind);
}

/**
 * Vulnerabilities of the inventory. `database` is absent if nothing was evaluated, which is not "no
 * vulnerabilities".
 */
export interface Findings {
  readonly database: DatabaseDescription | undefined;
  /** Sorted by package name, version, type, then id. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** Findings that decisions suppressed; absent if none were requested. Sorted like `findings`. */
  readonly dispositioned?: readonly DispositionedFinding[];
  readonly unevaluated: readonly Unevaluated[];
  readonly alerts: readonly Alert[];
}

/**
 * Returns whether a finding rests on CPEs alone: most are derived from names, and others name
 * product families.
 */
export function isGuess({ matches }: Pick<Finding, 'matches'>): boolean {
  let isAny = false;
  for (const { reasons } of matches) {
    if (reasons.some(({ kind }) => kind !== 'cpe')) {
      return false;
    }
    isAny ||= reasons.length > 0;
  }
  return isAny;
}

/** Returns whether the vulnerability is known to be exploited. */
export function isExploited({ matches }: Pick<Finding, 'matches'>): boolean {
  return matches.some(({ exploited }) => exploited.length > 0);
}
