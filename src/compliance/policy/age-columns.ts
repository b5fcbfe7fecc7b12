import { DAY_MS } from '../../foundation/core/duration.ts';
import type { OpenSubjects } from './evaluate-rule.ts';

/** Milliseconds after which ages are read again, to see whether they grow. */
export const PROBE_MS = 1;

/** An age of all subjects of a kind at one time, and how fast it grows. */
interface AgeColumn {
  /** `NaN` if it is not known. */
  readonly values: Float64Array;
  readonly slopes: Int8Array;
}

/** The ages of all subjects at the start of a span, each read once for all rules. */
export class AgeColumns {
  readonly #now: string;
  readonly #columns = new Map<OpenSubjects, Map<string, AgeColumn>>();
  #start = Number.NaN;

  /** `now`: RFC 3339 time of the facts that the subjects have. */
  constructor(now: string) {
    this.#now = now;
  }

  readColumn(age: string, subjects: OpenSubjects, start: number): AgeColumn {
    if (this.#start !== start) {
      this.#columns.clear();
      this.#start = start;
    }
    const columns = this.#columns.get(subjects) ?? new Map<string, AgeColumn>();
    this.#columns.set(subjects, columns);
    const column = columns.get(age) ?? this.#createColumn(age, subjects, start);
    columns.set(age, column);
    return column;
  }

  #createColumn(age: string, { subjects }: OpenSubjects, start: number): AgeColumn {
    const isNow = start === Date.parse(this.#now);
    const [time, later] = [start, start + PROBE_MS].map((one) => new Date(one).toISOString());
    const values = new Float64Array(subjects.length);
    const slopes = new Int8Array(subjects.length);
    for (const [index, subject] of subjects.entries()) {
      const facts = isNow ? subject.facts : subject.readDatedFacts(time ?? '');
      const value = facts.readFact(age);
      values[index] = typeof value === 'number' ? value : Number.NaN;
      slopes[index] = measureSlope(value, subject.readDatedFacts(later ?? '').readFact(age));
    }
    return { values, slopes };
  }
}

/** Ages grow by one each day, or not at all. */
export function measureSlope(value: unknown, later: unknown): number {
  const isNumber = typeof value === 'number' && typeof later === 'number';
  return isNumber ? Math.sign(Math.round((later - value) / (PROBE_MS / DAY_MS))) : 0;
}
