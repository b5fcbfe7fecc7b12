import type { EpssScore, SsvcDecision } from '../core/advisory.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Decision } from '../core/decision.ts';
import type { Alert, Finding, SeverityWord, SymbolEvidence } from '../core/finding.ts';
import type { PackageLabel, PlaceInImage, SourceView } from '../core/package-context.ts';
import type { ReachClass } from '../core/reach.ts';
import type { RiskFactors } from '../match/risk.ts';
import type { Disagreement, SourceStatement } from '../match/source-statement.ts';

/** One statement that was compared with the package, and the result. */
export interface StatementStep {
  readonly source: string;
  readonly vulnerability: string;
  readonly effect: 'affected' | 'unaffected';
  readonly key: string;
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  /** Absent if the statement was not compared with the functions of an executable. */
  readonly symbols?: SymbolEvidence;
  /** How it was found: by name, by source package, or by CPE. */
  readonly by: 'direct' | 'indirect' | 'cpe';
  readonly confidence: number;
}

/** Everything that one source states about the vulnerability, and what it means for the package. */
export interface SourceAnswer extends SourceStatement {
  readonly verdict: 'affected' | 'not-affected' | 'undecided';
}

/** One CVSS vector of a source, with its base score. */
export interface CvssView {
  readonly source: string;
  readonly id: string;
  readonly vector: string;
  readonly baseScore: number;
}

/** A record of a catalog of exploited vulnerabilities. */
export interface Exploitation {
  readonly cve: string;
  readonly dateAdded?: string;
  readonly dueDate?: string;
  readonly requiredAction: string;
  readonly isUsedByRansomware: boolean;
}

/** Position of an open finding among all open ones, the most urgent first. */
export interface Rank {
  /** Starts at 1; absent if the finding is suppressed or ignored. */
  readonly position?: number;
  readonly openFindings: number;
  /** From 0 to 100. */
  readonly risk: number;
  /** The product is the risk. Absent if the risk was not computed from these facts. */
  readonly factors?: RiskFactors;
}

/** Facts about a vulnerability, independent of the package. */
export interface VulnerabilityFacts {
  /** Start of the description by the first source that has one, on one line. */
  readonly summary?: string;
  readonly cvss: readonly CvssView[];
  /** The highest score; probability and percentile are from 0 to 1. */
  readonly epss?: EpssScore;
  readonly exploited: readonly Exploitation[];
  /** The newest decision of each source and CVE. */
  readonly ssvc: readonly SsvcDecision[];
  /** Web addresses of the sources' references, each once. */
  readonly references: readonly string[];
}

/** Every reason for one finding. */
export interface FindingExplanation extends VulnerabilityFacts {
  readonly kind: 'finding';
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: SeverityWord;
  readonly fixState: Finding['fixState'];
  readonly package: PackageLabel;
  /** `open`; `ignored` by a rule of the matching; or `dispositioned` by a decision. */
  readonly state: 'open' | 'ignored' | 'dispositioned';
  readonly rule?: string;
  readonly foundBy: string;
  readonly places: readonly PlaceInImage[];
  /** Packages that installed the files which identify this one. */
  readonly owners: readonly PackageLabel[];
  /** Path from a package without dependents to this one; empty if this one has no dependents. */
  readonly neededBy: readonly PackageLabel[];
  readonly statements: readonly StatementStep[];
  /** Answers of all sources that were compared; absent if they were not requested. */
  readonly sources?: readonly SourceAnswer[];
  /** Questions to which the sources have different answers. */
  readonly disagreements?: readonly Disagreement[];
  readonly views: readonly SourceView[];
  readonly notes: readonly string[];
  readonly decisions: readonly Decision[];
  /** The smallest sufficient remedy, as a sentence without the full stop. */
  readonly remedy: string;
  readonly rank: Rank;
  /** Absent if reachability was not analyzed. */
  readonly reach?: ReachClass | 'unknown';
}

/** One finding of a package in a few words. */
export interface FindingSummary
  extends Pick<
    FindingExplanation,
    'id' | 'aliases' | 'severity' | 'fixState' | 'state' | 'rule' | 'epss' | 'reach' | 'rank'
  > {
  /** The lowest fixed version above the installed one. */
  readonly fixVersion?: string;
  readonly isExploited: boolean;
}

/** The findings of one package, open ones first, the most urgent first. */
export interface PackageFindings {
  readonly kind: 'package-findings';
  readonly package: PackageLabel;
  readonly findings: readonly FindingSummary[];
  /** Why it, or a statement about it, could not be judged. */
  readonly unjudged: readonly string[];
}

/** Why one statement about the vulnerability is not a finding on a package that was looked up. */
export interface Rejection {
  readonly source: string;
  readonly vulnerability: string;
  readonly key: string;
  readonly why:
    | 'withdrawn'
    | 'not-qualified'
    | 'another-product'
    | 'version-outside'
    | 'not-affected'
    | 'not-understood'
    | 'outweighed';
  /** A sentence without the full stop. */
  readonly detail: string;
  readonly comparisons: readonly Comparison[];
}

/** A package that was checked for the vulnerability and not found vulnerable. */
export interface Considered {
  readonly package: PackageLabel;
  readonly rejections: readonly Rejection[];
}

/** The reason why there is no finding. */
export interface AbsenceExplanation {
  readonly kind: 'absence';
  /** The requested ID; `ids` are all of its IDs in the database. */
  readonly id: string;
  readonly ids: readonly string[];
  /** Sources of the database that have a record of it. */
  readonly knownBy: readonly string[];
  readonly considered: readonly Considered[];
  /** Number of looked-up packages, and number of distinct keys. */
  readonly packagesSearched: number;
  readonly keysSearched: number;
  /** Packages of the question that could not be judged, each with the reason. */
  readonly unjudged: readonly { readonly package: PackageLabel; readonly detail: string }[];
  readonly alerts: readonly Alert[];
  /** The answer in one sentence without the full stop. */
  readonly summary: string;
}

/** The statements that were checked against one package. */
export interface PackageExplanation {
  readonly kind: 'package';
  readonly package: PackageLabel;
  /** IDs of its findings, open, ignored or suppressed. */
  readonly found: readonly string[];
  /** Every other statement under its keys, and why it was rejected. */
  readonly rejections: readonly Rejection[];
  /** Why it, or a statement about it, could not be judged. */
  readonly unjudged: readonly string[];
}
