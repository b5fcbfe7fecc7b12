import type { Findings } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { Limits } from './limits.ts';
import type { TargetDescription } from './target.ts';

export interface ReadDocumentOptions {
  /** Called if an object of the document has a duplicate member. */
  readonly onDuplicateMember?: () => void;
  readonly limits: Limits;
  /** The target as the user named it, for documents that name none themselves. */
  readonly description: TargetDescription;
}

/** Metadata of a document. */
export interface DocumentFacts {
  /** Persons and organizations responsible for it, with an address if given. */
  readonly authors: readonly string[];
  readonly tools: readonly string[];
  /** RFC 3339, as written. */
  readonly createdAt?: string;
  /** Phase of the life cycle, or kind of analysis, that it was made in. */
  readonly context?: string;
  /** Whether it states that values without a field are unknown. */
  readonly declaresUnknowns?: true;
}

/** Contents of a document. Every member was checked, because documents are untrusted. */
export interface DocumentContent {
  /**
   * Lists need not be sorted yet. Malformed parts are among its problems; one malformed record only
   * loses that record.
   */
  readonly inventory: Inventory;
  /**
   * `stable`: packages have keys of this program. `document`: they have IDs of the document, any
   * unique text; the caller assigns keys and sorts.
   */
  readonly keys: 'stable' | 'document';
  /** Absent if the document has none. */
  readonly findings?: Findings;
  /** Absent if its reader does not provide it. */
  readonly about?: DocumentFacts;
  /**
   * Members without a place in the inventory, with their number: counted lazily, because most runs
   * do not use it. Absent if the reader does not provide it.
   */
  readonly countOmitted?: () => ReadonlyMap<string, number>;
  /** Version of the program that wrote it, if that was plimsoll. */
  readonly toolVersion?: string;
}

/** A readable document format, one folder in `src/document`. */
export interface DocumentReader {
  /** Equals the name of its folder. */
  readonly id: string;
  readonly title: string;
  /** The published schema or document, or our own page. */
  readonly spec: string;
  /**
   * Returns how likely content with this start is a document of this format: from 0 (no) to 1
   * (certain). Judges by content, never by name; `head` may be cut anywhere. Does not throw.
   */
  recognize(head: Uint8Array): number;
  /**
   * Throws `UserError` `E_DOCUMENT_INVALID` if nothing of it can be read, `E_LIMIT` if it is too
   * large, too deep or has too many values.
   */
  read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent;
}
