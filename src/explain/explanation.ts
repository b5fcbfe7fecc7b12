import type { Comparison } from '../core/comparison.ts';
import type { Decision } from '../core/decision.ts';
import type { Alert, Finding, SeverityWord, SymbolEvidence } from '../core/finding.ts';
import type { PackageLabel, PlaceInImage, SourceView } from '../core/package-context.ts';

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

/** Every reason for one finding. */
export interface FindingExplanation {
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
  readonly views: readonly SourceView[];
  readonly notes: readonly string[];
  readonly decisions: readonly Decision[];
  /** The smallest sufficient remedy, as a sentence without the full stop. */
  readonly remedy: string;
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
