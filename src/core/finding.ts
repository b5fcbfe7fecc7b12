import type {
  Advisory,
  DatabaseDescription,
  EpssScore,
  ExploitedRecord,
  Fix,
  FixState,
  VulnerabilityRecord,
  Weakness,
} from './advisory.ts';
import type { Comparison } from './comparison.ts';
import type { Decision } from './decision.ts';
import type { ReachClass } from './reach.ts';

export const SEVERITIES = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const;
export type SeverityWord = (typeof SEVERITIES)[number];

/**
 * Functions that a statement is about, as import path and name, or the path alone where all of the
 * source package is meant; and those of them that the executable holds. Both sorted.
 */
export interface SymbolEvidence {
  readonly searched: readonly string[];
  readonly found: readonly string[];
}

/** Why a statement was held against a package. */
export interface MatchReason {
  /**
   * `direct`: by the package's own name; `indirect`: by the package it was built from; `cpe`: by a
   * CPE.
   */
  readonly kind: 'direct' | 'indirect' | 'cpe';
  /** Id of the matcher. */
  readonly matcher: string;
  /** The key that was looked up, e.g. `alpine 3.20 / apk / openssl` or a CPE. */
  readonly searchedKey: string;
  readonly searchedName: string;
  readonly searchedVersion: string;
  readonly searchedCpes: readonly string[];
  readonly advisory: Advisory;
  /** The range as text with its scheme, and each comparison made. */
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  readonly foundCpes: readonly string[];
  /** Absent where the statement was not held against the functions of an executable. */
  readonly symbols?: SymbolEvidence;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** What a CVSS vector comes to. The parts are absent where its version of CVSS has none. */
export interface CvssScore {
  readonly vector: string;
  readonly baseScore: number;
  readonly exploitabilityScore?: number;
  readonly impactScore?: number;
}

/** One source's vulnerability on one package, with all reasons. */
export interface Match {
  readonly record: VulnerabilityRecord;
  /** The statement that counts: of the direct reason where there is one. */
  readonly advisory: Advisory;
  readonly reasons: readonly MatchReason[];
  readonly fixes: readonly Fix[];
  readonly fixState: FixState;
  readonly severity: SeverityWord;
  /** What other sources say under this match's id or an alias of it. */
  readonly related: readonly VulnerabilityRecord[];
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: readonly EpssScore[];
  readonly weaknesses: readonly Weakness[];
  /** Of every vector in the record and the related ones, each once; absent: none was computed. */
  readonly scores?: readonly CvssScore[];
  /** The word of each related record, in their order. */
  readonly relatedSeverities?: readonly SeverityWord[];
  /** By this record's own facts; {@link Finding.risk} is the greatest of all matches. */
  readonly risk?: number;
}

/** All matches of one vulnerability (all ids it goes by) on one package. */
export interface Finding {
  /** Key of the package in the inventory. */
  readonly packageKey: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: SeverityWord;
  readonly fixState: FixState;
  /** Versions that fix, the smallest above the installed one first. */
  readonly fixVersions: readonly string[];
  /** 0 to 100; see `docs/architecture.md`, "Risk". */
  readonly risk: number;
  /** Sentences that a person should read before believing it, without the full stop. */
  readonly notes?: readonly string[];
  /** Whether the entry point can load its package; absent where that was not asked for. */
  readonly reach?: ReachClass | 'unknown';
  /** What was decided of it and leaves it here, the one that counts first. */
  readonly decisions?: readonly Decision[];
  readonly matches: readonly Match[];
}

/** A finding that needs no person any more, by the first of its decisions. */
export interface DispositionedFinding {
  readonly finding: Finding;
  /** At least one; the one that counts first. */
  readonly decisions: readonly Decision[];
}

/** A statement that was set aside by a rule, and which. Shown, never dropped in silence. */
export interface IgnoredFinding {
  readonly finding: Finding;
  readonly rule: string;
}

/** A package that could not be judged, and why. */
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
  /** The vulnerability whose statement could not be judged, where it is one. */
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

/**
 * Something a person should know of all findings of some packages; without packages, of the whole
 * answer.
 */
export interface Alert {
  readonly kind: (typeof ALERT_KINDS)[number];
  readonly message: string;
  readonly packageKeys: readonly string[];
  /** The system's name and version, and the date it concerns. */
  readonly system?: string;
  readonly date?: string;
}

const DOUBTS: ReadonlySet<Alert['kind']> = new Set([
  'database-outdated',
  'distro-does-not-fit',
  'distro-end-of-life',
  'distro-unknown',
  'distro-with-little-data',
  'distro-without-data',
]);

/** Whether it makes the absence of findings say little. */
export function weakensAbsence({ kind }: Alert): boolean {
  return DOUBTS.has(kind);
}

/**
 * What of it is dangerous. `database` is absent where nothing was evaluated, which is not "no
 * vulnerabilities".
 */
export interface Findings {
  readonly database: DatabaseDescription | undefined;
  /** Sorted by package name, version, type, then id. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** What decisions set aside; absent where none were asked for. Sorted as `findings`. */
  readonly dispositioned?: readonly DispositionedFinding[];
  readonly unevaluated: readonly Unevaluated[];
  readonly alerts: readonly Alert[];
}

/**
 * Whether nothing but CPEs led to a finding: most are made from names, and others name families.
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
