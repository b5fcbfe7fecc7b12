import type { JsonRecord } from '../json/member.ts';

/** The result of verifying a Sigstore bundle. */
export interface BundleCheck {
  readonly signature: 'verified' | 'refused';
  /** The identity that signed it; absent if it is refused. */
  readonly identity?: string;
}

/**
 * Verifies a Sigstore bundle that is signed with a certificate.
 *
 * @param artifact the signed bytes, for bundles that sign something other than an envelope
 */
export type BundleVerifier = (bundle: JsonRecord, artifact?: Uint8Array) => BundleCheck;
