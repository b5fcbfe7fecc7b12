import { hashLicenseWord } from './license-words.ts';

/** Versions of the licenses, as written in notices and in identifiers. */
const VERSIONS = [
  ['1', '1.0'],
  ['1.0', '1.0'],
  ['2', '2.0'],
  ['2.0', '2.0'],
  ['2.1', '2.1'],
  ['3', '3.0'],
  ['3.0', '3.0'],
] as const;
const PUBLISHED: ReadonlySet<string> = new Set([
  'GPL-1.0',
  'GPL-2.0',
  'GPL-3.0',
  'LGPL-2.0',
  'LGPL-2.1',
  'LGPL-3.0',
  'AGPL-1.0',
  'AGPL-3.0',
]);
/** Maximum number of words between the version and the permission to use later ones. */
const LATER_WORDS_MAX = 14;
/** Number of words around the notice in which the version may occur. */
const MARGIN_WORDS = 8;

const HASH_OF = {
  version: hashLicenseWord('version'),
  later: hashLicenseWord('later'),
  lesser: hashLicenseWord('lesser'),
  library: hashLicenseWord('library'),
  affero: hashLicenseWord('affero'),
  general: hashLicenseWord('general'),
};
const VERSION_OF: ReadonlyMap<number, string> = new Map(
  VERSIONS.map(([written, version]) => [hashLicenseWord(written), version] as const),
);

/**
 * Returns the identifier of a GNU license by its notice. All notices have the same wording except
 * for a few words: the license, its version, and whether later versions are permitted. Without a
 * version any version is permitted, as the licenses state. Returns `undefined` if there is no such
 * version.
 */
export function detectGnuNotice(
  words: Uint16Array,
  start: number,
  end: number,
): string | undefined {
  const from = Math.max(0, start - MARGIN_WORDS);
  const to = Math.min(words.length, end + MARGIN_WORDS);
  const family = detectFamily(words, from, to);
  for (let at = from; at < to; at++) {
    const version = words[at] === HASH_OF.version ? VERSION_OF.get(words[at + 1] ?? 0) : undefined;
    if (version !== undefined) {
      const isLater = words.subarray(at, at + LATER_WORDS_MAX).includes(HASH_OF.later);
      const id = `${family}-${version}`;
      return PUBLISHED.has(id) ? `${id}-${isLater ? 'or-later' : 'only'}` : undefined;
    }
  }
  return family === 'GPL' ? 'GPL-1.0-or-later' : undefined;
}

function detectFamily(words: Uint16Array, from: number, to: number): 'GPL' | 'LGPL' | 'AGPL' {
  for (let at = from; at < to; at++) {
    if (words[at + 1] === HASH_OF.general) {
      if (words[at] === HASH_OF.lesser || words[at] === HASH_OF.library) {
        return 'LGPL';
      }
      if (words[at] === HASH_OF.affero) {
        return 'AGPL';
      }
    }
  }
  return 'GPL';
}
