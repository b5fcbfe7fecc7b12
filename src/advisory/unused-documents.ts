import { formatCount } from '../core/screen-text.ts';

/** Files of one directory or archive that are not documents of a feed. */
export interface UnusedFiles {
  /** The directory or archive. */
  readonly place: string;
  readonly cause: string;
  readonly count: number;
  /** Name of the first one. */
  readonly first: string;
}

/** A tree can have any number of directories; all others are counted together. */
const PLACES_MAX = 100;
const OTHER_PLACES = 'other directories';

/** Counts files that no provider reads, by their directory or archive and the cause. */
export class UnusedDocuments {
  readonly #groups = new Map<string, UnusedFiles>();

  countFile(
    { place, name }: { readonly place: string; readonly name: string },
    cause: string,
  ): void {
    const key = `${place}\0${cause}`;
    const isListed = this.#groups.has(key) || this.#groups.size < PLACES_MAX;
    const group = isListed ? place : OTHER_PLACES;
    const groupKey = isListed ? key : `${OTHER_PLACES}\0${cause}`;
    const { count, first } = this.#groups.get(groupKey) ?? { count: 0, first: name };
    this.#groups.set(groupKey, { place: group, cause, count: count + 1, first });
  }

  /** Lists the groups in the order of their first file. */
  list(): readonly UnusedFiles[] {
    return [...this.#groups.values()];
  }

  /** Returns a phrase with the number of files. */
  describe(): string {
    const count = this.list().reduce((sum, group) => sum + group.count, 0);
    return count === 0
      ? 'any document: there are no files'
      : `any of ${formatCount(count, 'file')}`;
  }
}
