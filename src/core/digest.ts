/**
 * `algorithm:hex`, as OCI writes it, e.g. `sha256:9c1…`. OCI image specification, descriptor.md,
 * "Digests".
 */
export type Digest = string;

const SHA256_DIGEST = /^sha256:[0-9a-f]{64}$/;
const SHA512_DIGEST = /^sha512:[0-9a-f]{128}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && (SHA256_DIGEST.test(text) || SHA512_DIGEST.test(text));
}

/** Orders text by UTF-16 code unit: the same everywhere, whatever the locale. */
export function compareText(left: string, right: string): -1 | 0 | 1 {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}
