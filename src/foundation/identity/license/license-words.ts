/**
 * A license text as the classifier compares it: words in lower case, without punctuation and
 * numbering.
 */
export interface LicenseWords {
  /** A hash of each word, from 1 to {@link WORD_HASH_MAX}. */
  readonly hashes: Uint16Array;
  /** Start of each word in the text. */
  readonly starts: Uint32Array;
  /** End of each word, exclusive. */
  readonly ends: Uint32Array;
}

/** Hashes have 15 bits: in signatures, the sixteenth marks optional words. */
const WORD_HASH_MAX = 0x7fff;

/** Copyright holders differ from project to project and are not part of the terms. */
const COPYRIGHT_LINE =
  /^[^a-z0-9©]{0,20}(?:(?:portions|parts|some parts) )?(?:copyright[\s:]{0,4}(?:\(c\)|©|&copy;|[0-9<[{]|by\b|holders?:|notice:|[a-z]{1,20},? (?:19|20)\d\d)|\(c\) ?(?:copyright|[0-9]{4}|<)|©)/i;
const RIGHTS_LINE = /^[^a-z0-9]{0,20}all rights reserved[^a-z0-9]{0,20}$/i;
/** Longer lines are sentences, regardless of their beginning. */
const OWNER_LINE_CHARS_MAX = 400;

/** Spellings that are equivalent by the SPDX matching guidelines. SPDX 2.3, annex B.10. */
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
  SAME_WORDS.map(([from, to]) => [hashFully(from), hashFully(to)] as const),
);
const VERSION_HASH = hashFully('version');

/**
 * Splits a text into words. Lines that only name the copyright holder are omitted, and so are
 * letters and numbers of lists. Takes time linear in the text.
 */
export function splitLicenseWords(text: string): LicenseWords {
  // Words have two characters or more, and a separator is between two of them.
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
  return words.toLicenseWords();
}

function isOwnerLine(text: string, start: number, end: number): boolean {
  if (end - start > OWNER_LINE_CHARS_MAX || !canBeOwnerLine(text, start, end)) {
    return false;
  }
  const line = text.slice(start, end);
  return COPYRIGHT_LINE.test(line) || RIGHTS_LINE.test(line);
}

/** Maximum number of punctuation characters before the first word of a copyright line. */
const OWNER_LINE_MARKS_MAX = 20;

/**
 * Whether a line begins like the patterns above. Few lines do, and checking one letter is enough to
 * exclude the others.
 */
function canBeOwnerLine(text: string, start: number, end: number): boolean {
  const last = Math.min(end - 1, start + OWNER_LINE_MARKS_MAX);
  for (let at = start; at <= last; at++) {
    const unit = text.charCodeAt(at);
    const code = unit < ASCII_END ? ASCII_CODES[unit] : unit;
    if (code === COPYRIGHT_SIGN) {
      return true;
    }
    if (unit < ASCII_END && code !== 0) {
      // All rights, (c) or copyright, portions or parts, some parts.
      return code === LETTER.a || code === LETTER.c || code === LETTER.p || code === LETTER.s;
    }
  }
  return false;
}

const COPYRIGHT_SIGN = 0xa9;
const LETTER = { a: 0x61, c: 0x63, p: 0x70, s: 0x73 };

/**
 * Long texts are read by code that is not optimized yet. Therefore the class makes no
 * calls per character.
 */
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
      const unit = text.charCodeAt(at);
      const code = unit < ASCII_END ? ASCII_CODES[unit] : foldBeyondAscii(unit);
      at = code === 0 ? at + 1 : this.#addWord(text, at, end);
    }
  }

  /** Returns the end of the word. */
  #addWord(text: string, start: number, end: number): number {
    let hash = FNV_OFFSET;
    let length = 0;
    let at = start;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      const code = unit < ASCII_END ? (ASCII_CODES[unit] ?? 0) : foldBeyondAscii(unit);
      if (code !== 0) {
        hash = Math.imul(hash ^ code, FNV_PRIME);
        length++;
      } else if (unit === FULL_STOP && isInNumber(text, at)) {
        hash = Math.imul(hash ^ FULL_STOP, FNV_PRIME);
        length++;
      } else if (!isApostrophe(unit) || foldCharacter(text.charCodeAt(at + 1)) === 0) {
        break;
      }
    }
    const isNumber = length <= 2 && isDigit(text.charCodeAt(start));
    if (isNumber ? this.#isAfterVersion : length > 1) {
      this.#hashes[this.#count] = foldHash(SAME_HASHES.get(hash) ?? hash);
      this.#starts[this.#count] = start;
      this.#ends[this.#count] = at;
      this.#count++;
    }
    this.#isAfterVersion = hash === VERSION_HASH;
    return at;
  }

  toLicenseWords(): LicenseWords {
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

/** Whether a full stop is between digits and thus belongs to a number. */
function isInNumber(text: string, at: number): boolean {
  return isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1));
}

/** An apostrophe between letters belongs to a word. */
function isApostrophe(unit: number): boolean {
  return unit === APOSTROPHE || unit === CURLY_APOSTROPHE;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const ASCII_END = 0x80;
/** Code with which each ASCII character is compared; 0 if it does not belong to words. */
const ASCII_CODES = Uint8Array.from({ length: ASCII_END }, (_, unit) => {
  const lower = unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
  return isDigit(lower) || (lower >= 0x61 && lower <= 0x7a) ? lower : 0;
});

/**
 * Returns the code of a character beyond ASCII. All but symbols and punctuation belong to words;
 * few licenses have any.
 */
function foldBeyondAscii(unit: number): number {
  return unit >= 0xc0 && (unit < 0x2000 || unit >= 0x3040) && unit !== 0xfffd ? unit : 0;
}

/** Returns the code with which a character is compared; 0 if it does not belong to words. */
function foldCharacter(unit: number): number {
  return unit < ASCII_END ? (ASCII_CODES[unit] ?? 0) : foldBeyondAscii(unit);
}

/** Computes FNV-1a. */
function hashFully(word: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
  }
  return hash;
}

/** Returns the hash of a word in lower case, as in {@link LicenseWords}. */
export function hashLicenseWord(word: string): number {
  return foldHash(hashFully(word));
}

/** Folds a hash to 15 bits; 0 means no word. */
function foldHash(hash: number): number {
  return ((hash >>> 15) ^ hash) & WORD_HASH_MAX || 1;
}
