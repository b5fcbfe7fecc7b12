export interface FeedLicense {
  /** SPDX expression; `NONE` if the publisher states no license. */
  readonly expression: string;
  /** Attribution to show wherever the data is shown or redistributed. */
  readonly attribution: string;
}

/**
 * `never-shipped`: the source forbids to redistribute it, or states no terms. `untested`: it was
 * never tested with real documents.
 */
export type FeedMark = 'never-shipped' | 'untested';

/** Counts that add up: `read` is `kept` plus everything left out. */
export interface AccountCounts {
  readonly read: number;
  readonly kept: number;
  /** Cause → number, in order of the causes. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Counts of a provider's documents, records, statements and facts, kept and left out. */
export interface BuildAccount {
  readonly documents: AccountCounts;
  readonly records: AccountCounts;
  readonly statements: AccountCounts;
  /** Facts that are not about packages; absent if the feed has none. */
  readonly facts?: AccountCounts;
  /**
   * Statements about releases that the feed no longer has, from the build before, by release, such
   * as `ubuntu 16.04`. The counts above contain them. Absent if there are none.
   */
  readonly pastReleases?: Readonly<Record<string, number>>;
  /** Parts of kept statements that could not be represented, by cause. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Facts about a layer that was built from the documents of one feed. */
export interface FeedFacts {
  readonly license: FeedLicense;
  readonly marks: readonly FeedMark[];
  readonly account: BuildAccount;
}
