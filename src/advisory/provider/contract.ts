import type {
  EpssScore,
  ExploitedRecord,
  ProductLifecycle,
  SsvcDecision,
  VulnerabilityRecord,
  Weakness,
} from '../../core/advisory.ts';
import type { Bytes } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { Progress } from '../../core/progress.ts';
import type { DatabaseFacts, DatabaseWriter } from '../database-writer.ts';
import type { FeedLicense, FeedMark } from '../feed-facts.ts';
import type { SystemOverride } from '../resolve-release.ts';
import type { Statement } from '../statement.ts';

/** Reads the complete database of another scanner. One directory in `src/advisory/provider`. */
export interface DatabaseFormat {
  readonly kind: 'database';
  readonly id: string;
  readonly title: string;
  /** Document that defines the format. */
  readonly spec: string;
  /** Returns whether a file has this format, by its first 512 bytes, or all of a shorter file. */
  recognize(head: Uint8Array): boolean;
  /**
   * Writes all shards. Throws `UserError` `E_DB_IMPORT` or `E_LIMIT` if the file cannot be used.
   */
  convert(file: string, context: ConvertContext): Promise<DatabaseFacts>;
}

export interface ConvertContext {
  readonly writer: DatabaseWriter;
  /** Directory for temporary files, which is deleted afterwards. */
  readonly scratch: string;
  readonly limits: Limits;
  readonly progress: Progress;
}

/** Release of an operating system that a feed describes; empty strings mean "none". */
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
 * A statement and the release it is about; without a release it is about a language package or a
 * product.
 */
export interface FeedStatement {
  readonly system?: FeedSystem;
  /** ID and provider are those of the record. */
  readonly statement: Statement;
}

/** One vulnerability of a feed with all of its statements about packages. */
export interface FeedItem {
  readonly record: VulnerabilityRecord;
  readonly statements: readonly FeedStatement[];
  readonly weaknesses?: readonly Weakness[];
}

/** The dates of a release of an operating system, RFC 3339. */
export interface FeedRelease {
  readonly system: FeedSystem;
  readonly endOfLife: string;
  readonly endOfActiveSupport?: string;
}

/** Facts that are not about packages: about vulnerabilities, releases, and products. */
export interface StatedFacts {
  readonly exploited?: readonly ExploitedRecord[];
  readonly epss?: readonly EpssScore[];
  readonly ssvc?: readonly SsvcDecision[];
  readonly weaknesses?: readonly Weakness[];
  readonly releases?: readonly FeedRelease[];
  readonly products?: readonly ProductLifecycle[];
}

/** Facts of a feed. */
export interface FeedFactList {
  readonly facts: StatedFacts;
  /** Time of the feed's data, RFC 3339, if the feed states it. */
  readonly statedAt?: string;
}

/** A vendor's aliases of systems and ecosystems. */
export interface FeedRules {
  readonly systemOverrides?: readonly SystemOverride[];
  readonly ecosystemOverrides?: readonly {
    readonly ecosystem: string;
    readonly replacement: string;
  }[];
}

/**
 * The omitted unit: the whole document, the record of one vulnerability, one statement, a part of a
 * statement that is kept, or one of {@link StatedFacts}.
 */
export type OmissionLevel = 'document' | 'record' | 'statement' | 'part' | 'fact';

/** Something in a document that is not in the database, or not completely. */
export interface FeedOmission {
  readonly leftOut: OmissionLevel;
  /** Omissions are counted by cause, so it contains no names, versions or numbers of one record. */
  readonly cause: string;
  /** Absent if it is left out on purpose, because it is not about a vulnerability. */
  readonly problem?: ProblemNote;
}

export type FeedOutcome = FeedItem | FeedFactList | FeedOmission;

/** An address at which the publisher of a feed offers it. */
export interface FeedSource {
  readonly url: string;
  /**
   * Form of the download: one document, or many of them in an archive, in a Git repository, or as
   * files below the address.
   */
  readonly form: 'document' | 'zip' | 'tar' | 'git' | 'files';
  /**
   * Archive of a Git repository by HTTPS, if its host is not one of those whose archives have a
   * known address.
   */
  readonly archive?: string;
  /** Names of the entries that are documents, if there are many. */
  readonly documents?: RegExp;
  /** Ends of the addresses of lists; if absent, each downloaded file is a list. */
  readonly lists?: readonly string[];
  /**
   * Returns the addresses of further files that a list names, absolute or relative to its own: the
   * next page, or the files of the list. They must be on the same host. Returns `undefined` if the
   * list is not in a known form.
   */
  readonly listNext?: (content: Bytes, url: URL) => readonly string[] | undefined;
}

/** One downloaded document of a feed. Its content can be read once. */
export interface FeedDocument {
  readonly name: string;
  /** Time of the file, RFC 3339. */
  readonly modifiedAt?: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The beginning of a document, by which a feed recognizes it. */
export interface DocumentHead {
  /** Path in the archive or directory that has the document. */
  readonly name: string;
  /** Its first bytes, each as one character. */
  readonly text: string;
  readonly isJson: boolean;
  /** If it is JSON, the names of all members in its first bytes, at any level. */
  readonly members: ReadonlySet<string>;
}

/**
 * An upstream feed: its origin, its license, and the parser of its documents. Pure: bytes in,
 * advisories out. An invalid record is left out, and reported with its cause. One directory in
 * `src/advisory/provider`.
 */
export interface FeedProvider {
  readonly kind: 'feed';
  /** Same as the name of its directory. */
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  readonly sources: readonly FeedSource[];
  readonly license: FeedLicense;
  readonly marks?: readonly FeedMark[];
  /** Must be raised if the same document gives different advisories. */
  readonly version: number;
  readonly rules: FeedRules;
  /** If true, the last statements about a release stay when the feed no longer has any. */
  readonly keepsPastReleases?: boolean;
  /**
   * Returns whether a document has the form of this feed, and of no other one. If absent, documents
   * are only read if the user names the feed.
   */
  readonly recognize?: (head: DocumentHead) => boolean;
  readonly read: (document: FeedDocument, limits: Limits) => AsyncIterable<FeedOutcome>;
}

export type AdvisoryProvider = DatabaseFormat | FeedProvider;
