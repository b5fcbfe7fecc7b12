import { defined } from '../../../foundation/core/defined.ts';
import type { OpenOptions, OpenTarget, Source } from '../../../foundation/core/target.ts';
import { detectArchiveKind } from '../archive-kind.ts';
import { openDockerImage } from '../docker-image.ts';
import { openImageArchive } from '../image-archive.ts';
import { isTarName } from '../image-name.ts';
import { detectPathKind, splitReference } from '../local-file.ts';

/** A tar file written by `docker save`, in the older format or with an OCI layout in it. */
export const dockerArchive: Source = {
  id: 'docker-archive',
  title: 'Docker archive',
  spec: 'Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format"',
  recognize: async (target, standardInput) => {
    const { isDocker } = await detectArchiveKind(target, standardInput);
    // A file with such a name that is not an archive is damaged, and must not be read as another
    // kind of target.
    return isDocker ? 0.95 : isTarFile(target) ? 0.35 : 0;
  },
  open,
};

function isTarFile(target: string): boolean {
  const { path } = splitReference(target);
  return isTarName(path) && detectPathKind(path) === 'file';
}

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { path, reference } = splitReference(target);
  const archive = await openImageArchive(path, options);
  return openDockerImage(archive, {
    archiveName: path,
    target,
    options,
    ...defined({ reference }),
  });
}
