import { UserError } from '../../foundation/core/error.ts';
import type { Problem } from '../../foundation/core/problem.ts';

/** Paths that could not be read: listed up to a maximum, then only counted. */
export class TreeProblems {
  readonly #problemsMax: number;
  #listed: Problem[] = [];
  #notListed = 0;

  constructor(problemsMax: number) {
    this.#problemsMax = problemsMax;
  }

  clear(): void {
    this.#listed = [];
    this.#notListed = 0;
  }

  addError(error: unknown, path: string): void {
    if (!(error instanceof UserError)) {
      throw error;
    }
    if (this.#listed.length >= this.#problemsMax) {
      this.#notListed++;
      return;
    }
    // Names that are not UTF-8 are altered by decoding, so that no file is found by them.
    const isName = path.includes('\uFFFD');
    this.#listed.push({
      code: isName ? 'P_NAME' : 'P_UNREADABLE',
      message: isName ? 'the file was left out: its name is not valid UTF-8' : error.message,
      path,
    });
  }

  listProblems(): readonly Problem[] {
    if (this.#notListed === 0) {
      return this.#listed;
    }
    const message = `${this.#notListed} more files or directories could not be read`;
    return [...this.#listed, { code: 'P_UNREADABLE', message }];
  }
}
