import type { Digest } from './digest.ts';

/** A search of a policy for a pattern in chosen files. */
export interface ContentSearch {
  /** Name that rules use. */
  readonly id: string;
  /** `sha256:…` of paths and pattern. */
  readonly digest: string;
  /** Absolute, or with a leading `**` and a slash; `*` matches within a name. */
  readonly paths: readonly string[];
  /** RE2. */
  readonly pattern: string;
}

/** A searched file, with the lines that match; never their text. */
export interface SearchedFile {
  /** Digest of the search. */
  readonly search: string;
  readonly path: string;
  /** Absent for a directory. */
  readonly layer?: Digest;
  /** Whether a later layer hides or replaces it. */
  readonly isHidden: boolean;
  /** Numbers from 1; only the first ones of many. */
  readonly lines: readonly number[];
  /** Number of matching lines. */
  readonly count: number;
}

/** The searches of a run and their results. */
export interface ContentResults {
  /** Digests of the searches. */
  readonly searches: readonly string[];
  readonly files: readonly SearchedFile[];
}
