import { createPublicKey } from 'node:crypto';
import type { KeylessTrust } from '../../compliance/attest/keyless/bundle-verifier.ts';
import type { SignatureTrust } from '../../foundation/syntax/envelope/unwrap.ts';

/** The trusted signers of attached documents, as plain data for threads. */
export interface DocumentTrust {
  /** Public keys in PEM. */
  readonly keys?: readonly string[];
  readonly keyless?: KeylessTrust;
}

/**
 * Creates the keys and the verifier of keyless signatures; empty if the server has neither. Loads
 * the code for keyless signatures only if it is needed.
 */
export async function createDocumentTrust({
  keys = [],
  keyless,
}: DocumentTrust): Promise<SignatureTrust> {
  const own = keys.length === 0 ? {} : { keys: keys.map((pem) => createPublicKey(pem)) };
  if (keyless === undefined) {
    return own;
  }
  const { createBundleVerifier } = await import(
    '../../compliance/attest/keyless/bundle-verifier.ts'
  );
  return { ...own, verifyBundle: createBundleVerifier(keyless) };
}
