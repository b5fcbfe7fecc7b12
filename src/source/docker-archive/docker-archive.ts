import { hash } from 'node:crypto';
import { UserError } from '../../core/error.ts';
import type { BlobLayer, OpenOptions, OpenTarget, Source } from '../../core/target.ts';
import {
  DOCKER_LAYER_TYPE,
  DOCKER_MANIFEST_TYPE,
  type DockerArchiveImage,
  dockerManifestOf,
  parseDockerManifest,
  selectDockerImage,
} from '../../parse/oci/docker-manifest.ts';
import { configOf, invalid, parseDocument, verifyDigest } from '../../parse/oci/document.ts';
import { layersOf, platformMembers } from '../../parse/oci/open-image.ts';
import {
  fitsPlatform,
  type Platform,
  parsePlatform,
  platformText,
} from '../../parse/oci/platform.ts';
import type { IndexedEntry } from '../../parse/tar/tar-index.ts';
import { archiveKind } from '../archive-kind.ts';
import { type ImageArchive, openImageArchive } from '../image-archive.ts';
import { splitReference } from '../local-file.ts';

/** A tar file as `docker save` writes it, in its older form or with an OCI layout in it. */
export const dockerArchive: Source = {
  id: 'docker-archive',
  title: 'Docker archive',
  spec: 'Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format"',
  recognises: async (target) => {
    const { isDocker } = await archiveKind(target);
    return isDocker ? 0.95 : 0;
  },
  open,
};

const MANIFEST = 'manifest.json';

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const { path, reference } = splitReference(target);
  const archive = await openImageArchive(path, options);
  try {
    const listing = archive.find(MANIFEST);
    if (listing === undefined) {
      throw invalid(
        `${path} is not a docker archive: it has no ${MANIFEST}.`,
        archive.find('index.json') === undefined ? undefined : `Try oci-archive:${path}`,
      );
    }
    const content = archive.read(listing, options.limits.manifestBytesMax);
    const images = parseDockerManifest(content, options.limits);
    const image = describe(target, selectDockerImage(images, reference), { archive, options });
    const problems = [...archive.problems];
    if (archive.isRepeated(MANIFEST)) {
      const message = `The archive has several entries named ${MANIFEST}; the first was read.`;
      problems.push({ code: 'P_MALFORMED', message });
    }
    return { ...image, problems, close: async () => archive.close() };
  } catch (error) {
    archive.close();
    throw error;
  }
}

interface Context {
  readonly archive: ImageArchive;
  readonly options: OpenOptions;
}

function describe(
  target: string,
  image: DockerArchiveImage,
  { archive, options }: Context,
): Pick<OpenTarget, 'description' | 'layers'> {
  const { limits, name, platform } = options;
  const configContent = archive.read(entryOf(archive, image.config), limits.manifestBytesMax);
  verifyConfig(image.config, configContent);
  const config = configOf(image.config, parseDocument(image.config, configContent, limits));
  checkPlatform(platform, config.platform);
  const entries = image.layers.map((path) => entryOf(archive, path));
  const layers = layersOf(config, entries.length, (number) => ({
    mediaType: DOCKER_LAYER_TYPE,
    blobBytes: entries[number]?.sizeBytes ?? 0,
  }));
  const manifest = dockerManifestOf(
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
      repoDigests: [],
      ...platformMembers(config.platform),
      labels: config.labels,
      layers,
      manifest: manifest.content,
      config: configContent,
    },
    layers: entries.map((entry, number): BlobLayer => {
      const description = layers[number];
      if (description === undefined) {
        throw invalid('The image has more layers than diff IDs.');
      }
      return { kind: 'blob', description, open: () => archive.stream(entry) };
    }),
  };
}

function entryOf(archive: ImageArchive, path: string): IndexedEntry {
  const entry = archive.find(path);
  if (entry === undefined) {
    throw invalid(
      `The archive has no file ${JSON.stringify(path)}, which its ${MANIFEST} names.`,
      'The archive is not complete; save the image anew.',
    );
  }
  return entry;
}

/** The name of a configuration is its digest wherever a tool of our days wrote the archive. */
const DIGEST_NAME = /(?:^|\/)(?:sha256[:/])?([0-9a-f]{64})(?:\.json)?$/;

function verifyConfig(path: string, content: Uint8Array): void {
  const digits = DIGEST_NAME.exec(path)?.[1];
  if (digits !== undefined) {
    verifyDigest('The configuration of the image', content, `sha256:${digits}`);
  }
}

function checkPlatform(asked: string | undefined, actual: Platform): void {
  const platform = asked === undefined ? actual : parsePlatform(asked);
  if (platform === undefined || !fitsPlatform(actual, platform)) {
    throw new UserError('E_PLATFORM', `There is no image for ${asked}.`, {
      hint: `There is one for: ${platformText(actual)}.`,
    });
  }
}
