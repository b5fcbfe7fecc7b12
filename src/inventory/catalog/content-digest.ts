import { createHash } from 'node:crypto';
import type { Bytes } from '../../foundation/core/bytes.ts';
import type { VisibleFact } from '../../foundation/core/cataloger.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Returns the MD5 of a file in hexadecimal digits. Records of dpkg and Portage have no other
 * digest. All files get SHA-256 and SHA-1 anyway; MD5 is only computed for recognized files.
 */
export function digestMd5(content: Bytes): string {
  return digestContent('md5', content);
}

/** Returns the digest of content in hexadecimal digits, reading it piece by piece. */
export function digestContent(algorithm: 'md5' | 'sha1', content: Bytes): string {
  const hash = createHash(algorithm);
  for (let at = 0; at < content.sizeBytes; at += PIECE_BYTES) {
    hash.update(content.read(at, PIECE_BYTES));
  }
  return hash.digest('hex');
}

/** Returns the MD5 of recognized files by each of their paths. */
export function indexMd5(
  facts: readonly VisibleFact<{ readonly md5?: string }>[],
): ReadonlyMap<string, string> {
  return new Map(
    facts.flatMap(({ path, otherNames = [], fact: { md5 } }) =>
      md5 === undefined ? [] : [path, ...otherNames].map((name) => [name, md5] as const),
    ),
  );
}
