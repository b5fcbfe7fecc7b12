import { present } from '../../core/assert.ts';
import { compareText } from '../../core/digest.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';

/**
 * A run of digits, a run of other characters, or the list of what follows where the two meet or at
 * a hyphen.
 */
type Item =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'word'; readonly rank: number; readonly word: string }
  | MavenVersion;

/** A Maven version as nested lists, those parts left out that do not count. */
export interface MavenVersion {
  readonly kind: 'list';
  readonly items: Item[];
}

/** Nested lists are as deep as a version has hyphens. */
const CHARACTERS_MAX = 4_096;
/**
 * From the earliest to the latest, the release itself among them; unknown words come after all, as
 * text.
 */
const WORDS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE_RANK = WORDS.indexOf('');
const SAME_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cr: 'rc',
    final: '',
    ga: '',
    release: '',
  }),
);
/** What a single letter means with a number right behind it. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: 'alpha', b: 'beta', m: 'milestone' }),
);
const RUN = /(?<digits>[0-9]+)|(?<separator>[.-])|(?<word>[^0-9.-]+)/g;
/** Which Java a build is for does not make it another version. */
const JAVA_SUFFIX = /\.(?:jre|jdk)[0-9]+$/;

export const maven: Scheme<MavenVersion> = {
  id: 'maven',
  aliases: ['java', 'java-archive', 'jenkins-plugin'],
  title: 'Apache Maven',
  spec: 'Maven POM reference, "Version Order Specification"; ComparableVersion of Maven 3.9',
  oracle:
    'java -cp maven-artifact.jar org.apache.maven.artifact.versioning.ComparableVersion LEFT RIGHT',
  parse,
  compare: compareLists,
};

/** Maven refuses nothing; a text without a digit or letter is refused here. */
function parse(text: string): MavenVersion | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > CHARACTERS_MAX || !/[0-9a-z]/.test(trimmed)) {
    return undefined;
  }
  const runs = Array.from(
    trimmed.replace(JAVA_SUFFIX, '').matchAll(RUN),
    ({ groups = {} }) => groups,
  );
  const lists: MavenVersion[] = [emptyList()];
  for (const [index, run] of runs.entries()) {
    addRun(lists, run, { before: runs[index - 1], after: runs[index + 1] });
  }
  const [whole] = lists;
  for (const list of lists.toReversed()) {
    dropWhatDoesNotCount(list.items);
  }
  return whole;
}

type Run = Readonly<Record<string, string | undefined>>;

interface Neighbours {
  readonly before: Run | undefined;
  readonly after: Run | undefined;
}

function emptyList(): MavenVersion {
  return { kind: 'list', items: [] };
}

/** `lists` holds the open lists, each the last item of the one before it. */
function addRun(lists: MavenVersion[], run: Run, { before, after }: Neighbours): void {
  if (run['digits'] !== undefined) {
    innermost(lists).push({ kind: 'number', digits: run['digits'] });
    openListIf(lists, after?.['word'] !== undefined);
  } else if (run['separator'] !== undefined) {
    if (before === undefined || before['separator'] !== undefined) {
      innermost(lists).push({ kind: 'number', digits: '0' });
    }
    openListIf(lists, run['separator'] === '-');
  } else {
    const { word = '' } = run;
    const isNumbered = after?.['digits'] !== undefined;
    const isLast = after === undefined;
    openListIf(lists, (isNumbered || isLast) && innermost(lists).length > 0);
    innermost(lists).push(wordItem(word, isNumbered));
    openListIf(lists, isNumbered);
  }
}

function innermost(lists: readonly MavenVersion[]): Item[] {
  return present(lists.at(-1), 'an open list').items;
}

function openListIf(lists: MavenVersion[], condition: boolean): void {
  if (condition) {
    const list = emptyList();
    innermost(lists).push(list);
    lists.push(list);
  }
}

function wordItem(text: string, isNumbered: boolean): Item {
  const long = (isNumbered ? LETTERS.get(text) : undefined) ?? text;
  const word = SAME_WORDS.get(long) ?? long;
  const rank = WORDS.indexOf(word);
  return { kind: 'word', rank: rank < 0 ? WORDS.length : rank, word };
}

/** Zeros and words for the release itself at the end of a list, and before a list at its end. */
function dropWhatDoesNotCount(items: Item[]): void {
  for (let i = items.length - 1; i >= 0; i -= 1) {
    const item = present(items[i], 'an item within the list');
    if (isNothing(item)) {
      items.splice(i, 1);
    } else if (item.kind !== 'list') {
      return;
    }
  }
}

function isNothing(item: Item): boolean {
  switch (item.kind) {
    case 'number':
      return compareDigits(item.digits, '') === 0;
    case 'word':
      return item.rank === RELEASE_RANK;
    default:
      return item.items.length === 0;
  }
}

/** Words come before lists, lists before numbers. */
const KINDS = ['word', 'list', 'number'] as const satisfies readonly Item['kind'][];

function compareItems(left: Item, right: Item): -1 | 0 | 1 {
  if (left.kind === 'list' && right.kind === 'list') {
    return compareLists(left, right);
  }
  if (left.kind === 'number' && right.kind === 'number') {
    return compareDigits(left.digits, right.digits);
  }
  if (left.kind === 'word' && right.kind === 'word') {
    return compareNumbers(left.rank, right.rank) || compareText(left.word, right.word);
  }
  return compareNumbers(KINDS.indexOf(left.kind), KINDS.indexOf(right.kind));
}

function reversed(order: -1 | 0 | 1): -1 | 0 | 1 {
  return order === 0 ? 0 : order === 1 ? -1 : 1;
}

function compareToNothing(item: Item): -1 | 0 | 1 {
  switch (item.kind) {
    case 'number':
      return compareDigits(item.digits, '');
    case 'word':
      return compareNumbers(item.rank, RELEASE_RANK);
    default:
      return item.items.reduce<-1 | 0 | 1>((order, one) => order || compareToNothing(one), 0);
  }
}

function compareLists(left: MavenVersion, right: MavenVersion): -1 | 0 | 1 {
  for (const [at, item] of left.items.entries()) {
    const other = right.items[at];
    const order = other === undefined ? compareToNothing(item) : compareItems(item, other);
    if (order !== 0) {
      return order;
    }
  }
  const rest: MavenVersion = { kind: 'list', items: right.items.slice(left.items.length) };
  return reversed(compareToNothing(rest));
}
