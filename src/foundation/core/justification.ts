import type { SeverityWord } from './finding.ts';

/**
 * Kinds of things that a person has to justify. `finding`: an open finding; `configuration`,
 * `package`, `executable`, `privilege`: a difference from the approved result; `exception`: an
 * exception that ends; `control`: a control that only a person can answer.
 */
export const JUSTIFIED_KINDS = [
  'finding',
  'configuration',
  'package',
  'executable',
  'privilege',
  'exception',
  'control',
] as const;

export type JustifiedKind = (typeof JUSTIFIED_KINDS)[number];

/** Facts by name, in the order in which they are shown. */
export type JustifiedFacts = ReadonlyMap<string, string>;

/** One of several things that a group has one reason for. */
export interface CoveredItem {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly subject: string;
  readonly evidence: JustifiedFacts;
}

/** One thing, or a group with one cause, that needs a reason; signed by a person or not yet. */
export interface Justification {
  /** 16 hexadecimal digits: the same for the same kind and subject in every build. */
  readonly id: string;
  readonly kind: JustifiedKind;
  /** The kind and its change, such as `package added`; of a group, such as `finding group`. */
  readonly change: string;
  /** Names the subject for people. */
  readonly subject: string;
  /** The highest severity of its findings; absent if it has none. */
  readonly severity?: SeverityWord;
  /** Who requires the reason: a rule, or what is compared. */
  readonly requiredBy: string;
  /** Digests of the manifests that were compared, or the names of the results. */
  readonly compared?: { readonly before: string; readonly after: string };
  readonly evidence: JustifiedFacts;
  /** `sha256:…` of the evidence, also of the covered items. */
  readonly digest: string;
  /** A reason that facts suggest. It does not count until a person signs it. */
  readonly proposed?: string;
  /** Why an earlier signature no longer counts. */
  readonly returned?: string;
  /** Empty until a person fills in all three. */
  readonly reason: string;
  readonly by: string;
  /** The date on which it ends. */
  readonly until: string;
  /** Members of a group; empty for a single thing. */
  readonly covers: readonly CoveredItem[];
  /** File and line, such as `justifications/shop.yaml:12`. */
  readonly source: string;
}

/**
 * `applied`: it counts; `unsigned`: it waits for a person; `unused`: its subject is gone; `expired`:
 * its date has passed; `too-long`: it is valid for longer than a policy allows; `lapsed`: its
 * evidence changed; `not-compared`: it is about a difference, and there is no baseline.
 */
export const JUSTIFICATION_STATES = [
  'applied',
  'unsigned',
  'unused',
  'expired',
  'too-long',
  'lapsed',
  'not-compared',
] as const;

/** How a justification was used in a run. */
export interface JustificationUse
  extends Pick<Justification, 'id' | 'subject' | 'source' | 'reason' | 'by' | 'until'> {
  readonly state: (typeof JUSTIFICATION_STATES)[number];
  /** The changes since it was signed, if it lapsed; otherwise empty. */
  readonly changes: readonly string[];
}

/** Counts of everything that needs a reason, and the use of each justification. */
export interface JustificationSummary {
  readonly total: number;
  /** Those without a reason that counts. */
  readonly left: number;
  readonly leftByKind: Readonly<Record<JustifiedKind, number>>;
  /** Whether differences from an approved result are among them. */
  readonly isCompared: boolean;
  /** Why more may be left; empty if everything was evaluated. */
  readonly incomplete: readonly string[];
  /** Parts of the two results that were not compared, as sentences without a full stop. */
  readonly notCompared: readonly string[];
  readonly entries: readonly JustificationUse[];
}

/** Returns whether a person has signed. */
export function isSigned({
  reason,
  by,
  until,
}: Pick<Justification, 'reason' | 'by' | 'until'>): boolean {
  return reason !== '' && by !== '' && until !== '';
}
