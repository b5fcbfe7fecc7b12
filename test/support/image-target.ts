import type { ImageDescription } from '../../src/foundation/core/target.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;

/** Creates the description of an image without layers and labels. */
export function createImageTarget(
  name: string,
  more: Partial<ImageDescription> = {},
): ImageDescription {
  return {
    kind: 'image',
    userInput: name,
    name,
    manifestDigest: DIGEST,
    imageId: DIGEST,
    mediaType: '',
    tags: [],
    repoDigests: [],
    architecture: 'amd64',
    os: 'linux',
    labels: {},
    layers: [],
    manifest: new Uint8Array(),
    config: new Uint8Array(Buffer.from('{}')),
    ...more,
  };
}
