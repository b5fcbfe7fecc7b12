import type { Comparison } from './comparison.ts';
import type { Digest } from './digest.ts';

/** OpenVEX 0.2.0, "Status Labels". Every other VEX format is read into these four words. */
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

/** A digest as VEX documents give it: hexadecimal digits by the name of the algorithm. */
export interface ProductHash {
  /** In lower case without punctuation, e.g. `sha256`. */
  readonly algorithm: string;
  readonly value: string;
}

/** What a statement calls a product or a part of one by. */
export interface ProductReference {
  /**
   * Package URLs (also with a `vers:` range for a version), CPEs, image references, digests or
   * IRIs, as written. Any of them may fit.
   */
  readonly identifiers: readonly string[];
  readonly hashes: readonly ProductHash[];
  /** A `vers:` range that narrows every identifier; absent where none is given. */
  readonly versionRange?: string;
  /** The parts that the statement is about; none: the product itself. */
  readonly subcomponents: readonly ProductReference[];
}

/** One statement of a VEX document. */
export interface VexStatement {
  /** Position in its document, from 0. */
  readonly index: number;
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly products: readonly ProductReference[];
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** The format's own, finer word, e.g. CycloneDX's `protected_at_perimeter`. */
  readonly detail?: string;
  readonly impactStatement?: string;
  readonly actionStatement?: string;
  /** What the supplier does about it, e.g. CycloneDX's `will_not_fix`. */
  readonly responses: readonly string[];
  /** RFC 3339; of the statement or else of its document. */
  readonly timestamp?: string;
  /** Who says it, where that is not the author of the document. */
  readonly author?: string;
  /** What it rests on, where a program concluded it. */
  readonly evidence?: EvidenceRecord;
}

/** A VEX document, whatever format it was written in. */
export interface VexDocument {
  /** Id of the reader. */
  readonly format: string;
  /** The file or address it came from, as the user knows it. */
  readonly origin: string;
  readonly id: string;
  readonly author: string;
  readonly version?: string;
  readonly timestamp?: string;
  readonly statements: readonly VexStatement[];
  /** Statements that could not be understood, as sentences. */
  readonly problems: readonly string[];
  /**
   * What is known of its signature, as a few words. Only of documents that nobody named: for one
   * that a user names, the user answers.
   */
  readonly signature?: string;
}

/** Something that a derived decision rests on, and that can be looked at again. */
export type EvidenceInput =
  | { readonly kind: 'file'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'package'; readonly packageKey: string; readonly purl: string }
  | {
      readonly kind: 'advisory';
      readonly provider: string;
      readonly namespace: string;
      readonly vulnerability: string;
      /** What the statement says that counts here, e.g. a range or a status. */
      readonly says: string;
    }
  | { readonly kind: 'configuration'; readonly name: string; readonly value: string }
  | { readonly kind: 'comparison'; readonly comparison: Comparison };

/** What a machine needs to check a derived decision again. */
export interface EvidenceRecord {
  /** Id of the rule and its version, which rises whenever the rule can answer otherwise. */
  readonly rule: string;
  readonly ruleVersion: number;
  readonly inputs: readonly EvidenceInput[];
  /** SHA-256 of rule, version and inputs as canonical JSON: when it changes, the decision falls. */
  readonly digest: Digest;
}

/**
 * What a decision does. `set-aside`: the finding moves to the list of those that need no person.
 * `note`: it stays, with what was said. `suggestion`: it stays, and a person can make it a
 * statement.
 */
export type DecisionEffect = 'set-aside' | 'note' | 'suggestion';

/** A disposition on a finding: who said what, why, and until when. */
export interface Decision {
  /**
   * `vex`: a statement of a document; `rule`: an ignore rule of the user; `derived`: concluded from
   * bytes and advisories by a rule of this program, which signs as a tool and never as a person.
   */
  readonly kind: 'vex' | 'rule' | 'derived';
  readonly effect: DecisionEffect;
  readonly status: VexStatus;
  readonly justification?: VexJustification;
  /** The finer word of a format, see {@link VexStatement.detail}. */
  readonly detail?: string;
  /** One sentence for a person, without the full stop. */
  readonly reason: string;
  readonly author: string;
  /** Where it stands: a document with the statement's number, a file with its line, a rule's id. */
  readonly source: string;
  readonly actionStatement?: string;
  readonly ticket?: string;
  /** RFC 3339. */
  readonly madeAt?: string;
  readonly expiresAt?: string;
  /** How it came to apply: each test that was made, as a sentence. */
  readonly trace: readonly string[];
  readonly evidence?: EvidenceRecord;
}
