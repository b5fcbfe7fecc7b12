/**
 * `algorithm:hex` in OCI notation, such as `sha256:9c1…`. OCI image specification, descriptor.md,
 * "Digests".
 */
export type Digest = string;

const SHA256_DIGEST = /^sha256:[0-9a-f]{64}$/;
const SHA512_DIGEST = /^sha512:[0-9a-f]{128}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && (SHA256_DIGEST.test(text) || SHA512_DIGEST.test(text));
}
