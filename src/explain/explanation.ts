import type { Comparison } from '../core/comparison.ts';
import type { Decision } from '../core/decision.ts';
import type { Alert, Finding, SeverityWord, SymbolEvidence } from '../core/finding.ts';
import type { PackageLabel, PlaceInImage, SourceView } from '../core/package-context.ts';

/** One statement that was held against the package, and how the comparison went. */
export interface StatementStep {
  readonly source: string;
  readonly vulnerability: string;
  readonly effect: 'affected' | 'unaffected';
  readonly key: string;
  readonly range: string;
  readonly comparisons: readonly Comparison[];
  /** Absent where the statement was not held against the functions of an executable. */
  readonly symbols?: SymbolEvidence;
  /** How it came to be looked up: by name, by what it was built from, by a CPE. */
  readonly by: 'direct' | 'indirect' | 'cpe';
  readonly confidence: number;
}

/** All that led to one finding. */
export interface FindingExplanation {
  readonly kind: 'finding';
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: SeverityWord;
  readonly fixState: Finding['fixState'];
  readonly package: PackageLabel;
  /** `open`; set aside by a rule of the matching; or set aside by a decision. */
  readonly state: 'open' | 'ignored' | 'dispositioned';
  readonly rule?: string;
  readonly foundBy: string;
  readonly places: readonly PlaceInImage[];
  /** Packages that installed the files which made this one known. */
  readonly owners: readonly PackageLabel[];
  /** From a package that nothing needs down to this one; empty where nothing needs it. */
  readonly neededBy: readonly PackageLabel[];
  readonly statements: readonly StatementStep[];
  readonly views: readonly SourceView[];
  readonly notes: readonly string[];
  readonly decisions: readonly Decision[];
  /** The least that a person can do about it, as a sentence without the full stop. */
  readonly remedy: string;
}

/** Why one statement about the vulnerability is no finding on a package that was looked up. */
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

/** A package that was held against the vulnerability without being found vulnerable. */
export interface Considered {
  readonly package: PackageLabel;
  readonly rejections: readonly Rejection[];
}

/** Why there is no finding. */
export interface AbsenceExplanation {
  readonly kind: 'absence';
  /** What was asked for, and every id that it is known by in the database. */
  readonly id: string;
  readonly ids: readonly string[];
  /** Sources of the database that have a record of it. */
  readonly knownBy: readonly string[];
  readonly considered: readonly Considered[];
  /** Packages that were looked up in all, and how many different keys were asked for. */
  readonly packagesSearched: number;
  readonly keysSearched: number;
  /** Packages, among those asked about, that could not be judged, each with the reason. */
  readonly unjudged: readonly { readonly package: PackageLabel; readonly detail: string }[];
  readonly alerts: readonly Alert[];
  /** The answer in one sentence without the full stop. */
  readonly summary: string;
}

/** What was held against one package. */
export interface PackageExplanation {
  readonly kind: 'package';
  readonly package: PackageLabel;
  /** Ids of its findings, open or set aside. */
  readonly found: readonly string[];
  /** Every other statement under its keys, and why it fell away. */
  readonly rejections: readonly Rejection[];
  /** Why it could not be judged, or a statement about it. */
  readonly unjudged: readonly string[];
}
