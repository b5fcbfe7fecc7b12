import { type BlobStore, MissingBlobError } from '../../foundation/bytes/oci/blob-store.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { ImageArchive } from './image-archive.ts';

/** The blobs of a layout in an archive. `name` is the name of the archive in messages. */
export function createArchiveStore(name: string, archive: ImageArchive): BlobStore {
  const findBlob = (digest: Digest) => archive.find(`blobs/${digest.replace(':', '/')}`);
  return {
    read: async (digest, maxBytes) => {
      const entry = findBlob(digest);
      return entry === undefined ? undefined : archive.read(entry, maxBytes);
    },
    open: (digest) => {
      const entry = findBlob(digest);
      if (entry === undefined) {
        throw new MissingBlobError(`${name} has no blob ${digest}`, {
          hint: 'save the image again; the archive is incomplete',
        });
      }
      return archive.stream(entry);
    },
    getOrigin: (digest) => {
      const entry = findBlob(digest);
      return entry && archive.getOrigin(entry);
    },
  };
}
