import type { Assessment } from '../../foundation/core/assessment.ts';
import type { AttestationList } from '../../foundation/core/attestation.ts';
import type { ContentSearch } from '../../foundation/core/content-search.ts';
import type { BareDifference } from '../../hardening/compare/difference.ts';
import type { DeclaredFact } from './declared-fact.ts';
import type { Dockerfile } from './dockerfile.ts';
import type { Ledger } from './ledger.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { PackageFeed } from './package-feed.ts';
import type { Statement } from './statement.ts';
import type { ToolRun } from './tool-results.ts';

/** Units of a number. Sizes are in bytes, ages in days with fractions. */
export const AMOUNT_UNITS = ['count', 'bytes', 'days', 'score'] as const;

export type AmountUnit = (typeof AMOUNT_UNITS)[number];

/** The type of a fact, by which the conditions of rules are checked. */
export type FactType =
  /**
   * With `order`, `over 1.2` and the like compare versions: by the package type in that fact, or
   * `fuzzy`.
   */
  | { readonly kind: 'text'; readonly order?: string }
  /** One word of a fixed list. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** One word of an ordered list, the best first. */
  | { readonly kind: 'scale'; readonly words: readonly string[] }
  | { readonly kind: 'amount'; readonly unit: AmountUnit }
  | { readonly kind: 'flag' }
  | { readonly kind: 'texts' }
  /** SPDX license expressions that all apply. */
  | { readonly kind: 'licenses' };

export type FactData = string | number | boolean | readonly string[];

/** Origin of a value: names and texts for people and machines, such as `advisory` or `layer`. */
export type FactEvidence = Readonly<Record<string, string>>;

/** A value with its evidence, or the reason why it is unknown. */
export type FactValue =
  | {
      readonly isKnown: true;
      readonly value: FactData;
      readonly evidence?: FactEvidence;
    }
  | { readonly isKnown: false; readonly reason: string };

/** Everything that rules may read. */
export interface PolicyInput {
  readonly assessment: Assessment;
  /** RFC 3339: ages, expiries and validity windows are compared with it. */
  readonly now: string;
  /** `true` if the inventory lists every file, not only those of packages and programs. */
  readonly areFilesListed: boolean;
  /** Facts about the use of the image that people declared. */
  readonly declaredFacts?: readonly DeclaredFact[];
  /** Absent if the user did not give it. */
  readonly dockerfile?: Dockerfile;
  /** Searches of the policies for patterns in files. */
  readonly searches?: readonly ContentSearch[];
  /** Lists of the packages of registries. */
  readonly packageFeeds?: readonly PackageFeed[];
  /** The end of life of products, by files of the user and the advisory database. */
  readonly lifecycles?: readonly Lifecycle[];
  /** Results of other tools, such as searches for malware. */
  readonly toolRuns?: readonly ToolRun[];
  /** Changes since the baseline; absent if there is none, or no rule is about changes. */
  readonly difference?: BareDifference;
  /** Statements about the target; absent if no rule is about them. */
  readonly attestations?: AttestationList;
  /** Answers of people to controls of packs. */
  readonly statements?: readonly Statement[];
  /** Steps that all rules of a check may take; if absent, the default limit. */
  readonly stepsMax?: number;
  /** When findings were first seen; absent without a ledger. */
  readonly ledger?: Ledger;
  /** End of life of the distribution by the advisory database, RFC 3339; absent if unknown. */
  readonly endOfLife?: string;
}

/** Measurements in addition to packages and findings. */
export const FACT_NEEDS = [
  'surface',
  'reach',
  'files',
  'digests',
  'difference',
  'content',
  'attestations',
  'lifecycles',
] as const;

export type FactNeed = (typeof FACT_NEEDS)[number];

/** A fact about one kind of subject. */
export interface FactDefinition<Subject> {
  readonly name: string;
  readonly type: FactType;
  /** A noun phrase without a full stop. */
  readonly about: string;
  /** The meaning of a target that states nothing, as a phrase without a full stop. */
  readonly absence: string;
  readonly needs?: readonly FactNeed[];
  read(subject: Subject, input: PolicyInput): FactValue;
  /**
   * RFC 3339: after which times the value differs, other than by growing by one each day. Absent if
   * it does not depend on the time.
   */
  changesAt?(subject: Subject, input: PolicyInput): readonly string[];
}

/** The subjects of one kind in a target. */
export interface SubjectList<Subject> {
  readonly subjects: readonly Subject[];
  /** Why further subjects may exist; empty if the list is complete. */
  readonly missing: readonly string[];
}

/** One kind of subject of rules, with its facts: one file in `src/compliance/policy/subject`. */
export interface SubjectKind<Subject> {
  /** Same as the name of its file. */
  readonly id: string;
  readonly about: string;
  readonly facts: readonly FactDefinition<Subject>[];
  list(input: PolicyInput): SubjectList<Subject>;
  /** Names a subject in reports, such as `CVE-2026-1111 in openssl 3.0.11-1`. */
  describe(subject: Subject): string;
  /** Returns IDs by which exceptions name a subject. */
  identify(subject: Subject): SubjectIdentity;
  /** Measurements without which the subjects are not known. */
  readonly needs?: readonly FactNeed[];
}

/** IDs of a subject. */
export interface SubjectIdentity {
  /** Stable text of kind and subject. */
  readonly key: string;
  readonly vulnerabilities?: readonly string[];
  /** Package URL without version and qualifiers, and the name. */
  readonly packages?: readonly string[];
}

/** Returns why files may have been missed. */
export function listReadingProblems({ coverage, inventory }: Assessment): readonly string[] {
  return [...listUnreadFiles(coverage), ...listExclusions(inventory)];
}

/** Returns why files could not be read. */
export function listUnreadFiles({ reasons }: Assessment['coverage']): readonly string[] {
  return reasons.filter(({ about }) => about === 'problems').map(({ reason }) => reason);
}

/** Returns why files were not read although they could be: the user excluded them. */
export function listExclusions({ excluded = [] }: Assessment['inventory']): readonly string[] {
  return excluded.map((pattern) => `files that match ${pattern} were excluded`);
}

/** Returns why packages may have been missed. */
export function listPackageProblems({ coverage }: Assessment): readonly string[] {
  return coverage.reasons
    .filter(({ about }) => about !== 'findings' && about !== 'database')
    .map(({ reason }) => reason);
}

/** Creates a known value. */
export function createFact(value: FactData, evidence?: FactEvidence): FactValue {
  return { isKnown: true, value, ...(evidence === undefined ? {} : { evidence }) };
}

/** Creates an unknown value. */
export function createUnknownFact(reason: string): FactValue {
  return { isKnown: false, reason };
}
