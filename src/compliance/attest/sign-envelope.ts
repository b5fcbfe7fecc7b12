import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import {
  DIGEST_OF_CURVE,
  encodePreAuthentication,
} from '../../foundation/syntax/envelope/envelope-signature.ts';

/** A signed statement. DSSE 1.0, "JSON serialization". */
export interface Envelope {
  readonly payloadType: string;
  /** The statement in base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string; readonly keyid: string }[];
}

/** in-toto attestation framework 1.0, "Envelope". */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Returns whether statements can be signed with a key: ECDSA on a NIST curve, or Ed25519. */
export function canSign({ type, asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return (
    type === 'private' &&
    (asymmetricKeyType === 'ed25519' ||
      (asymmetricKeyType === 'ec' && DIGEST_OF_CURVE.has(asymmetricKeyDetails?.namedCurve ?? '')))
  );
}

/**
 * Signs a statement. Ed25519 gives the same bytes each time, ECDSA does not.
 *
 * @param key a key that {@link canSign} accepts
 */
export function signStatement(statement: string, key: KeyObject): Envelope {
  const payload = Buffer.from(statement);
  const digest = DIGEST_OF_CURVE.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  const signature = sign(digest, encodePreAuthentication(PAYLOAD_TYPE, payload), key);
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ sig: signature.toString('base64'), keyid: '' }],
  };
}

/** A signed statement with the material to verify it. Sigstore bundle 0.3. */
export interface KeyBundle {
  readonly mediaType: string;
  readonly verificationMaterial: { readonly publicKey: { readonly hint: string } };
  readonly dsseEnvelope: Envelope;
}

/** Media type of bundles; cosign reads no other attached statements by default. */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Wraps an envelope into a bundle that names the key, as cosign does: by its digest. */
export function createKeyBundle(dsseEnvelope: Envelope, key: KeyObject): KeyBundle {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: hash('sha256', publicKey, 'base64') } },
    dsseEnvelope,
  };
}
