import { hash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Decision } from '../../foundation/core/decision.ts';
import type { SeverityWord } from '../../foundation/core/finding.ts';
import type { JustifiedFacts, JustifiedKind } from '../../foundation/core/justification.ts';

/** The cause that several items share. */
export interface ItemCause {
  /** Stable text, such as `source openssl deb`. */
  readonly id: string;
  /** For people, such as `source package openssl (deb)`. */
  readonly title: string;
}

/** One thing that needs a reason of a person. */
export interface JustificationItem {
  readonly id: string;
  readonly kind: JustifiedKind;
  /** The kind and its change, such as `package added`. */
  readonly change: string;
  readonly subject: string;
  /** Number of findings or changes: copies of one package are one item. */
  readonly count: number;
  readonly severity?: SeverityWord;
  readonly evidence: JustifiedFacts;
  readonly proposed?: string;
  readonly cause?: ItemCause;
  /** Keys of its subjects in the proofs of rules. */
  readonly subjectKeys: readonly string[];
  /** The decision of another source that settles it, such as an ignore rule. */
  readonly settledBy?: Pick<Decision, 'author' | 'source'>;
}

const ID_DIGITS = 16;

/** Returns the ID of an item or a group: it depends on its kind and its names only. */
export function computeItemId(kind: string, ...names: readonly string[]): string {
  return hash('sha256', JSON.stringify([kind, ...names])).slice(0, ID_DIGITS);
}

/** Joins the distinct texts of several copies, sorted. */
export function joinDistinct(texts: readonly string[]): string {
  return [...new Set(texts)].sort(compareText).join(', ');
}
