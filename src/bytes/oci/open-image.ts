import type { Digest } from '../../core/digest.ts';
import type { Limits } from '../../core/limits.ts';
import type { BlobLayer, ImageDescription, LayerDescription } from '../../core/target.ts';
import type { BlobStore } from './blob-store.ts';
import { configOf, invalid, manifestOf, parseDocument } from './document.ts';
import type { Platform } from './platform.ts';
import { readVerified } from './read-manifest.ts';
import type { ManifestChoice } from './select-manifest.ts';

/** An image as its documents describe it, with its layers ready to be read. */
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

/** Describes the image of a manifest. The configuration is held against its digest. */
export async function openImage(
  choice: ManifestChoice,
  options: OpenImageOptions,
): Promise<OpenImage> {
  const { store, limits } = options;
  const { descriptor, content, document } = choice;
  const subject = `The manifest ${descriptor.digest}`;
  const manifest = manifestOf(subject, document, { mediaType: descriptor.mediaType, limits });
  const configContent = await readVerified(store, manifest.config, limits);
  const configSubject = `The configuration ${manifest.config.digest}`;
  const config = configOf(configSubject, parseDocument(configSubject, configContent, limits));
  const layers = layersOf(config, manifest.layers.length, (number) => {
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
      ...platformMembers(config.platform),
      labels: config.labels,
      layers,
      manifest: content,
      config: configContent,
    },
    layers: layers.map((description) => blobLayer(description, store)),
  };
}

/** The variant is left out where there is none. */
export function platformMembers({
  os,
  architecture,
  variant,
}: Platform): Pick<ImageDescription, 'os' | 'architecture' | 'variant'> {
  return { os, architecture, ...(variant === '' ? {} : { variant }) };
}

function blobLayer(description: LayerDescription, store: BlobStore): BlobLayer {
  const digest: Digest = description.blobDigest ?? description.diffId;
  const origin = store.originOf?.(digest);
  return {
    kind: 'blob',
    description,
    ...(origin === undefined ? {} : { origin }),
    open: () => store.open(digest),
  };
}

/**
 * Joins what the manifest and the configuration say of each layer; both must name the same number
 * of them.
 */
export function layersOf(
  config: { readonly diffIds: readonly Digest[]; readonly instructions: readonly string[] },
  count: number,
  stored: (number: number) => Omit<LayerDescription, 'diffId' | 'instruction'>,
): readonly LayerDescription[] {
  if (config.diffIds.length !== count) {
    throw invalid(
      `The image has ${count} layers, its configuration names ${config.diffIds.length} diff IDs.`,
      'No container runtime would run such an image; build it anew.',
    );
  }
  // A history that does not fit the layers says nothing reliable about any of them.
  const hasHistory = config.instructions.length === count;
  return config.diffIds.map((diffId, number) => {
    const instruction = hasHistory ? (config.instructions[number] ?? '') : '';
    return { diffId, ...stored(number), ...(instruction === '' ? {} : { instruction }) };
  });
}
