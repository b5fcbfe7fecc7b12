import type { BlobStore } from '../bytes/oci/blob-store.ts';
import { openImage } from '../bytes/oci/open-image.ts';
import { selectFromLayout } from '../bytes/oci/select-manifest.ts';
import { defined } from '../core/defined.ts';
import type { OpenDocument, OpenLayers, OpenOptions } from '../core/target.ts';
import { createImageName } from '../identity/image-reference.ts';
import { openAttachedSbom } from './attached-sbom.ts';
import { findAttachedVex } from './attached-vex.ts';
import { LayoutAttachments } from './layout-attachments.ts';

export interface OciLayout {
  /** Content of `index.json`. */
  readonly index: Uint8Array;
  readonly store: BlobStore;
  /** A reference or tag by which the user asked for one image of the layout. */
  readonly reference: string | undefined;
}

/** An image of a layout, or the document that was asked for in its place. */
export type OpenLayoutPart = Omit<OpenLayers, 'close'> | Omit<OpenDocument, 'close'>;

/**
 * The image that a layout holds for the platform asked for, wherever the layout lies, or the SBOM
 * that is attached to it.
 *
 * @param target what the user named
 * @throws UserError as `selectFromLayout` and `openImage` do.
 */
export async function openOciLayout(
  target: string,
  layout: OciLayout,
  options: OpenOptions,
): Promise<OpenLayoutPart> {
  const { index, store, reference } = layout;
  const { limits, platform, name } = options;
  const choice = await selectFromLayout(index, {
    store,
    limits,
    hostArchitecture: process.arch,
    ...defined({ platform }),
    ...(reference === undefined ? {} : { reference: createImageName(reference) }),
  });
  const { digest } = choice.descriptor;
  const isAsked = options.isAttachedSbom === true || options.isAttachedVexAsked === true;
  const where = isAsked
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
    : { ...image, problems, attachedVex: await findAttachedVex(where, target) };
}
