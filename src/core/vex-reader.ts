import type { VexDocument } from './decision.ts';
import type { Limits } from './limits.ts';

export interface ReadVexOptions {
  readonly limits: Limits;
  /** The file or address, as the user knows it. */
  readonly origin: string;
}

/** One VEX format a folder in `src/document/vex`. */
export interface VexReader {
  /** Same as the name of its folder. */
  readonly id: string;
  readonly title: string;
  /** The published schema or document. */
  readonly spec: string;
  /** From 0 (no) to 1 (certainly), by content and never by a name. Does not throw. */
  recognises(head: Uint8Array): number;
  /**
   * Throws `UserError` `E_DOCUMENT_INVALID` where nothing of it can be understood, `E_LIMIT` where
   * it is too large or too deep. A statement that is not understood costs that statement only.
   */
  read(content: Uint8Array, options: ReadVexOptions): VexDocument;
}

/**
 * Where a target may carry VEX documents itself: in its own files, or beside it in its registry.
 * Whoever made the image speaks there, so that they are looked for only where the user asks.
 */
export const VEX_PLACES = ['image', 'referrers'] as const;

export type VexPlace = (typeof VEX_PLACES)[number];

/** A document that was found with a target, before anything is known of it. */
export interface FoundDocument {
  /** The file or the digest, as a person knows it. */
  readonly origin: string;
  readonly content: Uint8Array;
  /** SHA-256 digests of what it is attached to; absent where it is among the files. */
  readonly attachedTo?: readonly string[];
}
