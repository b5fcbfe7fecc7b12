import { compareDigits } from './digits.ts';

/**
 * A run of digits, a run of other characters, or a list of the following items, which begins at a
 * hyphen or between the two.
 */
export type MavenItem =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'word'; readonly rank: number; readonly word: string }
  | MavenVersion;

/** A Maven version as nested lists without insignificant parts. */
export interface MavenVersion {
  readonly kind: 'list';
  readonly items: MavenItem[];
}

/** Nested lists are as deep as a version has hyphens. */
export const CHARACTERS_MAX = 4_096;
/**
 * In ascending order, including the release itself; unknown words come after all of them, as text.
 */
const WORDS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
export const RELEASE_RANK = WORDS.indexOf('');
const SAME_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cr: 'rc',
    final: '',
    ga: '',
    release: '',
  }),
);
/** Meaning of a single letter directly followed by a number. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: 'alpha', b: 'beta', m: 'milestone' }),
);
export const RUN = /(?<digits>[0-9]+)|(?<separator>[.-])|(?<word>[^0-9.-]+)/g;
/** The Java version that a build is for does not change its own version. */
export const JAVA_SUFFIX = /\.(?:jre|jdk)[0-9]+$/;

/** `isNumbered`: a digit follows directly, so that a single letter may stand for a word. */
export function toWordItem(text: string, isNumbered: boolean): MavenItem {
  const long = (isNumbered ? LETTERS.get(text) : undefined) ?? text;
  const word = SAME_WORDS.get(long) ?? long;
  const rank = WORDS.indexOf(word);
  return { kind: 'word', rank: rank < 0 ? WORDS.length : rank, word };
}

/** Returns whether an item at the end of a list is insignificant. */
export function isNothing(item: MavenItem): boolean {
  switch (item.kind) {
    case 'number':
      return compareDigits(item.digits, '') === 0;
    case 'word':
      return item.rank === RELEASE_RANK;
    default:
      return item.items.length === 0;
  }
}
