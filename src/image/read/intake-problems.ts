import type { LayerFacts } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { ProblemNote } from '../../foundation/core/problem.ts';
import { ProblemList } from './problem-list.ts';

/** Problems with the files of one layer. */
export class IntakeProblems {
  readonly #list: ProblemList;
  readonly #layer: Digest | undefined;

  constructor(layer: Digest | undefined, problemsMax: number) {
    this.#list = new ProblemList(problemsMax);
    this.#layer = layer;
  }

  /** @param plugin the extractor that reports the problem, if any */
  addNote({ code, message, line }: ProblemNote, path: string, plugin?: string): void {
    this.#list.add({
      code,
      message,
      ...defined({ plugin }),
      ...(path === '' ? {} : { path }),
      ...defined({ layer: this.#layer, line }),
    });
  }

  get outcome(): Pick<LayerFacts, 'problems' | 'problemsNotListed'> {
    const { listed, notListed } = this.#list;
    return { problems: listed, ...(notListed > 0 ? { problemsNotListed: notListed } : {}) };
  }
}
