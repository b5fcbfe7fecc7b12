import type { Inventory } from '../../foundation/core/inventory.ts';
import { toBase64 } from '../../foundation/core/json-document.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';

/** The scanned target: a path, or all facts about an image. */
export function createSourceModel({ target, layerBytes }: Inventory): object {
  switch (target.kind) {
    case 'image':
      return { type: target.kind, target: createImageModel(target, layerBytes) };
    case 'sbom':
      return { type: target.origin === 'argument' ? 'purl' : 'sbom-file', target: target.path };
    default:
      return { type: target.kind, target: target.path };
  }
}

function createImageModel(image: ImageDescription, layerBytes: readonly number[]): object {
  return {
    userInput: image.userInput,
    imageID: image.imageId,
    manifestDigest: image.manifestDigest,
    mediaType: image.mediaType,
    tags: image.tags,
    imageSize: layerBytes.reduce((sum, bytes) => sum + bytes, 0),
    layers: image.layers.map(({ mediaType, diffId }, number) => ({
      mediaType,
      digest: diffId,
      size: layerBytes[number] ?? 0,
    })),
    manifest: toBase64(image.manifest),
    config: toBase64(image.config),
    repoDigests: image.repoDigests,
    architecture: image.architecture,
    architectureVariant: image.variant === '' ? undefined : image.variant,
    os: image.os,
    labels: Object.keys(image.labels).length > 0 ? image.labels : undefined,
  };
}
