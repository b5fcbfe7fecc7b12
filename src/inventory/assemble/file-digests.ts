import { UserError } from '../../foundation/core/error.ts';
import {
  OTHER_DIGEST_ALGORITHMS,
  type OtherDigestAlgorithm,
} from '../../foundation/core/file-table.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';

/** Digests that files can have. The first two are always computed for every file. */
export const DIGEST_ALGORITHMS = ['sha1', 'sha256', ...OTHER_DIGEST_ALGORITHMS] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** @throws UserError `E_USAGE` if an algorithm is unknown */
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

/** Returns the algorithms that are not always computed. */
export function selectOtherDigests(wanted: readonly DigestAlgorithm[]): OtherDigestAlgorithm[] {
  return OTHER_DIGEST_ALGORITHMS.filter((algorithm) => wanted.includes(algorithm));
}

/** Returns the file without digests that were not requested. */
export function withDigests(
  wanted: readonly DigestAlgorithm[],
): (file: InventoryFile) => InventoryFile {
  const isWanted = (algorithm: string): boolean => wanted.some((one) => one === algorithm);
  const areUsualWanted = isWanted('sha256') && isWanted('sha1');
  return (file) => {
    const others = Object.entries(file.otherDigests ?? {});
    const kept = others.filter(([algorithm]) => isWanted(algorithm));
    if (areUsualWanted && kept.length === others.length) {
      return file;
    }
    const { sha1, sha256, otherDigests: _, ...rest } = file;
    return {
      ...rest,
      ...(kept.length > 0 ? { otherDigests: Object.fromEntries(kept) } : {}),
      ...(sha256 !== undefined && isWanted('sha256') ? { sha256 } : {}),
      ...(sha1 !== undefined && isWanted('sha1') ? { sha1 } : {}),
    };
  };
}
