/* The tables of a store that have statements of people; see `tables.ts`. */

/** A statement of a person about a vulnerability in some images. It is never changed. */
export interface DecisionTable {
  readonly id: number;
  /** Revision since which it applies, and the one that withdrew it. */
  readonly revision: number;
  withdrawn: number | null;
  readonly author: string;
  readonly at: number;
  readonly vulnerability: string;
  /** Package URL without version, or with one; empty for every package. */
  readonly package: string;
  /** Range of versions; empty for all. */
  readonly versions: string;
  /** Name of the images, with wildcards; empty for all. */
  readonly images: string;
  /** It only applies to images of this project; empty for all. */
  readonly project: string;
  /** A status of VEX. */
  readonly status: string;
  readonly justification: string;
  readonly statement: string;
  /** Digest of the evidence that it rests on; empty if there is none. */
  readonly evidence: string;
  /** Milliseconds since 1970. */
  readonly expires: number | null;
}

/** A decision that waits for another person, or that they have answered. */
export interface DraftTable {
  readonly id: number;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** JSON of a `DecisionRequest` without its author. */
  content: string;
  state: 'open' | 'approved' | 'rejected' | 'replaced';
  /** Who answered it, and why; empty while it is open. */
  reviewer: string;
  reason: string;
  answered: number | null;
  /** The decision that it became. */
  decision: number | null;
}

/** A statement of a VEX document that was sent, which became a draft or a decision. */
export interface VexStatementTable {
  /** SHA-256 of its content and images: the same statement is only taken once. */
  readonly key: string;
  /** SHA-256 of the first document with it. */
  readonly document: string;
  readonly draft: number | null;
  readonly decision: number | null;
}

/** A person's answer to a control, or a fact that they declare, about some images. */
export interface StatementTable {
  readonly id: number;
  /** Revision since which it counts, and the one that withdrew it. */
  readonly revision: number;
  withdrawn: number | null;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'control' | 'fact';
  /** Key of the control, or name of the fact. */
  readonly subject: string;
  /** The answer to the control, or the value of the fact. */
  readonly value: string;
  readonly evidence: string;
  readonly reason: string;
  /** Name of the images, with wildcards; empty for all. */
  readonly images: string;
  /** It only counts for images of this project; empty for all. */
  readonly project: string;
  /** Of a fact about a finding: its vulnerability; empty for the image. */
  readonly vulnerability: string;
  /** Date, RFC 3339; it no longer counts on that day. */
  readonly expires: string;
}
