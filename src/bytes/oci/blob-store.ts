import type { Digest } from '../../core/digest.ts';
import type { BlobOrigin } from '../../core/target.ts';

/** Where content lies by its digest: a folder, an archive, a registry. */
export interface BlobStore {
  /**
   * The whole content, not verified yet; `undefined` where there is none. At most `maxBytes` + 1
   * bytes of it.
   */
  read(digest: Digest, maxBytes: number): Promise<Uint8Array | undefined>;
  /** The content from its first byte. Throws a `UserError` where there is none. */
  open(digest: Digest): AsyncIterable<Uint8Array>;
  /** What vouches for the content; absent, or `undefined`, where nothing does. */
  originOf?(digest: Digest): BlobOrigin | undefined;
}
