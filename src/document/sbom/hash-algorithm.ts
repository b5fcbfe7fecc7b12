import type { PackageDigest } from '../../foundation/core/package.ts';
import { createVocabulary } from '../vocabulary.ts';

/** Number of hexadecimal digits of a hash by our name of its algorithm. */
export const HASH_DIGITS: ReadonlyMap<string, number> = new Map([
  ['adler32', 8],
  ['blake2b256', 64],
  ['blake2b384', 96],
  ['blake2b512', 128],
  ['blake2s256', 64],
  ['blake3', 64],
  ['md2', 32],
  ['md4', 32],
  ['md5', 32],
  ['sha1', 40],
  ['sha224', 56],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
  ['sha3224', 56],
  ['sha3256', 64],
  ['sha3384', 96],
  ['sha3512', 128],
  ['streebog256', 64],
  ['streebog512', 128],
]);

/**
 * Returns our name of an algorithm for any spelling: `SHA-256` of CycloneDX, `SHA256` of SPDX and
 * `sha3_256` of SPDX 3 only differ in case and punctuation.
 */
export function toHashAlgorithm(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}

const HEX = /^[0-9a-f]{1,256}$/i;

/** Returns nothing if these are not hexadecimal digits. */
export function readDigest(algorithm: string, digits: string): PackageDigest[] {
  return HEX.test(digits)
    ? [{ algorithm: toHashAlgorithm(algorithm), digits: digits.toLowerCase() }]
    : [];
}

/** Returns the words of a format by our names. */
export function createHashWords(words: readonly string[]): ReadonlyMap<string, string> {
  return createVocabulary(words.map((word) => [toHashAlgorithm(word), word] as const)).words;
}

/** Returns the hashes whose algorithm a format has, with its word for it. */
export function translateHashes(
  hashes: readonly PackageDigest[],
  words: ReadonlyMap<string, string>,
): PackageDigest[] {
  return hashes.flatMap(({ algorithm, digits }) => {
    const word = words.get(algorithm);
    return word === undefined ? [] : [{ algorithm: word, digits }];
  });
}
