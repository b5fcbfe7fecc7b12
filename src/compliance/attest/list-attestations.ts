import { hash, type KeyObject } from 'node:crypto';
import type { Attestation } from '../../foundation/core/attestation.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import {
  type AttestedDocument,
  type SignatureTrust,
  unwrapAttestation,
} from '../../foundation/syntax/envelope/unwrap.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getGivenText, getRecord, type JsonRecord } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { checkImageSignature, findTime } from './verify-statement.ts';

/** Predicate types by kind, also of other tools: Cosign, and earlier versions of in-toto. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['sbom', /^https:\/\/cyclonedx\.org\/bom(?:\/|$)/],
  ['spdx', /^https:\/\/spdx\.dev\/Document(?:\/|$)/],
  [
    'vulns',
    /^https:\/\/(?:in-toto\.io\/attestation\/vulns|cosign\.sigstore\.dev\/attestation\/vuln)(?:\/|$)/,
  ],
  ['vex', /^https:\/\/openvex\.dev\/ns(?:\/|$)/],
  ['svr', /^https:\/\/in-toto\.io\/attestation\/svr(?:\/|$)/],
  ['vsa', /^https:\/\/slsa\.dev\/verification_summary(?:\/|$)/],
  ['provenance', /^https:\/\/slsa\.dev\/provenance(?:\/|$)/],
  ['verdict', /^urn:plimsoll:verdict:/],
];

/** Keys and identities whose statements count; without any, signatures are not checked. */
export interface AttestationOptions extends SignatureTrust {
  /** SHA-256 digests of the target without algorithm; empty if none is known. */
  readonly targets: readonly string[];
  readonly limits: Limits;
  /** Exact bytes of the manifest, for bundles that sign these; absent if unknown. */
  readonly manifest?: Uint8Array;
}

/** Lists the statements in a document; one that is not a statement is `malformed`. */
export function listAttestations(
  { origin, content }: { readonly origin: string; readonly content: Uint8Array },
  options: AttestationOptions,
): readonly Attestation[] {
  const { limits, keys, verifyBundle } = options;
  const digest = `sha256:${hash('sha256', content)}`;
  const documents = unwrapAttestation(content, limits, defined({ keys, verifyBundle }));
  if (documents.length === 0) {
    const own = describeOther(content, options);
    return [{ origin, digest, position: 1, predicateType: '', ...own }];
  }
  // Signatures are tried key by key only if one of them made one.
  const signers = documents.some(({ signature }) => signature === 'verified')
    ? (keys ?? []).map((key) => ({
        name: digestKey(key),
        signed: unwrapAttestation(content, limits, { keys: [key] }),
      }))
    : [];
  return documents.map((document, index) => ({
    origin,
    digest,
    position: index + 1,
    ...describeStatement(document, options),
    signers: [
      ...signers
        .filter(({ signed }) => signed[index]?.signature === 'verified')
        .map(({ name }) => name),
      ...(document.identity === undefined ? [] : [document.identity]),
    ],
  }));
}

/** Describes a bundle that signs the manifest of the image, or content that is not a statement. */
function describeOther(
  content: Uint8Array,
  options: AttestationOptions,
): Pick<Attestation, 'kind' | 'signature' | 'signers' | 'isAboutTarget'> {
  const { state, kind, identity } = checkImageSignature(content, options);
  if (kind === '') {
    return { kind: 'malformed', signature: 'none', signers: [] };
  }
  if (options.verifyBundle === undefined) {
    return { kind, signature: 'unchecked', signers: [] };
  }
  return state === 'verified'
    ? { kind, signature: 'verified', signers: [identity ?? ''], isAboutTarget: true }
    : { kind, signature: 'refused', signers: [] };
}

/** As "openssl pkey -pubin -outform DER" and "sha256sum" print it. */
function digestKey(key: KeyObject): string {
  return `sha256:${hash('sha256', key.export({ type: 'spki', format: 'der' }))}`;
}

function describeStatement(
  { content, predicateType, signature, subjects }: AttestedDocument,
  { targets }: AttestationOptions,
): Pick<
  Attestation,
  'kind' | 'predicateType' | 'signature' | 'isAboutTarget' | 'time' | 'builder' | 'result'
> {
  const parsed = parseJson(Buffer.from(content).toString('utf8'));
  const predicate = isRecord(parsed) ? parsed : {};
  const isAboutTarget =
    targets.length === 0 ? undefined : targets.some((target) => subjects.includes(target));
  return {
    kind: KINDS.find(([, pattern]) => pattern.test(predicateType))?.[0] ?? predicateType,
    predicateType,
    signature,
    ...defined({
      isAboutTarget,
      time: findTime(content) ?? findBuildTime(predicate),
      builder: findBuilder(predicate),
      result: getGivenText(predicate, 'verificationResult') ?? getGivenText(predicate, 'outcome'),
    }),
  };
}

/** SLSA provenance 1, "runDetails.builder"; 0.2, "builder". */
function findBuilder(predicate: JsonRecord): string | undefined {
  const details = getRecord(predicate, 'runDetails') ?? predicate;
  return getGivenText(getRecord(details, 'builder') ?? {}, 'id');
}

/** SLSA provenance 1, "finishedOn"; 0.2, "buildFinishedOn". */
function findBuildTime(predicate: JsonRecord): string | undefined {
  const details = getRecord(predicate, 'runDetails') ?? predicate;
  const metadata = getRecord(details, 'metadata') ?? {};
  return getGivenText(metadata, 'finishedOn') ?? getGivenText(metadata, 'buildFinishedOn');
}
