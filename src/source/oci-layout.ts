import type { OpenOptions } from '../core/target.ts';
import type { BlobStore } from '../parse/oci/blob-store.ts';
import { type OpenImage, openImage } from '../parse/oci/open-image.ts';
import { selectManifest } from '../parse/oci/select-manifest.ts';

export interface OciLayout {
  /** Content of `index.json`. */
  readonly index: Uint8Array;
  readonly store: BlobStore;
  /** A reference or tag by which the user asked for one image of the layout. */
  readonly reference: string | undefined;
}

/**
 * The image that a layout holds for the platform asked for, wherever the layout lies.
 *
 * @param target what the user named
 * @throws UserError as `selectManifest` and `openImage` do.
 */
export async function openOciLayout(
  target: string,
  layout: OciLayout,
  options: OpenOptions,
): Promise<OpenImage> {
  const { index, store, reference } = layout;
  const { limits, platform, name } = options;
  const choice = await selectManifest(index, {
    store,
    limits,
    hostArchitecture: process.arch,
    ...(platform === undefined ? {} : { platform }),
    ...(reference === undefined ? {} : { reference }),
  });
  return openImage(choice, {
    store,
    limits,
    userInput: target,
    name: name ?? target,
    tags: choice.references,
    repoDigests: [],
  });
}
