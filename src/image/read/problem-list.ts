import type { Problem } from '../../foundation/core/problem.ts';

/** Collects problems up to a maximum; the rest is only counted. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #problemsMax: number;
  #notListed = 0;

  constructor(problemsMax: number) {
    this.#problemsMax = problemsMax;
  }

  get listed(): readonly Problem[] {
    return this.#problems;
  }

  get notListed(): number {
    return this.#notListed;
  }

  add(problem: Problem): void {
    if (this.#problems.length < this.#problemsMax) {
      this.#problems.push(problem);
    } else {
      this.#notListed++;
    }
  }
}
