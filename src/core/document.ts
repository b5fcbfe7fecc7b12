import type { Findings } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { Limits } from './limits.ts';
import type { TargetDescription } from './target.ts';

export interface ReadDocumentOptions {
  /** Called if an object of the document has a member twice. */
  readonly onDuplicateMember?: () => void;
  readonly limits: Limits;
  /** What the user named: it stands in the inventory where the document names no target itself. */
  readonly description: TargetDescription;
}

/** What a document says of itself. */
export interface DocumentFacts {
  /** Persons and organisations that answer for it, with an address where one is given. */
  readonly authors: readonly string[];
  readonly tools: readonly string[];
  /** RFC 3339, as written. */
  readonly createdAt?: string;
}

/** What a document says. Nothing in it is taken on trust: every member has been checked. */
export interface DocumentContent {
  /**
   * Lists need no order yet. What could not be understood is among its problems; one bad record
   * costs that record only.
   */
  readonly inventory: Inventory;
  /**
   * `stable`: packages have the keys that this program gave them. `document`: they have ids of the
   * document, any text that is unique in it; whoever reads it gives them keys and puts in order.
   */
  readonly keys: 'stable' | 'document';
  /** Absent where the document carries none. */
  readonly findings?: Findings;
  /** Absent where its reader does not tell. */
  readonly about?: DocumentFacts;
  /**
   * What its reader has no place for, by name, with how often it is there: counted when it is asked
   * for, which most runs do not. Absent where the reader does not tell.
   */
  readonly notTaken?: () => ReadonlyMap<string, number>;
  /** Version of the program that wrote it, where that was this one. */
  readonly toolVersion?: string;
}

/** One readable document format a folder in `src/document`. */
export interface DocumentReader {
  /** Same as the name of its folder. */
  readonly id: string;
  readonly title: string;
  /** The published schema or document, or our own page. */
  readonly spec: string;
  /**
   * Whether content that begins so is a document of this format: a number from 0 (no) to 1
   * (certainly). Judges by content, never by a name; `head` may end anywhere. Does not throw.
   */
  recognises(head: Uint8Array): number;
  /**
   * Throws `UserError` `E_DOCUMENT_INVALID` where nothing of it can be understood, `E_LIMIT` where
   * it is too large, too deep or has too many values.
   */
  read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent;
}
