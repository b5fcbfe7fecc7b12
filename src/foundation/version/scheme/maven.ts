import { present } from '../../core/assert.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';
import { compareDigits, compareNumbers } from '../digits.ts';
import {
  CHARACTERS_MAX,
  isNothing,
  JAVA_SUFFIX,
  type MavenItem,
  type MavenVersion,
  RELEASE_RANK,
  RUN,
  toWordItem,
} from '../maven-items.ts';

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

/** Maven accepts any text; a text without a digit or letter is refused here. */
function parse(text: string): MavenVersion | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > CHARACTERS_MAX || !/[0-9a-z]/.test(trimmed)) {
    return undefined;
  }
  const runs = Array.from(
    trimmed.replace(JAVA_SUFFIX, '').matchAll(RUN),
    ({ groups = {} }) => groups,
  );
  const lists: MavenVersion[] = [createList()];
  for (const [index, run] of runs.entries()) {
    addRun(lists, run, { before: runs[index - 1], after: runs[index + 1] });
  }
  const [whole] = lists;
  for (const list of lists.toReversed()) {
    dropInsignificant(list.items);
  }
  return whole;
}

type Run = Readonly<Record<string, string | undefined>>;

interface Neighbours {
  readonly before: Run | undefined;
  readonly after: Run | undefined;
}

function createList(): MavenVersion {
  return { kind: 'list', items: [] };
}

/** `lists` contains the open lists, each the last item of the previous one. */
function addRun(lists: MavenVersion[], run: Run, { before, after }: Neighbours): void {
  if (run['digits'] !== undefined) {
    getInnermost(lists).push({ kind: 'number', digits: run['digits'] });
    openListIf(lists, after?.['word'] !== undefined);
  } else if (run['separator'] !== undefined) {
    if (before === undefined || before['separator'] !== undefined) {
      getInnermost(lists).push({ kind: 'number', digits: '0' });
    }
    openListIf(lists, run['separator'] === '-');
  } else {
    const { word = '' } = run;
    const isNumbered = after?.['digits'] !== undefined;
    const isLast = after === undefined;
    openListIf(lists, (isNumbered || isLast) && getInnermost(lists).length > 0);
    getInnermost(lists).push(toWordItem(word, isNumbered));
    openListIf(lists, isNumbered);
  }
}

function getInnermost(lists: readonly MavenVersion[]): MavenItem[] {
  return present(lists.at(-1), 'an open list').items;
}

function openListIf(lists: MavenVersion[], condition: boolean): void {
  if (condition) {
    const list = createList();
    getInnermost(lists).push(list);
    lists.push(list);
  }
}

/**
 * Removes zeros and words for the release itself at the end of a list, and before a list at its
 * end.
 */
function dropInsignificant(items: MavenItem[]): void {
  for (let i = items.length - 1; i >= 0; i -= 1) {
    const item = present(items[i], 'an item within the list');
    if (isNothing(item)) {
      items.splice(i, 1);
    } else if (item.kind !== 'list') {
      return;
    }
  }
}

/** Words come before lists, lists before numbers. */
const KINDS = ['word', 'list', 'number'] as const satisfies readonly MavenItem['kind'][];

function compareItems(left: MavenItem, right: MavenItem): -1 | 0 | 1 {
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

function reverseOrder(order: -1 | 0 | 1): -1 | 0 | 1 {
  return order === 0 ? 0 : order === 1 ? -1 : 1;
}

function compareToNothing(item: MavenItem): -1 | 0 | 1 {
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
  return reverseOrder(compareToNothing(rest));
}
