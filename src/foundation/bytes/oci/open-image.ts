import { defined } from '../../core/defined.ts';
import type { Digest } from '../../core/digest.ts';
import type { Limits } from '../../core/limits.ts';
import type { BlobLayer, ImageDescription, LayerDescription } from '../../core/target.ts';
import type { BlobStore } from './blob-store.ts';
import { createInvalidError, parseConfig, parseDocument, parseManifest } from './document.ts';
import type { Platform } from './platform.ts';
import { readVerified } from './read-manifest.ts';
import type { ManifestChoice } from './select-manifest.ts';

/** An image as its documents describe it, with readable layers. */
export interface OpenImage {
  readonly description: ImageDescription;
  readonly layers: readonly BlobLayer[];
}

export interface OpenImageOptions {
  readonly store: BlobStore;
  readonly limits: Limits;
  readonly userInput: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
}

/** Describes the image of a manifest. Verifies the digest of the configuration. */
export async function openImage(
  choice: ManifestChoice,
  options: OpenImageOptions,
): Promise<OpenImage> {
  const { store, limits } = options;
  const { descriptor, content, document } = choice;
  const subject = `the manifest ${descriptor.digest}`;
  const manifest = parseManifest(subject, document, { mediaType: descriptor.mediaType, limits });
  const configContent = await readVerified(store, manifest.config, limits);
  const configSubject = `the configuration ${manifest.config.digest}`;
  const config = parseConfig(configSubject, parseDocument(configSubject, configContent, limits));
  const layers = joinLayers(config, manifest.layers.length, (number) => {
    const layer = manifest.layers[number];
    return {
      mediaType: layer?.mediaType ?? '',
      blobBytes: layer?.sizeBytes ?? 0,
      ...(layer === undefined ? {} : { blobDigest: layer.digest }),
    };
  });
  return {
    description: {
      kind: 'image',
      userInput: options.userInput,
      name: options.name,
      manifestDigest: descriptor.digest,
      imageId: manifest.config.digest,
      mediaType: manifest.mediaType,
      tags: options.tags,
      repoDigests: options.repoDigests,
      ...pickPlatformMembers(config.platform),
      labels: config.labels,
      layers,
      manifest: content,
      config: configContent,
    },
    layers: layers.map((description) => createBlobLayer(description, store)),
  };
}

/** Leaves the variant out if there is none. */
export function pickPlatformMembers({
  os,
  architecture,
  variant,
}: Platform): Pick<ImageDescription, 'os' | 'architecture' | 'variant'> {
  return { os, architecture, ...(variant === '' ? {} : { variant }) };
}

function createBlobLayer(description: LayerDescription, store: BlobStore): BlobLayer {
  const digest: Digest = description.blobDigest ?? description.diffId;
  const origin = store.getOrigin?.(digest);
  return {
    kind: 'blob',
    description,
    ...defined({ origin }),
    open: () => store.open(digest),
  };
}

/**
 * Combines the manifest's and the configuration's data of each layer; both must list the same
 * number of layers.
 */
export function joinLayers(
  config: { readonly diffIds: readonly Digest[]; readonly instructions: readonly string[] },
  count: number,
  stored: (number: number) => Omit<LayerDescription, 'diffId' | 'instruction'>,
): readonly LayerDescription[] {
  if (config.diffIds.length !== count) {
    throw createInvalidError(
      `the image has ${count} layers, but its configuration has ${config.diffIds.length} diff IDs`,
      'build the image again; no container runtime would run it',
    );
  }
  // A history that does not match the layers is unreliable for all of them.
  const hasHistory = config.instructions.length === count;
  return config.diffIds.map((diffId, number) => {
    const instruction = hasHistory ? (config.instructions[number] ?? '') : '';
    return { diffId, ...stored(number), ...(instruction === '' ? {} : { instruction }) };
  });
}
