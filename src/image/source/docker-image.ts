import { hash } from 'node:crypto';
import {
  createDockerManifest,
  DOCKER_LAYER_TYPE,
  DOCKER_MANIFEST_TYPE,
  type DockerArchiveImage,
  parseDockerManifest,
  selectDockerImage,
} from '../../foundation/bytes/oci/docker-manifest.ts';
import {
  createInvalidError,
  parseConfig,
  parseDocument,
  verifyDigest,
} from '../../foundation/bytes/oci/document.ts';
import { joinLayers, pickPlatformMembers } from '../../foundation/bytes/oci/open-image.ts';
import {
  formatPlatform,
  isPlatformMatch,
  type Platform,
  parsePlatform,
} from '../../foundation/bytes/oci/platform.ts';
import type { IndexedEntry } from '../../foundation/bytes/tar/tar-index.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type {
  BlobLayer,
  ImageDescription,
  OpenOptions,
  OpenTarget,
} from '../../foundation/core/target.ts';
import { createImageName } from '../../foundation/identity/image-reference.ts';
import {
  DOCKER_LISTING,
  findLayoutConflict,
  findRepeated,
  OCI_LISTING,
} from './archive-conflict.ts';
import type { ImageArchive } from './image-archive.ts';
import { NO_IMAGE_HINT } from './image-archive.ts';

export interface DockerImageOptions {
  /** Name of the archive in messages. */
  readonly archiveName: string;
  /** The user's input. */
  readonly target: string;
  /** A tag, if the archive holds several images. */
  readonly reference?: string;
  /** Digests of the image in registries, if the creator of the archive knows them. */
  readonly repoDigests?: readonly string[];
  readonly options: OpenOptions;
}

/**
 * Opens the image in an archive in the format of `docker save`. The archive is closed with the
 * target, or at once if opening fails.
 *
 * @throws UserError `E_IMAGE_INVALID`, `E_DIGEST_MISMATCH`, `E_PLATFORM`, `E_TARGET_UNKNOWN`
 */
export async function openDockerImage(
  archive: ImageArchive,
  request: DockerImageOptions,
): Promise<OpenTarget> {
  const { archiveName, reference, options } = request;
  try {
    const listing = archive.find(DOCKER_LISTING);
    if (listing === undefined) {
      throw archive.find(OCI_LISTING) === undefined
        ? createInvalidError(
            `${archiveName} is not an image archive: it has neither ${DOCKER_LISTING} nor ${OCI_LISTING}`,
            NO_IMAGE_HINT,
          )
        : createInvalidError(
            `${archiveName} is not a docker archive: it has no ${DOCKER_LISTING}`,
            `try oci-archive:${archiveName}`,
          );
    }
    const content = archive.read(listing, options.limits.manifestBytesMax);
    const images = parseDockerManifest(content, options.limits);
    const listed = selectDockerImage(
      images,
      reference === undefined ? reference : createImageName(reference),
    );
    const opened = describe(archive, listed, request);
    const image = opened.description;
    const problems = [
      ...archive.problems,
      ...findRepeated(archive, [listed.config]),
      ...(await findLayoutConflict({ archive, image, reference, options })),
    ];
    return { ...opened, problems, close: async () => archive.close() };
  } catch (error) {
    archive.close();
    throw error;
  }
}

function describe(
  archive: ImageArchive,
  image: DockerArchiveImage,
  { target, options, repoDigests = [] }: DockerImageOptions,
): { readonly description: ImageDescription; readonly layers: readonly BlobLayer[] } {
  const { limits, name, platform } = options;
  const configContent = archive.read(readEntry(archive, image.config), limits.manifestBytesMax);
  verifyConfig(image.config, configContent);
  const config = parseConfig(image.config, parseDocument(image.config, configContent, limits));
  checkPlatform(platform, config.platform);
  const entries = image.layers.map((path) => readEntry(archive, path));
  const layers = joinLayers(config, entries.length, (number) => ({
    mediaType: DOCKER_LAYER_TYPE,
    blobBytes: entries[number]?.sizeBytes ?? 0,
  }));
  const manifest = createDockerManifest(
    configContent,
    layers.map(({ diffId, blobBytes }) => ({ diffId, sizeBytes: blobBytes })),
  );
  return {
    description: {
      kind: 'image',
      userInput: target,
      name: name ?? target,
      manifestDigest: manifest.digest,
      imageId: `sha256:${hash('sha256', configContent, 'hex')}`,
      mediaType: DOCKER_MANIFEST_TYPE,
      tags: image.tags,
      repoDigests,
      ...pickPlatformMembers(config.platform),
      labels: config.labels,
      layers,
      manifest: manifest.content,
      config: configContent,
    },
    layers: entries.map((entry, number): BlobLayer => {
      const description = layers[number];
      if (description === undefined) {
        throw createInvalidError('the image has more layers than diff IDs');
      }
      const origin = archive.getOrigin(entry);
      return {
        kind: 'blob',
        description,
        ...defined({ origin }),
        open: () => archive.stream(entry),
      };
    }),
  };
}

function readEntry(archive: ImageArchive, path: string): IndexedEntry {
  const entry = archive.find(path);
  if (entry === undefined) {
    throw createInvalidError(
      `the archive has no file ${JSON.stringify(path)}, which its ${DOCKER_LISTING} lists`,
      'save the image again; the archive is incomplete',
    );
  }
  return entry;
}

/** Current tools name a configuration after its digest. */
const DIGEST_NAME = /(?:^|\/)(?:sha256[:/])?([0-9a-f]{64})(?:\.json)?$/;

function verifyConfig(path: string, content: Uint8Array): void {
  const digits = DIGEST_NAME.exec(path)?.[1];
  if (digits !== undefined) {
    verifyDigest('the configuration of the image', content, `sha256:${digits}`);
  }
}

function checkPlatform(requested: string | undefined, actual: Platform): void {
  const platform = requested === undefined ? actual : parsePlatform(requested);
  if (platform === undefined || !isPlatformMatch(actual, platform)) {
    throw new UserError('E_PLATFORM', `no image for ${requested}`, {
      hint: `use the platform that the archive contains: ${formatPlatform(actual)}`,
    });
  }
}
