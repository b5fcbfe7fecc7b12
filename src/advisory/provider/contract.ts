import type { VulnerabilityRecord, Weakness } from '../../core/advisory.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { Progress } from '../../core/progress.ts';
import type { DatabaseFacts, DatabaseWriter } from '../database-writer.ts';
import type { SystemOverride } from '../resolve-release.ts';
import type { Statement } from '../statement.ts';

/** Reads the database of another scanner, whole. One folder in `src/advisory/provider`. */
export interface DatabaseFormat {
  readonly kind: 'database';
  readonly id: string;
  readonly title: string;
  /** The document that defines the form read. */
  readonly spec: string;
  /**
   * Whether a file is one of this format, by its first bytes; 512 of them where there are as many.
   */
  recognises(head: Uint8Array): boolean;
  /**
   * Writes all shards. Throws `UserError` `E_DB_IMPORT` or `E_LIMIT` where the file cannot be used.
   */
  convert(file: string, context: ConvertContext): Promise<DatabaseFacts>;
}

export interface ConvertContext {
  readonly writer: DatabaseWriter;
  /** Folder for temporary files; whatever is left in it is removed afterwards. */
  readonly scratch: string;
  readonly limits: Limits;
  readonly progress: Progress;
}

/** The release of an operating system that a feed speaks of; empty texts stand for "none". */
export interface FeedSystem {
  readonly name: string;
  readonly releaseId: string;
  readonly majorVersion: string;
  readonly minorVersion: string;
  readonly label: string;
  readonly codename: string;
  readonly channel: string;
}

/**
 * A statement and the release it is about; without one it is about a language's package or a
 * product.
 */
export interface FeedStatement {
  readonly system?: FeedSystem;
  /** Id and provider are those of the record. */
  readonly statement: Statement;
}

/** One vulnerability of a feed with all that is said about packages under its name. */
export interface FeedItem {
  readonly record: VulnerabilityRecord;
  readonly statements: readonly FeedStatement[];
  readonly weaknesses?: readonly Weakness[];
}

/** What a feed's vendor knows of names: which systems and ecosystems stand for which. */
export interface FeedRules {
  readonly systemOverrides?: readonly SystemOverride[];
  readonly ecosystemOverrides?: readonly {
    readonly ecosystem: string;
    readonly replacement: string;
  }[];
}

export type FeedOutcome = FeedItem | { readonly problem: ProblemNote };

/** An address at which the publisher of a feed offers it. */
export interface FeedSource {
  readonly url: string;
  /** How it is fetched: one document, or many of them in a zip archive or a Git repository. */
  readonly form: 'document' | 'zip' | 'git';
  /** Names of the entries that are documents, if there are many. */
  readonly documents?: RegExp;
}

export interface FeedLicense {
  /** SPDX expression; `NONE` if the publisher states no license. */
  readonly expression: string;
  /** Whom to name wherever the data are shown or passed on. */
  readonly attribution: string;
}

/** One document of a feed, as it was fetched. Its content can be read once. */
export interface FeedDocument {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * An upstream feed: where it comes from, under which license, and how one of its documents is read.
 * Pure: bytes in, advisories out. An invalid record costs that record alone and is reported as a
 * problem. One folder in `src/advisory/provider`.
 */
export interface FeedProvider {
  readonly kind: 'feed';
  /** Same as the name of its folder. */
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  readonly sources: readonly FeedSource[];
  readonly license: FeedLicense;
  /** Raised when the same document gives other advisories. */
  readonly version: number;
  readonly rules: FeedRules;
  readonly read: (document: FeedDocument, limits: Limits) => AsyncIterable<FeedOutcome>;
}

export type AdvisoryProvider = DatabaseFormat | FeedProvider;
