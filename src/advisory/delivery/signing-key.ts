import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** A key that verifies signatures. */
export interface VerifyingKey {
  /** SHA-256 of the 32 bytes of the key in hexadecimal. */
  readonly id: string;
  /** The 32 bytes in base64. */
  readonly text: string;
  readonly key: KeyObject;
}

/** A key that also signs. RFC 8032, Ed25519. */
export interface SigningKey extends VerifyingKey {
  readonly privateKey: KeyObject;
}

const KEY_TYPE = 'ed25519';
const KEY_BYTES = 32;

export function createSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync(KEY_TYPE);
  return { ...toVerifyingKey(publicKey), privateKey };
}

/** Returns `undefined` if a text is not an Ed25519 private key in PEM. */
export function parseSigningKey(pem: string): SigningKey | undefined {
  try {
    const privateKey = createPrivateKey(pem);
    return privateKey.asymmetricKeyType === KEY_TYPE
      ? { ...toVerifyingKey(createPublicKey(privateKey)), privateKey }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns `undefined` if a text is not an Ed25519 public key in PEM. A private key is not accepted,
 * because it does not belong on a machine that only verifies.
 */
export function parseVerifyingPem(pem: string): VerifyingKey | undefined {
  if (pem.includes('PRIVATE KEY')) {
    return undefined;
  }
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === KEY_TYPE ? toVerifyingKey(key) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns `undefined` if a text is not the 32 bytes of a key in base64. */
export function parseVerifyingKey(text: string): VerifyingKey | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== text) {
    return undefined;
  }
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  try {
    return toVerifyingKey(createPublicKey({ key: jwk, format: 'jwk' }));
  } catch {
    return undefined;
  }
}

export function formatPrivateKey({ privateKey }: SigningKey): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}

export function formatPublicKey({ key }: VerifyingKey): string {
  return key.export({ type: 'spki', format: 'pem' });
}

/** Returns the signature in base64. */
export function signText(text: string, { privateKey }: SigningKey): string {
  return sign(undefined, Buffer.from(text), privateKey).toString('base64');
}

export function hasValidSignature(text: string, signature: string, { key }: VerifyingKey): boolean {
  return verify(undefined, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function toVerifyingKey(key: KeyObject): VerifyingKey {
  const bytes = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { id: hash('sha256', bytes, 'hex'), text: bytes.toString('base64'), key };
}
