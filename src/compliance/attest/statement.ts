import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';

/** Kinds of statements about an image. */
export const STATEMENT_KINDS = ['sbom', 'spdx', 'vulns', 'vex', 'svr', 'vsa', 'verdict'] as const;

export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** Predicate types by kind: CycloneDX, SPDX, in-toto, OpenVEX, SLSA, and our own. */
export const PREDICATE_TYPES: Readonly<Record<StatementKind, string>> = {
  sbom: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  vulns: 'https://in-toto.io/attestation/vulns/v0.2',
  vex: 'https://openvex.dev/ns/v0.2.0',
  svr: 'https://in-toto.io/attestation/svr/v0.2',
  vsa: 'https://slsa.dev/verification_summary/v1',
  verdict: 'urn:plimsoll:verdict:v1',
};

export interface StatementParts {
  readonly kind: StatementKind;
  readonly name: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  readonly predicate: object;
}

/** Formats a statement in one form, so that equal input gives equal bytes. in-toto Statement v1. */
export function formatStatement({ kind, name, digest, predicate }: StatementParts): string {
  const [algorithm = '', digits = ''] = digest.split(':');
  return formatSubjects(
    [{ name, digest: { [algorithm]: digits } }],
    PREDICATE_TYPES[kind],
    predicate,
  );
}

export interface Subject {
  readonly name: string;
  /** Digits by the algorithm. */
  readonly digest: Readonly<Record<string, string>>;
}

/** Formats a statement about several subjects, of any type. */
export function formatSubjects(
  subjects: readonly Subject[],
  predicateType: string,
  predicate: object,
): string {
  return canonicalizeJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects,
    predicateType,
    predicate,
  });
}
