/** A licence text as the classifier compares it: words without case, marks and numbering. */
export interface LicenseWords {
  /** A hash for each word, from 1 to {@link WORD_HASH_MAX}. */
  readonly hashes: Uint16Array;
  /** Where each word begins in the text. */
  readonly starts: Uint32Array;
  /** The character behind each word. */
  readonly ends: Uint32Array;
}

/** Hashes have 15 bits: the sixteenth tells in signatures that a word may be left out. */
export const WORD_HASH_MAX = 0x7fff;

/** Who holds the rights differs from project to project, and is no part of the terms. */
const COPYRIGHT_LINE =
  /^[^a-z0-9©]{0,20}(?:(?:portions|parts|some parts) )?(?:copyright[\s:]{0,4}(?:\(c\)|©|&copy;|[0-9<[{]|by\b|holders?:|notice:|[a-z]{1,20},? (?:19|20)\d\d)|\(c\) ?(?:copyright|[0-9]{4}|<)|©)/i;
const RIGHTS_LINE = /^[^a-z0-9]{0,20}all rights reserved[^a-z0-9]{0,20}$/i;
/** Longer lines are sentences, whatever they begin with. */
const OWNER_LINE_CHARS_MAX = 400;

/** Spellings that the SPDX matching guidelines take for one another. SPDX 2.3, annex B.10. */
const SAME_WORDS: readonly (readonly [string, string])[] = [
  ['licence', 'license'],
  ['licences', 'licenses'],
  ['licenced', 'licensed'],
  ['sublicence', 'sublicense'],
  ['https', 'http'],
  ['favour', 'favor'],
  ['favouring', 'favoring'],
  ['organisation', 'organization'],
  ['acknowledgement', 'acknowledgment'],
  ['acknowledgements', 'acknowledgments'],
  ['merchantibility', 'merchantability'],
];
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const SAME_HASHES: ReadonlyMap<number, number> = new Map(
  SAME_WORDS.map(([from, to]) => [fullHash(from), fullHash(to)] as const),
);
const VERSION_HASH = fullHash('version');

/**
 * Splits a text into words. Lines that only say who holds the copyright are left out, and so are
 * letters and numbers of lists. Takes time linear in the text.
 */
export function licenseWordsOf(text: string): LicenseWords {
  // Words have two characters or more, and something stands between two of them.
  const most = Math.ceil(text.length / 2) + 1;
  const words = new WordList(most);
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (!isOwnerLine(text, at, end)) {
      words.addLine(text, at, end);
    }
    at = end + 1;
  }
  return words.finish();
}

function isOwnerLine(text: string, start: number, end: number): boolean {
  if (end - start > OWNER_LINE_CHARS_MAX) {
    return false;
  }
  const line = text.slice(start, end);
  return COPYRIGHT_LINE.test(line) || RIGHTS_LINE.test(line);
}

class WordList {
  readonly #hashes: Uint16Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #count = 0;
  #isAfterVersion = false;

  constructor(most: number) {
    this.#hashes = new Uint16Array(most);
    this.#starts = new Uint32Array(most);
    this.#ends = new Uint32Array(most);
  }

  addLine(text: string, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const code = lowerCodeAt(text, at);
      if (code === 0) {
        at++;
        continue;
      }
      at = this.#addWord(text, at, end);
    }
  }

  /** Returns where the word ends. */
  #addWord(text: string, start: number, end: number): number {
    let hash = FNV_OFFSET;
    let length = 0;
    let at = start;
    for (; at < end; at++) {
      const code = lowerCodeAt(text, at);
      if (code !== 0) {
        hash = Math.imul(hash ^ code, FNV_PRIME);
        length++;
      } else if (!isInside(text, at)) {
        break;
      } else if (text.charCodeAt(at) === FULL_STOP) {
        hash = Math.imul(hash ^ FULL_STOP, FNV_PRIME);
        length++;
      }
    }
    const isNumber = length <= 2 && isDigit(text.charCodeAt(start));
    if (isNumber ? this.#isAfterVersion : length > 1) {
      this.#hashes[this.#count] = wordHash(SAME_HASHES.get(hash) ?? hash);
      this.#starts[this.#count] = start;
      this.#ends[this.#count] = at;
      this.#count++;
    }
    this.#isAfterVersion = hash === VERSION_HASH;
    return at;
  }

  finish(): LicenseWords {
    return {
      hashes: this.#hashes.slice(0, this.#count),
      starts: this.#starts.slice(0, this.#count),
      ends: this.#ends.slice(0, this.#count),
    };
  }
}

const FULL_STOP = 0x2e;
const APOSTROPHE = 0x27;
const CURLY_APOSTROPHE = 0x2019;

/** A full stop between digits belongs to a number, and an apostrophe between letters to a word. */
function isInside(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === FULL_STOP) {
    return isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1));
  }
  const isApostrophe = code === APOSTROPHE || code === CURLY_APOSTROPHE;
  return isApostrophe && lowerCodeAt(text, at + 1) !== 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * The character where it belongs to a word, else 0. Beyond ASCII, all but signs and punctuation do,
 * which few licences have.
 */
function lowerCodeAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if ((code >= 0x61 && code <= 0x7a) || isDigit(code)) {
    return code;
  }
  if (code >= 0x41 && code <= 0x5a) {
    return code | 0x20;
  }
  return code >= 0xc0 && (code < 0x2000 || code >= 0x3040) && code !== 0xfffd ? code : 0;
}

/** FNV-1a. */
function fullHash(word: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
  }
  return hash;
}

/** The hash of a word in lower case, as texts have it. */
export function licenseWordHash(word: string): number {
  return wordHash(fullHash(word));
}

/** Folded to 15 bits; 0 stands for no word. */
function wordHash(hash: number): number {
  return ((hash >>> 15) ^ hash) & WORD_HASH_MAX || 1;
}
