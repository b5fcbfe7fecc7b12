import { createInvalidError } from '../../../foundation/bytes/oci/document.ts';
import type { OpenOptions, OpenTarget, Source } from '../../../foundation/core/target.ts';
import { DOCKER_LISTING, findDockerConflict, OCI_LISTING } from '../archive-conflict.ts';
import { detectArchiveKind } from '../archive-kind.ts';
import { createArchiveStore } from '../archive-store.ts';
import { openImageArchive } from '../image-archive.ts';
import { splitReference } from '../local-file.ts';
import { openOciLayout } from '../oci-layout.ts';

/** A tar file with an OCI image layout, compressed or not. */
export const ociArchive: Source = {
  id: 'oci-archive',
  title: 'OCI archive',
  spec: 'OCI image specification, image-layout.md',
  recognize: async (target, standardInput) => {
    const { isOci } = await detectArchiveKind(target, standardInput);
    return isOci ? 0.9 : 0;
  },
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { path, reference } = splitReference(target);
  const archive = await openImageArchive(path, options);
  try {
    const { limits } = options;
    const store = createArchiveStore(path, archive);
    const indexEntry = archive.find(OCI_LISTING);
    if (indexEntry === undefined) {
      throw createInvalidError(
        `"${path}" is not an OCI archive: it has no ${OCI_LISTING}`,
        archive.find(DOCKER_LISTING) === undefined ? undefined : `try docker-archive:${path}`,
      );
    }
    const index = archive.read(indexEntry, limits.manifestBytesMax);
    const part = await openOciLayout(target, { index, store, reference }, options);
    const close = async (): Promise<void> => archive.close();
    if (part.description.kind !== 'image') {
      return { ...part, close };
    }
    const image = part.description;
    const conflict = await findDockerConflict({ archive, image, reference, options });
    return { ...part, problems: [...archive.problems, ...part.problems, ...conflict], close };
  } catch (error) {
    archive.close();
    throw error;
  }
}
