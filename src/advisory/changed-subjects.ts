import type { Advisory } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { fromByteKey, toByteKey } from './page-file/byte-key.ts';
import { diffPageFiles, type PageChange } from './page-file/diff-page-files.ts';
import { parseRecordKey, SECTIONS, toRecordKey } from './schema.ts';
import {
  PageShard,
  type ShardReader,
  type Subject,
  type SubjectStatements,
} from './shard-reader.ts';
import { parseStatementKey } from './statement-lines.ts';
import { encodeRecord } from './vulnerability-record.ts';

/** A package or product that may have changed, with its statements in two databases. */
export interface ChangedSubject {
  readonly subject: string;
  readonly before: SubjectStatements;
  readonly after: SubjectStatements;
  /** Returns whether the record of a statement may differ. */
  readonly canRecordDiffer: (advisory: Advisory) => boolean;
}

const EVERYTHING = { ids: [], names: [] };
const NO_STATEMENTS: SubjectStatements = new Map();

/**
 * Yields the subjects with changed statements or records in order. Of two page files, only pages
 * that differ are read. Of others it yields all subjects.
 */
export function findChangedSubjects(
  before: ShardReader | undefined,
  after: ShardReader | undefined,
): Iterable<ChangedSubject> {
  return before instanceof PageShard && after instanceof PageShard
    ? diffPages(before, after)
    : mergeSubjects(before?.listSubjects(EVERYTHING), after?.listSubjects(EVERYTHING));
}

/** Yields the keys of the records that differ; see `toRecordKey`. */
export function findChangedRecords(
  before: ShardReader | undefined,
  after: ShardReader | undefined,
): Iterable<string> {
  return before instanceof PageShard && after instanceof PageShard
    ? diffPageRecords(before, after)
    : diffRecords(before, after);
}

function* diffPageRecords(before: PageShard, after: PageShard): Generator<string> {
  for (const { key } of diffPageFiles(before.file, after.file)) {
    if (!key.startsWith(SECTIONS.record)) {
      // Records come before statements.
      return;
    }
    const [recordKey = ''] = fromByteKey(key.slice(1)).split('\0', 1);
    yield recordKey;
  }
}

function* diffRecords(
  before: ShardReader | undefined,
  after: ShardReader | undefined,
): Generator<string> {
  const [older, newer] = [indexRecords(before), indexRecords(after)];
  for (const key of new Set([...older.keys(), ...newer.keys()])) {
    if (older.get(key) !== newer.get(key)) {
      yield key;
    }
  }
}

function indexRecords(shard: ShardReader | undefined): ReadonlyMap<string, string> {
  const records = Map.groupBy(shard?.listRecords() ?? [], ({ provider, id }) =>
    toRecordKey(provider, id),
  );
  return new Map(
    [...records].map(([key, all]): [string, string] => [
      key,
      all.map(encodeRecord).sort(compareText).join('\n'),
    ]),
  );
}

function* diffPages(before: PageShard, after: PageShard): Generator<ChangedSubject> {
  const changed = new Set<string>();
  const vulnerabilities = new Set<string>();
  const changes = diffPageFiles(before.file, after.file);
  let next = changes.next();
  // Records come before statements.
  while (next.done !== true && next.value.key.startsWith(SECTIONS.record)) {
    const [recordKey = ''] = fromByteKey(next.value.key.slice(1)).split('\0', 1);
    changed.add(recordKey);
    vulnerabilities.add(parseRecordKey(recordKey).id);
    next = changes.next();
  }
  // A statement names its record only if there are several.
  const canRecordDiffer = ({ record: { key } }: Advisory): boolean =>
    key.includes('\0') || changed.has(key);
  const affected = [before, after].flatMap((shard) => shard.findAffectedSubjects(vulnerabilities));
  const stated = listStatedSubjects(next, changes);
  let last: string | undefined;
  // Each subject is read right after its pages were compared, while they are in memory.
  for (const subject of mergeTexts(affected.map(toByteKey).sort(compareText), stated)) {
    if (subject === last) {
      continue;
    }
    last = subject;
    const text = fromByteKey(subject);
    const [older, newer] = [before.readSubject(text), after.readSubject(text)];
    yield { subject: text, before: older, after: newer, canRecordDiffer };
  }
}

/** Yields the subjects of changed statements from a change on, in the order of their keys. */
function* listStatedSubjects(
  first: IteratorResult<PageChange, unknown>,
  rest: Iterator<PageChange>,
): Generator<string> {
  for (let next = first; next.done !== true; next = rest.next()) {
    const { key } = next.value;
    if (key.startsWith(SECTIONS.statement)) {
      yield parseStatementKey(key.slice(1)).subject;
    }
  }
}

/** Yields the texts of a sorted list and of a sorted sequence in order. */
function* mergeTexts(list: readonly string[], sequence: Iterable<string>): Generator<string> {
  let at = 0;
  for (const text of sequence) {
    for (let listed = list[at]; listed !== undefined && listed < text; listed = list[++at]) {
      yield listed;
    }
    yield text;
  }
  yield* list.slice(at);
}

function* mergeSubjects(
  before: Iterable<Subject> | undefined,
  after: Iterable<Subject> | undefined,
): Generator<ChangedSubject> {
  const [older, newer] = [iterate(before), iterate(after)];
  let left = takeNext(older);
  let right = takeNext(newer);
  while (left !== undefined || right !== undefined) {
    const order = compareSubjects(left, right);
    yield {
      subject: (order <= 0 ? left : right)?.subject ?? '',
      before: (order <= 0 ? left?.readStatements() : undefined) ?? NO_STATEMENTS,
      after: (order >= 0 ? right?.readStatements() : undefined) ?? NO_STATEMENTS,
      canRecordDiffer: () => true,
    };
    left = order <= 0 ? takeNext(older) : left;
    right = order >= 0 ? takeNext(newer) : right;
  }
}

function iterate(subjects: Iterable<Subject> = []): Iterator<Subject> {
  return subjects[Symbol.iterator]();
}

function takeNext(subjects: Iterator<Subject>): Subject | undefined {
  const next = subjects.next();
  return next.done === true ? undefined : next.value;
}

/** A finished side sorts last. */
function compareSubjects(left: Subject | undefined, right: Subject | undefined): number {
  if (left === undefined || right === undefined) {
    return left === undefined ? 1 : -1;
  }
  if (left.subject === right.subject) {
    return 0;
  }
  return toByteKey(left.subject) < toByteKey(right.subject) ? -1 : 1;
}
