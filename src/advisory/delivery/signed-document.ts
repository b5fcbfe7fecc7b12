import { UserError } from '../../core/error.ts';
import { canonicalizeJson } from '../../syntax/json/canonical-json.ts';
import { guardList, guardRecord, isRecord, isText } from '../../syntax/json/guard.ts';
import { hasValidSignature, type SigningKey, signText, type VerifyingKey } from './signing-key.ts';

/**
 * A document with signatures of its canonical form. Its member `type` is signed too, so that a
 * document of one type is never accepted as one of another.
 */
export interface SignedDocument {
  readonly signed: Readonly<Record<string, unknown>>;
  readonly signatures: readonly DocumentSignature[];
}

export interface DocumentSignature {
  /** ID of the key. */
  readonly key: string;
  /** Base64. */
  readonly signature: string;
}

/** Keys that are trusted together: a document needs signatures of `threshold` different ones. */
export interface TrustedKeys {
  readonly keys: readonly VerifyingKey[];
  readonly threshold: number;
}

const SIGNATURES_MAX = 32;

export const isSignedDocument = guardRecord<SignedDocument>({
  signed: isRecord,
  signatures: guardList(guardRecord<DocumentSignature>({ key: isText, signature: isText })),
});

export function signDocument(
  content: Readonly<Record<string, unknown>>,
  keys: readonly SigningKey[],
): SignedDocument {
  const text = canonicalizeJson(content);
  const signatures = keys.map((key) => ({ key: key.id, signature: signText(text, key) }));
  // Members that are undefined do not survive a transfer.
  return { signed: JSON.parse(text) as SignedDocument['signed'], signatures };
}

/**
 * Verifies that trusted keys signed a document.
 *
 * @param subject the document, as the subject of a sentence
 * @throws UserError `E_DB_UNTRUSTED`
 */
export function verifyDocument(
  { signed, signatures }: SignedDocument,
  { keys, threshold }: TrustedKeys,
  subject: string,
): void {
  const text = canonicalizeJson(signed);
  const known = new Map(keys.map((key) => [key.id, key]));
  const signers = new Set<string>();
  for (const { key: id, signature } of signatures.slice(0, SIGNATURES_MAX)) {
    const key = known.get(id);
    if (key !== undefined && !hasValidSignature(text, signature, key)) {
      throw createTrustError(`bad signature: ${subject} was changed after key ${id} signed it`);
    }
    if (key !== undefined) {
      signers.add(id);
    }
  }
  if (signers.size === 0) {
    throw createUnknownKeyError(signatures, keys, subject);
  }
  if (signers.size < threshold) {
    throw createTrustError(
      `too few signatures: ${subject} has ${signers.size} of trusted keys, and needs ${threshold}`,
    );
  }
}

function createUnknownKeyError(
  signatures: readonly DocumentSignature[],
  keys: readonly VerifyingKey[],
  subject: string,
): UserError {
  const [first] = signatures;
  if (first === undefined) {
    return createTrustError(`no signature: ${subject} is not signed`);
  }
  const isId = /^[0-9a-f]{64}$/.test(first.key);
  const signer = isId ? first.key : 'without a valid ID';
  const trusted = keys.map(({ id }) => id).join(', ');
  return createTrustError(
    `unknown key: ${subject} is signed by key ${signer}; trusted: ${trusted}`,
  );
}

/** Returns the error for a document that is refused. The database in use stays. */
export function createTrustError(
  message: string,
  hint = 'the database in use is unchanged; if the publisher replaced its keys, get them from the publisher and name them with --db-key',
): UserError {
  return new UserError('E_DB_UNTRUSTED', message, { hint });
}
