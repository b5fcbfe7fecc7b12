import type { AdvisoryDatabase } from '../../foundation/core/advisory.ts';
import { findAbsentShards } from '../../vulnerability/advisory/absent-shards.ts';
import { openDatabase } from '../../vulnerability/advisory/open-database.ts';

/** A use of an open database, which stays open until the use ends. */
export interface DatabaseUse extends Disposable {
  /** Absent if each image needs the database for itself. */
  readonly database: AdvisoryDatabase | undefined;
}

interface Opened {
  readonly folder: string;
  /** Absent if it lacks shards: then it notes which ones an image needed. */
  readonly database: AdvisoryDatabase | undefined;
  uses: number;
}

/**
 * Keeps the last advisory database open, because opening it and reading its pages again takes half
 * of the time in which an image is judged.
 */
export class SharedDatabase implements Disposable {
  #last: Opened | undefined;

  use(folder: string): DatabaseUse {
    if (this.#last?.folder !== folder) {
      const before = this.#last;
      const isComplete = findAbsentShards(folder).length === 0;
      this.#last = { folder, database: isComplete ? openDatabase(folder) : undefined, uses: 0 };
      this.#closeUnused(before);
    }
    const opened = this.#last;
    opened.uses += 1;
    return {
      database: opened.database,
      [Symbol.dispose]: () => {
        opened.uses -= 1;
        this.#closeUnused(opened);
      },
    };
  }

  [Symbol.dispose](): void {
    const before = this.#last;
    this.#last = undefined;
    this.#closeUnused(before);
  }

  #closeUnused(opened: Opened | undefined): void {
    if (opened !== undefined && opened !== this.#last && opened.uses === 0) {
      opened.database?.[Symbol.dispose]();
    }
  }
}
