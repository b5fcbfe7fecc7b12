import { compareText } from '../../foundation/core/compare-text.ts';
import { type BaseContents, SHORT_DIGEST_CHARS } from './base-image.ts';

const BYTES = 12;

/** SHA-256 of empty content, which is not evidence of the origin of a file. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Returns the short form of a SHA-256 in hexadecimal digits; `undefined` for an empty file. */
export function shortenDigest(sha256: string): string | undefined {
  return sha256 === EMPTY || sha256 === ''
    ? undefined
    : Buffer.from(sha256, 'hex').subarray(0, BYTES).toString('base64url');
}

/** Returns the short form of a build ID; `undefined` if it is too short to be unique. */
export function shortenBuildId(buildId: string): string | undefined {
  const bytes = Buffer.from(buildId, 'hex');
  return bytes.length < BYTES ? undefined : bytes.subarray(0, BYTES).toString('base64url');
}

export function joinShortDigests(digests: Iterable<string>): string {
  return [...new Set(digests)].sort(compareText).join('');
}

/** Returns the short digests of all files of a group. */
export function listContentDigests({
  digests,
  executables,
}: Pick<BaseContents, 'digests' | 'executables'>): readonly string[] {
  return [
    ...splitShortDigests(digests),
    ...new Set(executables.map((text) => text.slice(0, SHORT_DIGEST_CHARS))),
  ];
}

export function splitShortDigests(joined: string): string[] {
  return Array.from({ length: Math.floor(joined.length / SHORT_DIGEST_CHARS) }, (_, index) =>
    joined.slice(index * SHORT_DIGEST_CHARS, (index + 1) * SHORT_DIGEST_CHARS),
  );
}
