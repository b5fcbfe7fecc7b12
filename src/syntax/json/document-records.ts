import { defined } from '../../core/defined.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem, ProblemCode } from '../../core/problem.ts';

/** The problems of one document, as many as `problemsMax`; the rest is counted. */
export class DocumentProblems {
  readonly #plugin: string;
  readonly #limits: Limits;
  readonly #listed: Problem[] = [];
  #notListed = 0;

  constructor(plugin: string, limits: Limits) {
    this.#plugin = plugin;
    this.#limits = limits;
  }

  get listed(): readonly Problem[] {
    return this.#listed;
  }

  get notListed(): number {
    return this.#notListed;
  }

  note(code: ProblemCode, message: string, line?: number): void {
    this.add({
      code,
      message,
      plugin: this.#plugin,
      ...defined({ line }),
    });
  }

  add(problem: Problem): void {
    if (this.#listed.length < this.#limits.problemsMax) {
      this.#listed.push(problem);
    } else {
      this.#notListed++;
    }
  }

  /** Problems that the document itself only counted. */
  addNotListed(count: number): void {
    this.#notListed += count;
  }
}

export interface RecordListOptions<T> {
  /** What the records are, in the singular: "package". */
  readonly noun: string;
  readonly limits: Limits;
  readonly problems: DocumentProblems;
  /** How many there may be; `documentRecordsMax` where nothing is said. */
  readonly limit?: 'documentPackagesMax';
  /** `undefined` where the record cannot be understood. */
  readonly read: (record: unknown) => T | undefined;
}

/**
 * The records of a list that can be understood, at most as many as the limit allows. Each of the
 * others is a problem, and so is a value that is no list at all. An absent list is empty.
 */
export function readRecords<T>(list: unknown, options: RecordListOptions<T>): T[] {
  const { noun, limits, problems, limit = 'documentRecordsMax' } = options;
  const recordsMax = limits[limit];
  if (list === undefined || list === null) {
    return [];
  }
  if (!Array.isArray(list)) {
    problems.note('P_RECORD', `the list of ${noun} records was left out: it is not a list`);
    return [];
  }
  if (list.length > recordsMax) {
    problems.note(
      'P_LIMIT',
      `only ${recordsMax} of ${list.length} ${noun} records were read: the limit ${limit} was exceeded`,
    );
  }
  const records: T[] = [];
  const known = list.length > recordsMax ? list.slice(0, recordsMax) : list;
  known.forEach((value, index) => {
    const record = options.read(value);
    if (record === undefined) {
      problems.note('P_RECORD', `the ${noun} record ${index} was left out: it is malformed`);
    } else {
      records.push(record);
    }
  });
  return records;
}
