import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { BlobOrigin } from '../../core/target.ts';

/** The store of an image does not have one of its blobs. */
export class MissingBlobError extends UserError {
  constructor(message: string, options: { readonly hint: string; readonly cause?: unknown }) {
    super('E_IMAGE_INVALID', message, options);
  }
}

/** Content by digest: a directory, an archive or a registry. */
export interface BlobStore {
  /** Returns the unverified content, at most `maxBytes` + 1 bytes; `undefined` if there is none. */
  read(digest: Digest, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Yields the content from its first byte. Throws a {@link MissingBlobError} if there is none. */
  open(digest: Digest): AsyncIterable<Uint8Array>;
  /** Returns the source that vouches for the content; absent or `undefined` if there is none. */
  getOrigin?(digest: Digest): BlobOrigin | undefined;
}
