import { present } from '../../../../foundation/core/assert.ts';
import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { compareDigits, compareNumbers } from '../../../../foundation/version/digits.ts';

/** Kinds of version pieces, in the order that decides if two versions differ in kind. */
const KIND = { dotted: 0, number: 1, letter: 2, suffix: 3, suffixNumber: 4, revision: 5, end: 6 };

/** The value of a piece, and the kind of the next one. */
interface Piece {
  readonly sign: -1 | 0 | 1;
  /** Digits of the value without its sign. */
  readonly digits: string;
  readonly next: number;
}

interface ApkAsGrype {
  readonly pieces: readonly Piece[];
}

const SUFFIXES: ReadonlyMap<string, number> = new Map(
  ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'].map((word, at) => [word, at - 4]),
);
const SUFFIX = /^(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)/;
const DIGITS = /^[0-9]*/;
const ZEROS = /^0+/;

/**
 * Versions of Alpine packages as Grype reads them: as early apk did, any character after a hyphen
 * begins a revision, and there may be several revisions.
 */
export const apkAsGrype: Scheme<ApkAsGrype> = {
  id: 'apk',
  title: 'Alpine packages, as Grype reads and orders their versions',
  spec: 'https://man.archlinux.org/man/apk-package.5',
  oracle: 'grype',
  parse(text) {
    const pieces = splitPieces(text.replace(/^[vV](?=[0-9])/, ''));
    return pieces && { pieces };
  },
  compare: ({ pieces: left }, { pieces: right }) => comparePieces(left, right),
};

function splitPieces(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let kind = KIND.number;
  let rest = text;
  while (kind !== KIND.end) {
    const read = parseValue(kind, rest);
    if (read === undefined) {
      return undefined;
    }
    const following = read.isZeros && read.rest !== '' ? KIND.number : undefined;
    const next =
      following === undefined ? nextKind(kind, read.rest) : { kind: following, rest: read.rest };
    if (next === undefined) {
      return undefined;
    }
    pieces.push({ sign: read.sign, digits: read.digits, next: next.kind });
    ({ kind, rest } = next);
  }
  return pieces;
}

interface Value extends Omit<Piece, 'next'> {
  readonly rest: string;
  /** Whether it only consists of the zeros before a number. */
  readonly isZeros?: boolean;
}

/** Zeros before a number after a full stop are compared by their count. */
function parseValue(kind: number, text: string): Value | undefined {
  if (kind === KIND.suffix) {
    const word = SUFFIX.exec(text)?.[0] ?? '';
    const place = SUFFIXES.get(word);
    return place === undefined ? undefined : toSignedValue(place, text.slice(word.length));
  }
  if (kind === KIND.letter) {
    return toSignedValue(text.charCodeAt(0), text.slice(1));
  }
  const zeros = kind === KIND.dotted ? (ZEROS.exec(text)?.[0] ?? '') : '';
  if (zeros !== '') {
    return { ...toSignedValue(-zeros.length, text.slice(zeros.length)), isZeros: true };
  }
  const rest = text.replace(DIGITS, '');
  const digits = text.slice(0, text.length - rest.length);
  return { sign: /[1-9]/.test(digits) ? 1 : 0, digits, rest };
}

function toSignedValue(value: number, rest: string): Value {
  return { sign: compareNumbers(value, 0), digits: String(Math.abs(value)), rest };
}

/**
 * Returns the kind that follows a piece, and the text from there on; `undefined` if it must not
 * follow.
 */
function nextKind(
  kind: number,
  text: string,
): { readonly kind: number; readonly rest: string } | undefined {
  if (text === '') {
    return { kind: KIND.end, rest: '' };
  }
  const isNumber = kind === KIND.number || kind === KIND.dotted;
  if (isNumber && /^[a-z]/.test(text)) {
    return { kind: KIND.letter, rest: text };
  }
  // In all other pieces the digits are part of the value.
  if (/^[0-9]/.test(text)) {
    return { kind: kind === KIND.letter ? KIND.number : KIND.suffixNumber, rest: text };
  }
  const rest = text.slice(1);
  switch (text.charAt(0)) {
    case '.':
      return isNumber ? { kind: KIND.dotted, rest } : undefined;
    case '_':
      return kind === KIND.revision ? undefined : { kind: KIND.suffix, rest };
    case '-':
      return rest === '' ? undefined : { kind: KIND.revision, rest: rest.slice(1) };
    default:
      return undefined;
  }
}

function comparePieces(left: readonly Piece[], right: readonly Piece[], at = 0): -1 | 0 | 1 {
  const one = present(left[at], 'a piece before the end');
  const other = present(right[at], 'a piece before the end');
  const order = compareValues(one, other);
  if (order !== 0) {
    return order;
  }
  if (one.next !== other.next) {
    return compareKinds(one.next, other.next, { left: left[at + 1], right: right[at + 1] });
  }
  return one.next === KIND.end ? 0 : comparePieces(left, right, at + 1);
}

function compareValues(left: Piece, right: Piece): -1 | 0 | 1 {
  const order = compareNumbers(left.sign, right.sign);
  if (order !== 0 || left.sign === 0) {
    return order;
  }
  return left.sign > 0
    ? compareDigits(left.digits, right.digits)
    : compareDigits(right.digits, left.digits);
}

/** The longer version is greater, unless it goes on with a pre-release suffix. */
function compareKinds(
  left: number,
  right: number,
  next: { readonly left: Piece | undefined; readonly right: Piece | undefined },
): -1 | 0 | 1 {
  if (left === KIND.suffix && next.left?.sign === -1) {
    return -1;
  }
  if (right === KIND.suffix && next.right?.sign === -1) {
    return 1;
  }
  return compareNumbers(right, left);
}
