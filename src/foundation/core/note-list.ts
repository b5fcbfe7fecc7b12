import type { Limits } from './limits.ts';
import type { ProblemNote } from './problem.ts';

/**
 * Problems of one file. Keeps one more than an inventory lists, which shows that there are more:
 * every byte of a hostile file can be malformed.
 */
export class NoteList {
  readonly notes: ProblemNote[] = [];
  readonly #notesMax: number;

  constructor({ problemsMax }: Pick<Limits, 'problemsMax'>) {
    this.#notesMax = problemsMax + 1;
  }

  add(code: ProblemNote['code'], message: string, line?: number): void {
    if (this.notes.length < this.#notesMax) {
      this.notes.push(line === undefined ? { code, message } : { code, message, line });
    }
  }
}
