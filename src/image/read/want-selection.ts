import type { Digest } from '../../foundation/core/digest.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { type Dispatch, type MatchedWant, NO_WANTS } from './dispatch.ts';
import type { IntakeProblems } from './intake-problems.ts';

export interface SelectionOptions {
  readonly dispatch: Dispatch;
  readonly limits: Limits;
  /** Absent for a directory, in which files named like whiteouts are plain files. */
  readonly diffId: Digest | undefined;
  /** If true, files that no extractor requests by path are skipped, without digests. */
  readonly isWantedOnly?: boolean;
}

const NOTHING = new Uint8Array(0);
const WHITEOUT = '.wh.';

/** Chooses the files of one layer that extractors receive. */
export class WantSelection {
  readonly #options: SelectionOptions;
  readonly #problems: IntakeProblems;

  constructor(options: SelectionOptions, problems: IntakeProblems) {
    this.#options = options;
    this.#problems = problems;
  }

  isSkipped(path: string): boolean {
    const { isWantedOnly = false, dispatch } = this.#options;
    return isWantedOnly && dispatch.findWants(path, NOTHING).length === 0;
  }

  /** Returns the extractors that request the file; reports those that may not have it. */
  select({ path, sizeBytes }: FileEntry, head: Uint8Array): readonly MatchedWant[] {
    const { diffId, dispatch, limits } = this.#options;
    const isWhiteout = diffId !== undefined && path.startsWith(WHITEOUT, path.lastIndexOf('/') + 1);
    const wanting = isWhiteout ? NO_WANTS : dispatch.findWants(path, head);
    if (wanting.length === 0) {
      return NO_WANTS;
    }
    return wanting.filter(({ extractor, want }) => {
      const maxBytes = limits[want.maxBytes];
      const isAllowed = sizeBytes <= maxBytes || want.isHeadOnly === true;
      if (!isAllowed) {
        const message = `the file was not read: it has ${sizeBytes} bytes, and the limit ${want.maxBytes} allows ${maxBytes}`;
        this.#problems.addNote({ code: 'P_LIMIT', message }, path, extractor.id);
      }
      return isAllowed;
    });
  }
}
