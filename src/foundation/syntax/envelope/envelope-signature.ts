import { type KeyObject, verify } from 'node:crypto';
import { getGivenText, getRecords, getText, type JsonRecord } from '../json/member.ts';

/**
 * State of the signature of a document: it has none, it was not checked, one of the keys made it,
 * or none of them did.
 */
export type SignatureState = 'none' | 'unchecked' | 'verified' | 'refused';

/** No envelope needs more. */
const SIGNATURES_MAX = 16;

/**
 * Returns whether one of the keys signed an envelope. DSSE 1.0: the signature is not of the payload
 * but of its pre-authentication encoding, so that the type cannot be exchanged.
 */
export function checkEnvelopeSignature(
  envelope: JsonRecord,
  keys: readonly KeyObject[] | undefined,
): SignatureState {
  const signatures = getRecords(envelope, 'signatures')
    .flatMap((one) => getGivenText(one, 'sig') ?? [])
    .filter((text) => text !== '' && isCanonicalBase64(text))
    .slice(0, SIGNATURES_MAX)
    .map((text) => Buffer.from(text, 'base64'));
  if (signatures.length === 0) {
    return 'none';
  }
  if (keys === undefined) {
    return 'unchecked';
  }
  const payload = Buffer.from(getText(envelope, 'payload'), 'base64');
  const signed = encodePreAuthentication(getText(envelope, 'payloadType'), payload);
  if (!isCanonicalBase64(getText(envelope, 'payload'))) {
    return 'refused';
  }
  const isMade = signatures.some((signature) =>
    keys.some((key) => isSigned(key, signed, signature)),
  );
  return isMade ? 'verified' : 'refused';
}

/**
 * Returns whether a text is the only one for its bytes: other texts, with set bits that do not
 * count, would be other envelopes with the same signature. DSSE 1.0 allows both alphabets.
 */
export function isCanonicalBase64(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  const bare = text.replace(/={1,2}$/, '');
  return bytes.toString('base64') === text || bytes.toString('base64url') === bare;
}

/** DSSE 1.0, "Signature Definition". */
export function encodePreAuthentication(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The digest for a curve: NIST SP 800-57 part 1, and the signatures of Sigstore. */
export const DIGEST_OF_CURVE: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
]);

function isSigned(key: KeyObject, signed: Buffer, signature: Buffer): boolean {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return verify(undefined, signed, key, signature);
    case 'rsa':
      return verify('sha256', signed, key, signature);
    case 'ec': {
      const digest = DIGEST_OF_CURVE.get(key.asymmetricKeyDetails?.namedCurve ?? '');
      return digest !== undefined && verify(digest, signed, key, signature);
    }
    default:
      return false;
  }
}
