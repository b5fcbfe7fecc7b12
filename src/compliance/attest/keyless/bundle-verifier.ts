import type * as Bundles from '@sigstore/bundle';
import type * as Protobufs from '@sigstore/protobuf-specs';
import type * as Verifying from '@sigstore/verify';
import { UserError } from '../../../foundation/core/error.ts';
import type {
  BundleCheck,
  BundleVerifier,
} from '../../../foundation/syntax/envelope/bundle-verifier.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';
import { createIdentityMatcher } from './identity-matcher.ts';

/** Whose keyless signatures count. */
export interface KeylessTrust {
  /** Content of a trusted root: authorities and logs with their validity, as Sigstore ships it. */
  readonly trustedRoot: Uint8Array;
  /** The name of the file, for messages. */
  readonly file: string;
  /** Identity in the certificate, or an anchored pattern between slashes. */
  readonly identity: string;
  /** The issuer of the identity, exactly. */
  readonly issuer: string;
}

/** The library compares all entries of a bundle with each other. */
const ENTRIES_MAX = 64;

/**
 * Creates a verifier of keyless signatures: Sigstore bundles with a certificate. It needs no
 * network: the bundle has the proofs of the logs, and the trusted root their keys.
 *
 * Sigstore bundle 0.1 to 0.3; trusted root 0.1 and 0.2.
 *
 * @throws UserError `E_USAGE` if the root, the identity or the issuer is invalid
 */
export function createBundleVerifier(trust: KeylessTrust): BundleVerifier {
  const isIdentity = createIdentityMatcher(trust.identity);
  if (trust.issuer === '') {
    throw new UserError('E_USAGE', '--issuer: the issuer is empty', {
      hint: 'name it, for example: --issuer https://token.actions.githubusercontent.com',
    });
  }
  const verifier = createVerifier(trust);
  return (bundle, artifact) => {
    const signer = verifySigner(bundle, verifier, artifact);
    const { subjectAlternativeName: identity, extensions } = signer?.identity ?? {};
    const isTrusted =
      identity !== undefined && isIdentity(identity) && extensions?.issuer === trust.issuer;
    return isTrusted ? { signature: 'verified', identity } : REFUSED;
  };
}

const REFUSED: BundleCheck = { signature: 'refused' };

function createVerifier({ trustedRoot, file }: KeylessTrust): Verifying.Verifier {
  const { Verifier, toTrustMaterial } = loadPackage('@sigstore/verify') as typeof Verifying;
  const { TrustedRoot } = loadPackage('@sigstore/protobuf-specs') as typeof Protobufs;
  const document = parseJson(Buffer.from(trustedRoot).toString('utf8'));
  const createRootError = (cause?: unknown): UserError =>
    new UserError('E_USAGE', `--trusted-root: "${file}" is not a trusted root of Sigstore`, {
      hint: 'use the trusted_root.json of the instance, such as that of "cosign trusted-root create"',
      cause,
    });
  if (!isRecord(document) || getRecords(document, 'certificateAuthorities').length === 0) {
    throw createRootError();
  }
  try {
    const material = toTrustMaterial(TrustedRoot.fromJSON(dropEndless(document)));
    return new Verifier(material);
  } catch (cause) {
    throw createRootError(cause);
  }
}

/**
 * Removes logs without the start of their validity. The specification requires it, and the library
 * accepts such a log for any time.
 */
function dropEndless(root: JsonRecord): JsonRecord {
  const hasStart = (log: JsonRecord): boolean => {
    const validity = getRecord(getRecord(log, 'publicKey') ?? {}, 'validFor') ?? {};
    return typeof validity['start'] === 'string';
  };
  return {
    ...root,
    tlogs: getRecords(root, 'tlogs').filter(hasStart),
    ctlogs: getRecords(root, 'ctlogs').filter(hasStart),
  };
}

/** Returns the signer; `undefined` if anything about the bundle is not proven. */
function verifySigner(
  bundle: JsonRecord,
  verifier: Verifying.Verifier,
  artifact: Uint8Array | undefined,
): Verifying.Signer | undefined {
  const { toSignedEntity } = loadPackage('@sigstore/verify') as typeof Verifying;
  const { bundleFromJSON } = loadPackage('@sigstore/bundle') as typeof Bundles;
  const material = getRecord(bundle, 'verificationMaterial') ?? {};
  const stamps = getRecord(material, 'timestampVerificationData') ?? {};
  const count =
    getRecords(material, 'tlogEntries').length + getRecords(stamps, 'rfc3161Timestamps').length;
  if (count > ENTRIES_MAX) {
    return undefined;
  }
  try {
    const parsed = bundleFromJSON(bundle);
    const signed = artifact === undefined ? undefined : Buffer.from(artifact);
    return isExpectedContent(parsed, bundle, signed)
      ? verifier.verify(toSignedEntity(parsed, signed))
      : undefined;
  } catch {
    // Whatever the library does not accept is not proven.
    return undefined;
  }
}

/**
 * Returns whether the library verifies the very content that is read here. A bundle with an
 * envelope and another signed content would otherwise lend the signature of one to the other.
 */
function isExpectedContent(
  { content }: Bundles.Bundle,
  bundle: JsonRecord,
  artifact: Buffer | undefined,
): boolean {
  const envelope = getRecord(bundle, 'dsseEnvelope');
  const message = getRecord(bundle, 'messageSignature');
  if (artifact !== undefined) {
    return content.$case === 'messageSignature' && message !== undefined && envelope === undefined;
  }
  return (
    content.$case === 'dsseEnvelope' &&
    envelope !== undefined &&
    message === undefined &&
    content.dsseEnvelope.payloadType === getText(envelope, 'payloadType') &&
    content.dsseEnvelope.payload.equals(Buffer.from(getText(envelope, 'payload'), 'base64'))
  );
}
