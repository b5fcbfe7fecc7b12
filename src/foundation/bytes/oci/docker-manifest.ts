import { hash } from 'node:crypto';
import { compareText } from '../../core/compare-text.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { checkLayerCount, createInvalidError, parseDocument, readMembers } from './document.ts';
import type { AskedName } from './select-manifest.ts';

/** One image of a `manifest.json`, as `docker save` writes it. Docker image specification, v1.2. */
export interface DockerArchiveImage {
  /** Path of the configuration in the archive. */
  readonly config: string;
  readonly tags: readonly string[];
  /** Paths of the layers in the archive, from the lowest up. */
  readonly layers: readonly string[];
}

const MANIFEST = 'manifest.json';
const IMAGE_MEMBERS = ['Config', 'RepoTags', 'Layers'] as const;

/** Parses the images that a Docker archive lists. */
export function parseDockerManifest(
  content: Uint8Array,
  limits: Limits,
): readonly DockerArchiveImage[] {
  const document = parseDocument(MANIFEST, content, limits);
  if (!Array.isArray(document)) {
    throw createInvalidError(`${MANIFEST} is not a list of images`);
  }
  if (document.length > limits.indexEntriesMax) {
    throw new UserError(
      'E_LIMIT',
      `${MANIFEST} lists ${document.length} images; the limit indexEntriesMax allows ${limits.indexEntriesMax}`,
    );
  }
  return document.map((entry: unknown) => {
    const members = readMembers(`the list of ${MANIFEST}`, entry, IMAGE_MEMBERS);
    const { Config: config, RepoTags: tags, Layers: layers } = members;
    if (typeof config !== 'string' || !(layers === null || isTexts(layers))) {
      throw createInvalidError(`${MANIFEST} lists an image without configuration or layers`);
    }
    checkLayerCount(MANIFEST, layers?.length ?? 0, limits);
    return {
      config,
      tags: isTexts(tags) ? tags.filter((tag) => tag.lastIndexOf(':') > tag.lastIndexOf('/')) : [],
      layers: layers ?? [],
    };
  });
}

/** Selects the only image, or the one with the requested tag. */
export function selectDockerImage(
  images: readonly DockerArchiveImage[],
  reference: AskedName | undefined,
): DockerArchiveImage {
  const matching =
    reference === undefined
      ? images
      : images.filter(({ tags }) => tags.some((tag) => reference.isSame(tag)));
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  const tags = images.flatMap((image) => image.tags).sort(compareText);
  const listed = tags.length > 0 ? `use one of: ${tags.join(', ')}` : 'the images have no tags';
  if (only === undefined && reference !== undefined) {
    throw new UserError(
      'E_TARGET_UNKNOWN',
      `the archive has no image with the tag "${reference.text}"`,
      {
        hint: listed,
      },
    );
  }
  if (only === undefined) {
    throw createInvalidError(`${MANIFEST} lists no image`);
  }
  throw createInvalidError(
    `the archive contains ${matching.length} images`,
    `name one by its tag, after the file name and a colon; ${listed}`,
  );
}

export interface StoredLayer {
  readonly diffId: Digest;
  /** Size of the archive entry. */
  readonly sizeBytes: number;
}

export const DOCKER_MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const DOCKER_CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';

/**
 * Creates the manifest that a Docker archive lacks, with the same bytes as other tools, so that all
 * report the same manifest digest. Layers get the usual media type, although they are stored
 * uncompressed.
 */
export function createDockerManifest(
  config: Uint8Array,
  layers: readonly StoredLayer[],
): { readonly content: Uint8Array; readonly digest: Digest } {
  const described = layers.map(({ diffId, sizeBytes }) => ({
    mediaType: DOCKER_LAYER_TYPE,
    size: sizeBytes,
    digest: diffId,
  }));
  const manifest = {
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST_TYPE,
    config: {
      mediaType: DOCKER_CONFIG_TYPE,
      size: config.length,
      digest: `sha256:${hash('sha256', config, 'hex')}`,
    },
    layers: described.length === 0 ? null : described,
  };
  const content = Buffer.from(JSON.stringify(manifest), 'utf8');
  return { content, digest: `sha256:${hash('sha256', content, 'hex')}` };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
