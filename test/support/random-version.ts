import { present } from '../../src/foundation/core/assert.ts';

/** Returns numbers from 0 to 1, the same for the same seed on every machine. */
export type Random = () => number;

/** The generator "mulberry32". */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return present(choices[Math.floor(random() * choices.length)], 'a choice among some');
}

/** Returns true with a probability of the given percentage. */
export function isLucky(random: Random, percent: number): boolean {
  return random() * 100 < percent;
}

/** Returns an integer from 0 up to, but not including, the bound. */
export function drawNumber(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** The parts of random versions of one scheme: a beginning, a number, then pieces. */
interface Vocabulary {
  readonly beginnings: readonly string[];
  /** Possible first numbers of the version. */
  readonly numbers: readonly string[];
  readonly pieces: readonly string[];
  /** Maximum count of further numbers, each after a dot. */
  readonly dottedMax: number;
}

const NUMBERS = ['0', '1', '2', '9', '10', '3', '20240101'];
const SEMANTIC_CORES = ['1.2.3', '1.2.4', '1.10.0', '0.0.1', '2.0.0', '10.0.0', '1.2.10', '1.2'];
const SEMANTIC = splitWords(
  '-alpha -alpha.1 -alpha.beta -beta -beta.2 -beta.11 -rc.1 -1 -0 -a-b -A +build .1 .0 .10 .2 .3',
);

const VOCABULARIES: Readonly<Record<string, Vocabulary>> = {
  apk: createVocabulary(
    '',
    '.0 .1 .01 .010 .10 .9 .00 a b z _alpha _beta1 _pre _rc2 _cvs _svn _git20200101 _hg _p _p1 _p10 -r0 -r1 -r10 ~abc ~12ef _foo -x',
  ),
  bitnami: createSemanticVocabulary([''], splitWords('-1 -r5 -0 -rc1 -beta.2-1 .4 .1 +x')),
  cargo: createSemanticVocabulary([''], SEMANTIC),
  composer: createVocabulary(
    ', v dev-',
    '.0 .1 .10 -alpha -alpha1 -beta -beta2 -RC1 -rc2 -p1 -patch2 -dev -stable a1 b2 RC3 pl1',
  ),
  conan: createVocabulary(
    ', cci.',
    '.0 .1 .10 .00 -rc.1 -rc.2 -pre -alpha -1 -0 +b1 +2 +0 .a .rc1 .b .',
  ),
  cran: createVocabulary('', '.0 .1 .01 .10 -0 -1 -10 .9000 a'),
  deb: createVocabulary(
    ', 0: 1: 2:',
    '.0 .1 .01 .10 ~ ~~ ~rc1 + +deb12u1 +b1 -1 -0 -1ubuntu2 -1~bpo10 a b z A : - _',
  ),
  fuzzy: createVocabulary(
    ', v',
    '.0 .1 .10 .01 a k p9 p15 rc1 -rc1 -beta.2 _1 -1 SP1 .beta1 +x ~1 -foo .Final',
  ),
  gem: createVocabulary('', '.0 .1 .10 .a .b .rc1 .pre .beta.2 -1 a rc2 .a10 .a9 ..1 _1'),
  go: createSemanticVocabulary(
    splitWords('v v v v v go').concat(''),
    splitWords(
      '-rc.1 -beta.11 -beta.2 -0.20240101000000-abcdefabcdef +incompatible -pre .1 .10 rc1 rc2',
    ),
  ),
  hackage: createVocabulary('', '.0 .1 .10 .2 .01 -tag -x86'),
  hex: createSemanticVocabulary([''], SEMANTIC),
  jvm: createVocabulary(
    ', 1.',
    '.0 .1 .8 .0.1 _131 _132 -b08 -ea +11 +9-LTS u302 -update302 -update_40 .1.1 -beta',
  ),
  kb: createVocabulary(', KB kb base', '0 1 2 x'),
  maven: createVocabulary(
    '',
    '.0 .1 .10 -1 -0 -alpha -alpha-1 -beta1 -SNAPSHOT .RELEASE .Final -sp -sp1 -rc1 -cr1 -m3 -milestone-3 a1 -xyz .x1 -jre -ga .ga -1x',
  ),
  npm: createSemanticVocabulary(['', '', 'v', '='], SEMANTIC),
  nuget: createSemanticVocabulary(
    [''],
    [...SEMANTIC, ...splitWords('-ALPHA -Beta .-1 -3000000000 -20240101120000 .7')],
  ),
  pep440: createVocabulary(
    ', v 1!',
    '.0 .1 .10 .01 a1 b2 rc1 c2 .dev1 .dev .post1 -1 -r2 .post +local +1 +local.2 +1.b alpha _beta',
  ),
  pacman: createVocabulary(
    ', 0: 1: 2:',
    '.0 .1 .01 .10 a b rc1 alpha .a .. _1 +24+g523 . -1 -2 -1.1 -0 r10 ~rc1',
  ),
  portage: createVocabulary(
    '',
    '.0 .1 .01 .010 .10 a b _alpha _beta1 _pre _rc2 _p _p0 _p1 _p10 -r0 -r1 -r10 _foo',
  ),
  pub: createSemanticVocabulary([''], [...SEMANTIC, '+build', '+1', '+9a', '+a.1', '+a.10']),
  rpm: createVocabulary(
    ', 0: 1: 2:',
    '.0 .1 .01 .10 ~rc1 ~ ^ ^git1 ^20240101 a b .el8 .el8_4 -1 -1.el7 -0 -2 + _1 .a.1',
  ),
  swift: createSemanticVocabulary(['', 'v'], SEMANTIC),
};

/**
 * Returns `undefined` if the scheme has no vocabulary, so that no scheme is silently left untested.
 */
export function getVocabulary(schemeId: string): Vocabulary | undefined {
  return VOCABULARIES[schemeId];
}

function splitWords(text: string): readonly string[] {
  return text.split(' ');
}

function createSemanticVocabulary(
  beginnings: readonly string[],
  pieces: readonly string[],
): Vocabulary {
  return { beginnings, numbers: SEMANTIC_CORES, pieces, dottedMax: 0 };
}

/** Beginnings, which may be empty, are separated by a comma and blanks; pieces by blanks. */
function createVocabulary(beginnings: string, pieces: string): Vocabulary {
  return {
    beginnings: beginnings.split(' ').map((each) => each.replace(',', '')),
    numbers: NUMBERS,
    pieces: splitWords(pieces),
    dottedMax: 2,
  };
}

/** Returns a string that is usually, but not always, a version of that vocabulary. */
export function drawVersion(random: Random, from: Vocabulary): string {
  const dotted = Array.from(
    { length: Math.floor(random() * (from.dottedMax + 1)) },
    () => `.${pick(random, NUMBERS)}`,
  );
  const pieces = Array.from({ length: Math.floor(random() * 4) }, () => pick(random, from.pieces));
  return (
    pick(random, from.beginnings) + pick(random, from.numbers) + dotted.join('') + pieces.join('')
  );
}

/** Returns two versions that are usually close, so that small rules decide their order. */
export function drawPair(random: Random, from: Vocabulary): readonly [string, string] {
  const left = drawVersion(random, from);
  const choice = random();
  if (choice < 0.3) {
    return [left, drawVersion(random, from)];
  }
  const cut = Math.floor(random() * (left.length + 1));
  const near =
    choice < 0.6
      ? left + pick(random, from.pieces)
      : left.slice(0, cut) + pick(random, from.pieces);
  return random() < 0.5 ? [left, near] : [near, left];
}
