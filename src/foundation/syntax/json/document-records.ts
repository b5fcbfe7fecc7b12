import { defined } from '../../core/defined.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem, ProblemCode } from '../../core/problem.ts';

/** The problems of one document, up to `problemsMax`; the rest is counted. */
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
    this.addProblem({
      code,
      message,
      plugin: this.#plugin,
      ...defined({ line }),
    });
  }

  addProblem(problem: Problem): void {
    if (this.#listed.length < this.#limits.problemsMax) {
      this.#listed.push(problem);
    } else {
      this.#notListed++;
    }
  }

  /** Adds problems that the document itself only counted. */
  addNotListed(count: number): void {
    this.#notListed += count;
  }
}

export interface RecordListOptions<T> {
  /** Kind of the records, in the singular: "package". */
  readonly noun: string;
  readonly limits: Limits;
  readonly problems: DocumentProblems;
  /** Maximum number of records; `documentRecordsMax` by default. */
  readonly limit?: 'documentPackagesMax';
  /** Returns `undefined` if the record is malformed. */
  readonly read: (record: unknown) => T | undefined;
}

/**
 * Returns the valid records of a list, up to the limit. Each malformed one is a problem, and so is
 * a value that is not a list. An absent list is empty.
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
