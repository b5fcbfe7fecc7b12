import type { VexDocument } from './decision.ts';
import type { Limits } from './limits.ts';

export interface ReadVexOptions {
  readonly limits: Limits;
  /** File or address, as the user knows it. */
  readonly origin: string;
}

/** A VEX format, one folder in `src/document/vex`. */
export interface VexReader {
  /** Equals the name of its folder. */
  readonly id: string;
  readonly title: string;
  /** The published schema or document. */
  readonly spec: string;
  /**
   * Returns how likely the content has this format, from 0 (no) to 1 (certain), by content and
   * never by name. Does not throw.
   */
  recognize(head: Uint8Array): number;
  /**
   * Throws `UserError` `E_DOCUMENT_INVALID` if nothing of it can be read, `E_LIMIT` if it is too
   * large or too deep. A malformed statement only loses that statement.
   */
  read(content: Uint8Array, options: ReadVexOptions): VexDocument;
}

/**
 * Places in which a target may carry VEX documents: its own files, or its registry. Their author is
 * the image's author, so they are only used on request.
 */
export const VEX_PLACES = ['image', 'referrers'] as const;

export type VexPlace = (typeof VEX_PLACES)[number];

/** A document found with a target, not yet read. */
export interface FoundDocument {
  /** The file or the digest, as a person knows it. */
  readonly origin: string;
  readonly content: Uint8Array;
  /** SHA-256 digests of its subjects; absent if it is one of the files. */
  readonly attachedTo?: readonly string[];
}
