import type { BlobStore } from '../../foundation/bytes/oci/blob-store.ts';
import { openImage } from '../../foundation/bytes/oci/open-image.ts';
import { selectFromLayout } from '../../foundation/bytes/oci/select-manifest.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { OpenDocument, OpenLayers, OpenOptions } from '../../foundation/core/target.ts';
import { createImageName } from '../../foundation/identity/image-reference.ts';
import { openAttachedSbom } from './attached-sbom.ts';
import { findAttachedVex } from './attached-vex.ts';
import { LayoutAttachments } from './layout-attachments.ts';

export interface OciLayout {
  /** Content of `index.json`. */
  readonly index: Uint8Array;
  readonly store: BlobStore;
  /** The reference or tag by which the user requested one image of the layout. */
  readonly reference: string | undefined;
}

/** An image of a layout, or the document that was requested in its place. */
export type OpenLayoutPart = Omit<OpenLayers, 'close'> | Omit<OpenDocument, 'close'>;

/**
 * Opens the image that a layout has for the requested platform, or the SBOM that is attached to it,
 * regardless of the location of the layout.
 *
 * @param target the user's input
 * @throws the errors of `selectFromLayout` and `openImage`.
 */
export async function openOciLayout(
  target: string,
  layout: OciLayout,
  options: OpenOptions,
): Promise<OpenLayoutPart> {
  const { index, store, reference } = layout;
  const { limits, platform, isPlatformRequired, name } = options;
  const choice = await selectFromLayout(index, {
    store,
    limits,
    hostArchitecture: process.arch,
    ...defined({ platform, isPlatformRequired }),
    ...(reference === undefined ? {} : { reference: createImageName(reference) }),
  });
  const { digest } = choice.descriptor;
  const isRequested = options.isAttachedSbom === true || options.isAttachedVexRequested === true;
  const where = isRequested
    ? {
        store: await LayoutAttachments.of(index, store, limits),
        root: { bytes: choice.content, digest },
        image: digest,
        limits,
      }
    : undefined;
  if (where !== undefined && options.isAttachedSbom === true) {
    const sbom = await openAttachedSbom(where, { target, repository: target }, options);
    return { ...sbom, problems: choice.problems };
  }
  const image = await openImage(choice, {
    store,
    limits,
    userInput: target,
    name: name ?? target,
    tags: choice.references,
    repoDigests: [],
  });
  const { problems } = choice;
  return where === undefined
    ? { ...image, problems }
    : { ...image, problems, ...(await findAttachedVex(where, target, options)) };
}
