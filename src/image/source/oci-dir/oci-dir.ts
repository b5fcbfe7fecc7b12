import { join } from 'node:path';
import { type BlobStore, MissingBlobError } from '../../../foundation/bytes/oci/blob-store.ts';
import type { Digest } from '../../../foundation/core/digest.ts';
import { UserError } from '../../../foundation/core/error.ts';
import type {
  BlobOrigin,
  OpenOptions,
  OpenTarget,
  Source,
} from '../../../foundation/core/target.ts';
import { detectPathKind, openLocalFile, splitReference } from '../local-file.ts';
import { openOciLayout } from '../oci-layout.ts';

/** A directory with an OCI image layout. */
export const ociDir: Source = {
  id: 'oci-dir',
  title: 'OCI layout directory',
  spec: 'OCI image specification, image-layout.md',
  recognize: async (target) => {
    const { path } = splitReference(target);
    const isLayout =
      detectPathKind(join(path, 'oci-layout')) === 'file' &&
      detectPathKind(join(path, 'index.json')) === 'file';
    return isLayout ? 0.9 : 0;
  },
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { path, reference } = splitReference(target);
  const { limits } = options;
  const store = createStore(path);
  if (detectPathKind(path) === 'folder' && detectPathKind(join(path, 'index.json')) === 'none') {
    throw new UserError('E_IMAGE_INVALID', `"${path}" is not an OCI layout: it has no index.json`, {
      hint: `try dir:${path}`,
    });
  }
  const index = readBounded(join(path, 'index.json'), limits.manifestBytesMax);
  const part = await openOciLayout(target, { index, store, reference }, options);
  return { ...part, close: async () => undefined };
}

function createStore(folder: string): BlobStore {
  // A digest has only letters, digits and one colon, so the path stays below the directory.
  const toPath = (digest: Digest) => join(folder, 'blobs', ...digest.split(':'));
  return {
    read: async (digest, maxBytes) =>
      detectPathKind(toPath(digest)) === 'file' ? readBounded(toPath(digest), maxBytes) : undefined,
    open: (digest) => openStream(folder, toPath(digest), digest),
    getOrigin: (digest) => toPlace(toPath(digest)),
  };
}

async function* openStream(
  folder: string,
  path: string,
  digest: Digest,
): AsyncGenerator<Uint8Array> {
  if (detectPathKind(path) !== 'file') {
    throw new MissingBlobError(`${folder} has no blob ${digest}`, {
      hint: 'copy the image again; the layout is incomplete',
    });
  }
  using file = openLocalFile(path);
  yield* file.stream(0, file.sizeBytes);
}

function toPlace(path: string): BlobOrigin | undefined {
  if (detectPathKind(path) !== 'file') {
    return undefined;
  }
  using file = openLocalFile(path);
  return file.toPlace(0, file.sizeBytes);
}

function readBounded(path: string, maxBytes: number): Uint8Array {
  using file = openLocalFile(path);
  return file.read(0, maxBytes + 1);
}
