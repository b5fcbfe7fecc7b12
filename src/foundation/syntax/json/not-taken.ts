import type { JsonRecord } from './member.ts';

/**
 * Members of records that a reader ignores, with the number of records or entries that have them.
 */
export type NotTaken = ReadonlyMap<string, number>;

/** Values without information, with which documents fill required members. */
const SAYS_NOTHING: ReadonlySet<unknown> = new Set(['', 'NOASSERTION', 'NONE', false, null]);

const NAME = /^[\w$-]{1,64}$/;

function isTelling(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isTelling) : !SAYS_NOTHING.has(value);
}

/** Counts members of one document, by name and kind of record. */
export class NotTakenCount {
  readonly #counts = new Map<string, number>();

  /** @param owner kind of the records, for the text: `components` */
  count(record: JsonRecord, taken: ReadonlySet<string>, owner = ''): void {
    for (const [name, value] of Object.entries(record)) {
      const entries = Array.isArray(value) ? value.length : 1;
      if (!taken.has(name) && NAME.test(name) && isTelling(value)) {
        this.addCount(owner === '' ? name : `${name} of ${owner}`, owner === '' ? entries : 1);
      }
    }
  }

  addCount(what: string, count: number): void {
    if (count > 0) {
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    }
  }

  get counts(): NotTaken {
    return this.#counts;
  }
}
