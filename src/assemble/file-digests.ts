import { UserError } from '../core/error.ts';
import { OTHER_DIGEST_ALGORITHMS, type OtherDigestAlgorithm } from '../core/file-table.ts';
import type { InventoryFile } from '../core/inventory.ts';
import { suggestWord } from '../core/option-suggestion.ts';

/** Digests that files can be given. The first two are taken of every file in any case. */
export const DIGEST_ALGORITHMS = ['sha1', 'sha256', ...OTHER_DIGEST_ALGORITHMS] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** @throws UserError `E_USAGE` for an algorithm that is not known */
export function parseDigestAlgorithms(texts: readonly string[]): DigestAlgorithm[] {
  const names = texts.flatMap((text) => text.split(',')).map((text) => text.trim().toLowerCase());
  const wrong = names.find((name) => !isDigestAlgorithm(name));
  if (wrong !== undefined) {
    throw new UserError('E_USAGE', `unknown digest algorithm "${wrong}"`, {
      hint: suggestWord(wrong, DIGEST_ALGORITHMS),
    });
  }
  return DIGEST_ALGORITHMS.filter((algorithm) => names.includes(algorithm));
}

function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return DIGEST_ALGORITHMS.some((algorithm) => algorithm === name);
}

/** Those that are not taken in any case. */
export function otherDigestsOf(wanted: readonly DigestAlgorithm[]): OtherDigestAlgorithm[] {
  return OTHER_DIGEST_ALGORITHMS.filter((algorithm) => wanted.includes(algorithm));
}

/** The file without digests that nobody asked for. */
export function withDigests(
  wanted: readonly DigestAlgorithm[],
): (file: InventoryFile) => InventoryFile {
  if (wanted.includes('sha256') && wanted.includes('sha1')) {
    return (file) => file;
  }
  return (file) => {
    const { sha1, sha256, ...rest } = file;
    return {
      ...rest,
      ...(sha256 !== undefined && wanted.includes('sha256') ? { sha256 } : {}),
      ...(sha1 !== undefined && wanted.includes('sha1') ? { sha1 } : {}),
    };
  };
}
