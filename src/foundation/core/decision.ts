import type { Comparison } from './comparison.ts';
import type { Digest } from './digest.ts';

/** OpenVEX 0.2.0, "Status Labels". Every other VEX format is mapped to these four words. */
export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

export type VexStatus = (typeof VEX_STATUSES)[number];

/** OpenVEX 0.2.0, "Status Justifications"; the same five are CSAF's flag labels. */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

export type VexJustification = (typeof VEX_JUSTIFICATIONS)[number];

/** A digest in a VEX document: hexadecimal digits by name of the algorithm. */
export interface ProductHash {
  /** In lower case without punctuation, such as `sha256`. */
  readonly algorithm: string;
  readonly value: string;
}

/** Identifiers of a product or of a part of one in a statement. */
export interface ProductReference {
  /**
   * Package URLs (also with a `vers:` range for a version), CPEs, image references, digests or
   * IRIs, as written. Any of them may match.
   */
  readonly identifiers: readonly string[];
  readonly hashes: readonly ProductHash[];
  /** A `vers:` range that narrows every identifier; absent if there is none. */
  readonly versionRange?: string;
  /** The parts that the statement is about; none: the product itself. */
  readonly subcomponents: readonly ProductReference[];
}

/** One statement of a VEX document. */
export interface VexStatement {
  /** Position in its document, starting at 0. */
  readonly index: number;
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly products: readonly ProductReference[];
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** The format's own, finer value, such as CycloneDX's `protected_at_perimeter`. */
  readonly detail?: string;
  readonly impactStatement?: string;
  readonly actionStatement?: string;
  /** Responses of the supplier, such as CycloneDX's `will_not_fix`. */
  readonly responses: readonly string[];
  /** RFC 3339; of the statement or otherwise of its document. */
  readonly timestamp?: string;
  /** Its author, if different from the author of the document. */
  readonly author?: string;
  /** Evidence, if a program derived it. */
  readonly evidence?: EvidenceRecord;
}

/** A VEX document from any format. */
export interface VexDocument {
  /** ID of the reader. */
  readonly format: string;
  /** File or address of the document, as the user knows it. */
  readonly origin: string;
  readonly id: string;
  readonly author: string;
  readonly version?: string;
  readonly timestamp?: string;
  readonly statements: readonly VexStatement[];
  /** Malformed statements, as sentences. */
  readonly problems: readonly string[];
  /**
   * State of its signature in a few words. Only for documents that were found; the user vouches for
   * named ones.
   */
  readonly signature?: string;
}

/** Evidence of a derived decision that can be checked again. */
export type EvidenceInput =
  | { readonly kind: 'file'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'package'; readonly packageKey: string; readonly purl: string }
  | {
      readonly kind: 'advisory';
      readonly provider: string;
      readonly namespace: string;
      readonly vulnerability: string;
      /** The relevant part of the statement, such as a range or a status. */
      readonly says: string;
    }
  | { readonly kind: 'configuration'; readonly name: string; readonly value: string }
  | { readonly kind: 'comparison'; readonly comparison: Comparison };

/** Data with which a machine can check a derived decision again. */
export interface EvidenceRecord {
  /** ID of the rule with its version, which is raised if its result can change. */
  readonly rule: string;
  readonly ruleVersion: number;
  readonly inputs: readonly EvidenceInput[];
  /**
   * SHA-256 of rule, version and inputs as canonical JSON: if it changes, the decision no longer
   * applies.
   */
  readonly digest: Digest;
}

/**
 * Effect of a decision. `set-aside`: the finding is suppressed; `note`: it is kept with a note;
 * `suggestion`: it is kept, and a person can confirm it as a statement.
 */
export type DecisionEffect = 'set-aside' | 'note' | 'suggestion';

/** A disposition of a finding: author, reason, evidence and expiry. */
export interface Decision {
  /**
   * `vex`: a statement of a document; `rule`: an ignore rule of the user; `derived`: derived from
   * image contents and advisories by a rule of this program, which signs as a tool, never as a
   * person.
   */
  readonly kind: 'vex' | 'rule' | 'derived';
  readonly effect: DecisionEffect;
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** The finer value of a format, see {@link VexStatement.detail}. */
  readonly detail?: string;
  /** One sentence for a person without a full stop. */
  readonly reason: string;
  readonly author: string;
  /**
   * Its source: a document with the statement's number, a file with its line, or the ID of a rule.
   */
  readonly source: string;
  readonly actionStatement?: string;
  readonly ticket?: string;
  /** RFC 3339. */
  readonly madeAt?: string;
  readonly expiresAt?: string;
  /** How it matched: each test as a sentence. */
  readonly trace: readonly string[];
  readonly evidence?: EvidenceRecord;
}
