import type { BlobStore } from '../../bytes/oci/blob-store.ts';
import { invalid } from '../../bytes/oci/document.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { OpenOptions, OpenTarget, Source } from '../../core/target.ts';
import { archiveKind } from '../archive-kind.ts';
import { type ImageArchive, openImageArchive } from '../image-archive.ts';
import { splitReference } from '../local-file.ts';
import { openOciLayout } from '../oci-layout.ts';

/** A tar file that holds an OCI image layout, itself compressed or not. */
export const ociArchive: Source = {
  id: 'oci-archive',
  title: 'OCI archive',
  spec: 'OCI image specification, image-layout.md',
  recognises: async (target, standardInput) => {
    const { isOci } = await archiveKind(target, standardInput);
    return isOci ? 0.9 : 0;
  },
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { path, reference } = splitReference(target);
  const archive = await openImageArchive(path, options);
  try {
    const { limits } = options;
    const store = storeOf(path, archive);
    const indexEntry = archive.find('index.json');
    if (indexEntry === undefined) {
      throw invalid(
        `${path} is not an OCI archive: it has no index.json.`,
        archive.find('manifest.json') === undefined ? undefined : `Try docker-archive:${path}`,
      );
    }
    const index = archive.read(indexEntry, limits.manifestBytesMax);
    const part = await openOciLayout(target, { index, store, reference }, options);
    const close = async (): Promise<void> => archive.close();
    return part.document === undefined
      ? { ...part, problems: archive.problems, close }
      : { ...part, problems: [], close };
  } catch (error) {
    archive.close();
    throw error;
  }
}

function storeOf(path: string, archive: ImageArchive): BlobStore {
  const find = (digest: Digest) => archive.find(`blobs/${digest.replace(':', '/')}`);
  return {
    read: async (digest, maxBytes) => {
      const entry = find(digest);
      return entry === undefined ? undefined : archive.read(entry, maxBytes);
    },
    open: (digest) => {
      const entry = find(digest);
      if (entry === undefined) {
        throw new UserError('E_IMAGE_INVALID', `${path} has no blob ${digest}.`, {
          hint: 'The archive is not complete; save the image anew.',
        });
      }
      return archive.stream(entry);
    },
    originOf: (digest) => {
      const entry = find(digest);
      return entry && archive.originOf(entry);
    },
  };
}
