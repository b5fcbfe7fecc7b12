import { hash } from 'node:crypto';
import {
  parseDockerManifest,
  selectDockerImage,
} from '../../foundation/bytes/oci/docker-manifest.ts';
import { parseManifest } from '../../foundation/bytes/oci/document.ts';
import { formatPlatform } from '../../foundation/bytes/oci/platform.ts';
import { readVerified } from '../../foundation/bytes/oci/read-manifest.ts';
import { selectFromLayout } from '../../foundation/bytes/oci/select-manifest.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { ImageDescription, OpenOptions } from '../../foundation/core/target.ts';
import { createImageName } from '../../foundation/identity/image-reference.ts';
import { createArchiveStore } from './archive-store.ts';
import type { ImageArchive } from './image-archive.ts';

export const DOCKER_LISTING = 'manifest.json';
export const OCI_LISTING = 'index.json';

/** The opened image of an archive, and the request for it. */
export interface OpenedImage {
  readonly archive: ImageArchive;
  readonly image: Pick<ImageDescription, 'imageId' | 'os' | 'architecture' | 'variant'>;
  readonly reference: string | undefined;
  readonly options: Pick<OpenOptions, 'limits' | 'platform'>;
}

/**
 * Compares the image of `manifest.json` with that of `index.json`. Runtimes differ in which of them
 * they load, so an archive with two images is a problem that names both.
 */
export async function findLayoutConflict(opened: OpenedImage): Promise<Problem[]> {
  const { archive, image } = opened;
  if (archive.find(OCI_LISTING) === undefined) {
    return findRepeated(archive, [DOCKER_LISTING]);
  }
  const other = await describeOther(opened, readLayoutImage);
  return [
    ...findRepeated(archive, [DOCKER_LISTING, OCI_LISTING]),
    ...compareImages({ file: DOCKER_LISTING, image: image.imageId }, { file: OCI_LISTING, other }),
  ];
}

/** The same check for an archive that was opened by its `index.json`. */
export async function findDockerConflict(opened: OpenedImage): Promise<Problem[]> {
  const { archive, image } = opened;
  if (archive.find(DOCKER_LISTING) === undefined) {
    return findRepeated(archive, [OCI_LISTING]);
  }
  const other = await describeOther(opened, readDockerImage);
  return [
    ...findRepeated(archive, [DOCKER_LISTING, OCI_LISTING]),
    ...compareImages({ file: OCI_LISTING, image: image.imageId }, { file: DOCKER_LISTING, other }),
  ];
}

/** Readers of archives differ in which of two entries with the same name they use. */
export function findRepeated(archive: ImageArchive, paths: readonly string[]): Problem[] {
  return paths
    .filter((path) => archive.isRepeated(path))
    .map((path) => ({
      code: 'P_MALFORMED',
      message: `the archive has several entries named "${path}"; the first was read`,
    }));
}

/** Digest of a configuration, or the reason why there is none. */
type Other = { readonly digest: Digest } | { readonly fault: string };

async function describeOther(
  opened: OpenedImage,
  read: (opened: OpenedImage) => Promise<Digest>,
): Promise<Other> {
  try {
    return { digest: await read(opened) };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    // Not every tool writes the names of images into both files.
    return error.code === 'E_TARGET_UNKNOWN' && opened.reference !== undefined
      ? describeOther({ ...opened, reference: undefined }, read)
      : { fault: error.message };
  }
}

function compareImages(
  read: { readonly file: string; readonly image: Digest },
  { file, other }: { readonly file: string; readonly other: Other },
): Problem[] {
  if ('fault' in other) {
    const message = `the archive was read by its ${read.file}, which describes the image ${read.image}; its ${file} does not describe an image: ${other.fault}`;
    return [{ code: 'P_AMBIGUOUS', message }];
  }
  if (other.digest === read.image) {
    return [];
  }
  const message = `the archive contains two images: ${read.file} describes ${read.image}, which was read, and ${file} describes ${other.digest}; container runtimes disagree about which one to load`;
  return [{ code: 'P_AMBIGUOUS', message }];
}

/**
 * The configuration that `index.json` selects for the requested platform, or for that of the image.
 */
async function readLayoutImage(opened: OpenedImage): Promise<Digest> {
  const { image, options } = opened;
  try {
    return await readLayoutConfig(opened, options.platform);
  } catch (error) {
    // A container engine saves an index of many platforms with the content of one.
    if (options.platform !== undefined || !(error instanceof UserError)) {
      throw error;
    }
    const { os, architecture, variant = '' } = image;
    return readLayoutConfig(opened, formatPlatform({ os, architecture, variant }));
  }
}

async function readLayoutConfig(
  { archive, reference, options: { limits } }: OpenedImage,
  platform: string | undefined,
): Promise<Digest> {
  const listing = archive.find(OCI_LISTING);
  const index = listing && archive.read(listing, limits.manifestBytesMax);
  const store = createArchiveStore('the archive', archive);
  const choice = await selectFromLayout(index ?? new Uint8Array(), {
    store,
    limits,
    hostArchitecture: process.arch,
    ...defined({ platform }),
    ...(reference === undefined ? {} : { reference: createImageName(reference) }),
  });
  const { digest, mediaType } = choice.descriptor;
  const { config } = parseManifest(`the manifest ${digest}`, choice.document, {
    mediaType,
    limits,
  });
  return getDigest(await readVerified(store, config, limits));
}

async function readDockerImage({
  archive,
  reference,
  options: { limits },
}: OpenedImage): Promise<Digest> {
  const listing = archive.find(DOCKER_LISTING);
  const content = listing && archive.read(listing, limits.manifestBytesMax);
  const images = parseDockerManifest(content ?? new Uint8Array(), limits);
  const { config } = selectDockerImage(
    images,
    reference === undefined ? reference : createImageName(reference),
  );
  const entry = archive.find(config);
  if (entry === undefined) {
    throw new UserError('E_IMAGE_INVALID', `the archive has no file ${JSON.stringify(config)}`);
  }
  return getDigest(archive.read(entry, limits.manifestBytesMax));
}

function getDigest(content: Uint8Array): Digest {
  return `sha256:${hash('sha256', content, 'hex')}`;
}
