/** A statement about an image, by its signature and the parts that rules read. */
export interface Attestation {
  /** File or digest. */
  readonly origin: string;
  /** `sha256:…` of its document. */
  readonly digest: string;
  /** Position in the document, from 1. */
  readonly position: number;
  /** A short name such as `vulns`, or the predicate type; `malformed` if it is not a statement. */
  readonly kind: string;
  readonly predicateType: string;
  /** `unchecked` if no key was given. */
  readonly signature: 'none' | 'unchecked' | 'verified' | 'refused';
  /** `sha256:…` of each key that signed it, in the form SubjectPublicKeyInfo. */
  readonly signers: readonly string[];
  /** Absent if the digest of the target is not known. */
  readonly isAboutTarget?: boolean;
  /** RFC 3339: the time in the predicate. */
  readonly time?: string;
  /** The builder in a provenance. */
  readonly builder?: string;
  /** The result in a summary or verdict, such as `PASSED`. */
  readonly result?: string;
}

/** Statements about a target; complete if nothing is missing. */
export interface AttestationList {
  readonly attestations: readonly Attestation[];
  /** Why there may be further ones. */
  readonly missing: readonly string[];
}
