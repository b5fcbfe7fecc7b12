import { hash } from 'node:crypto';
import path from 'node:path';
import { SILENT } from '../../core/progress.ts';
import { createFileError, type DeliverySource } from '../delivery/delivery-source.ts';
import { download } from './download.ts';
import { formatUrl } from './listing.ts';
import { checkPlace, type UpdateClients } from './mirrors.ts';

/** Returns the publication on a web server, by the URL of its index. */
export function createHttpSource(index: URL, { archives, options }: UpdateClients): DeliverySource {
  return {
    place: formatUrl(index),
    hasDeltas: true,
    fetchFile: async (requested, folder) => {
      // The path consists of digests and fixed names only.
      const url = new URL(requested.path, index);
      url.username = index.username;
      url.password = index.password;
      const file = path.join(folder, hash('sha256', requested.path, 'hex'));
      await download(
        {
          url,
          file,
          checksum: requested.digest,
          createMismatchError: (digest) =>
            createFileError(formatUrl(url), requested.explain(digest)),
        },
        {
          ...options,
          http: archives,
          progress: SILENT,
          checkUrl: (from) => checkPlace(from, options),
        },
      );
      return file;
    },
  };
}
